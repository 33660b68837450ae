/** What the Node clients share: the numbers of the steps (../proto/orders.proto), and the loop over them. */

export const NOTE_LETTERS = 300_000;
export const EVENTS = 100;
export const BODY_OCTETS = 5_000;
export const ROUNDS = 20;
export const PAUSE_MS = 50;
export const DEADLINE_MS = 1_000;
export const STATUS_TEXT = 'no such order größe ☃';
export const TAG = 'blue';
export const TAG_BIN = Uint8Array.of(0x00, 0xff, 0xab);
export const NOT_FOUND = 5;
export const DEADLINE_EXCEEDED = 4;
export const CANCELLED = 1;

export function expect(what, actual, wanted) {
  const [a, b] = [actual, wanted].map((value) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('hex') : String(value),
  );
  if (a !== b) throw new Error(`${what} is ${a}, not ${b}`);
}

/**
 * A cancelled stream ends after the second event: with it, or where a busy machine had the third on its way already, soon after.
 */
export function expectCut(events) {
  if (events < 2 || events === EVENTS) throw new Error(`${events} events came of a call that was cancelled after two`);
}

/** Runs `steps[name]` for each name, then `close`; ends the process. */
export async function runSteps(names, steps, close = () => {}) {
  let failed = 0;
  for (const name of names) {
    try {
      await steps[name]();
      console.log(`${name} ok`);
    } catch (error) {
      failed++;
      console.log(`${name} FAIL ${String(error.message ?? error).split('\n')[0]}`);
    }
  }
  await close();
  process.exit(failed === 0 ? 0 : 1);
}
