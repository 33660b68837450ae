/** Runs mutants of a target's seeds; the first input that throws or takes too long is returned with its number. */
import { mutate, randomFrom } from './random.ts';

export interface FuzzTarget {
  readonly name: string;
  run(bytes: Uint8Array): void;
  seeds(): Uint8Array[];
}

export interface FuzzFailure {
  readonly input: number;
  readonly bytes: Uint8Array;
  readonly error: unknown;
}

/** No input of a few kilobytes may take this long: it would be a hang in the making. */
const SLOW_MS = 10_000;

export function fuzz(target: FuzzTarget, inputs: number, seed: number): FuzzFailure | undefined {
  const seeds = target.seeds();
  const random = randomFrom(seed);
  for (let input = 0; input < inputs; input++) {
    const first = seeds[random(seeds.length)]!;
    const bytes = input < seeds.length ? seeds[input]! : mutate(first, seeds[random(seeds.length)]!, random);
    const startMs = performance.now();
    try {
      target.run(bytes);
    } catch (error) {
      return { input, bytes, error };
    }
    const tookMs = performance.now() - startMs;
    if (tookMs > SLOW_MS) return { input, bytes, error: new Error(`took ${Math.round(tookMs)} ms`) };
  }
  return undefined;
}
