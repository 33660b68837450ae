/**
 * Octets of any recording in, trace events out. No input or output here: the commands and the library door share it.
 */
import type { TraceEvent, TraceSink } from '#trace';
import { CaptureDecoder, type Decoder, type RecordingFacts, type RecordingProblem, TraceDecoder } from './decoders.ts';
import { Survey } from './survey.ts';

/** Who takes the events. */
export interface EventConsumer {
  /** Called once, before the first event or at the end of a recording without any; not for what is no recording. */
  begin(startEpochMs: number | undefined): void;
  readonly event: TraceSink;
}

/** Of an input that was not read. */
export const NOTHING: RecordingFacts = {
  format: undefined,
  packets: 0,
  tcpPackets: 0,
  startEpochMs: undefined,
  durationMs: 0,
};

/** Trace files are lines of JSON objects; no capture format begins with a brace. */
const OPENING_BRACE = 0x7b;

export class Recording {
  readonly survey = new Survey();
  readonly #consumer: EventConsumer;
  #decoder: Decoder | undefined;
  #begun = false;
  #bytes = 0;

  constructor(consumer: EventConsumer) {
    this.#consumer = consumer;
  }

  /** Takes the next piece. Its octets may be reused after the call. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#decoder ??= this.#decoderFor(bytes[0]);
    this.#decoder.push(bytes);
    this.#bytes += bytes.length;
  }

  /** The input is complete. */
  end(): void {
    this.#decoder ??= this.#decoderFor(undefined);
    this.#decoder.end();
    if (this.facts.format !== undefined) this.#begin();
  }

  /** Octets pushed so far. */
  get bytes(): number {
    return this.#bytes;
  }

  get facts(): RecordingFacts {
    return this.#decoder?.facts ?? NOTHING;
  }

  get problems(): readonly RecordingProblem[] {
    return this.#decoder?.problems ?? [];
  }

  #decoderFor(firstOctet: number | undefined): Decoder {
    const sink = (event: TraceEvent) => {
      if (!this.#begun) this.#begin();
      const { kind } = event;
      if (kind !== 'frame' && kind !== 'headers' && kind !== 'message') this.survey.event(event);
      this.#consumer.event(event);
    };
    return firstOctet === OPENING_BRACE ? new TraceDecoder(sink) : new CaptureDecoder(sink);
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#consumer.begin(this.facts.startEpochMs);
  }
}
