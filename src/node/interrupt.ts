/**
 * Ctrl-C while a live pipe is read means "that is enough, tell me": in `tcpdump -w - | calmwire explain -` the terminal
 * sends it to both programs, tcpdump writes out what it holds and closes the pipe, and the report follows.
 */

/** How long an interrupted pipe may still deliver: what the program at its other end had buffered. */
export const GRACE_MS = 1_000;

/** Passes `source` through until it ends, or until `graceMs` after `stop`. */
export async function* untilStopped(
  source: AsyncIterable<Uint8Array>,
  stop: AbortSignal,
  graceMs = GRACE_MS,
): AsyncGenerator<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  let giveUp: (() => void) | undefined;
  let late = false;
  let timer: NodeJS.Timeout | undefined;
  const onStop = () => {
    timer = setTimeout(() => {
      late = true;
      giveUp?.();
    }, graceMs);
  };
  if (stop.aborted) onStop();
  stop.addEventListener('abort', onStop);
  try {
    while (!late) {
      const next = await new Promise<IteratorResult<Uint8Array> | undefined>((resolve, reject) => {
        giveUp = () => resolve(undefined);
        iterator.next().then(resolve, reject);
      });
      if (next === undefined || next.done) return;
      yield next.value;
    }
  } finally {
    stop.removeEventListener('abort', onStop);
    clearTimeout(timer);
  }
}

/** A signal that aborts at the first Ctrl-C; the second ends the process with the code shells expect (128 + SIGINT). */
export function interruptSignal(): AbortSignal {
  const controller = new AbortController();
  process.on('SIGINT', () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  });
  return controller.signal;
}
