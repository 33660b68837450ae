/** What a connection did before it was known what it speaks or who is client: kept in order, to be told then. */
import type { LossCause } from './events.ts';
import type { ClockLeap, End, SegmentNote } from './flow.ts';
import type { TlsNews } from './tls.ts';

export type Step =
  | { readonly kind: 'established' }
  | { readonly kind: 'clock'; readonly leap: ClockLeap }
  | {
      readonly kind: 'bytes';
      readonly from: End;
      readonly bytes: Uint8Array;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'gap'; readonly from: End; readonly length: number; readonly why: LossCause }
  | { readonly kind: 'note'; readonly from: End; readonly note: SegmentNote }
  | { readonly kind: 'tls'; readonly from: End; readonly news: TlsNews }
  | {
      readonly kind: 'end';
      readonly from: End;
      readonly how: 'fin' | 'rst';
      readonly timeToLive: number | undefined;
      readonly usualTimeToLive: number | undefined;
      readonly unacknowledged: number | undefined;
    };

export interface Held {
  readonly step: Step;
  readonly timeMs: number;
  readonly packet: number;
}

/** Octets of both ends: more than any beginning needs; in mid-connection, three small frames or the end of a long one. */
const HELD_BYTES_MAX = 65_536;
/** Steps: a connection that only keeps itself alive shows nothing more after a few of them. */
const HELD_STEPS_MAX = 256;

export class Hold {
  #steps: Held[] = [];
  #bytes = 0;

  get isEmpty(): boolean {
    return this.#steps.length === 0;
  }

  /** More must not be held: it has to be decided by what there is. */
  get isFull(): boolean {
    return this.#bytes >= HELD_BYTES_MAX || this.#steps.length >= HELD_STEPS_MAX;
  }

  /** Octets are copied: they are valid during the call only. */
  add(step: Step, timeMs: number, packet: number): void {
    this.#steps.push({ step: step.kind === 'bytes' ? copy(step) : step, timeMs, packet });
    if (step.kind === 'bytes') this.#bytes += step.end - step.start;
  }

  /** Gives up everything, oldest first. */
  release(): readonly Held[] {
    const steps = this.#steps;
    this.#steps = [];
    this.#bytes = 0;
    return steps;
  }
}

function copy(step: Extract<Step, { kind: 'bytes' }>): Step {
  const bytes = step.bytes.slice(step.start, step.end);
  return { ...step, bytes, start: 0, end: bytes.length };
}
