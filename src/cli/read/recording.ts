/**
 * Octets of any recording in, trace events out. No input or output here: the commands and the library door share it.
 */

import { concatBytes } from '#base';
import { KeyLog } from '#tls';
import type { TraceEvent, TraceSink } from '#trace';
import { CaptureDecoder, type Decoder, type RecordingFacts, type RecordingProblem, TraceDecoder } from './decoders.ts';
import { LogDecoder, type LogSink } from './log-decoder.ts';
import { type Kind, sniff } from './sniff.ts';
import { Survey } from './survey.ts';

/** Who takes the events. */
export interface EventConsumer {
  /** Called once, before the first event or at the end of a recording without any; not for what is no recording. */
  begin(startEpochMs: number | undefined): void;
  readonly event: TraceSink;
  /** Takes the octets of an input that is a log; without it, logs are refused like anything that is no recording. */
  readonly log?: LogSink;
  /** Messages come with up to so many octets; absent: with none. */
  readonly payloadBytesMax?: number | undefined;
}

/** Of an input that was not read. */
export const NOTHING: RecordingFacts = {
  format: undefined,
  packets: 0,
  tcpPackets: 0,
  startEpochMs: undefined,
  durationMs: 0,
};

export class Recording {
  readonly survey = new Survey();
  readonly keyLog: KeyLog;
  readonly #consumer: EventConsumer;
  #decoder: Decoder | undefined;
  #begun = false;
  /** The beginning, until it tells what the input is. */
  #head: Uint8Array = new Uint8Array(0);
  #bytes = 0;

  /** `keyLog`: secrets from elsewhere than the recording. */
  constructor(consumer: EventConsumer, keyLog: KeyLog = new KeyLog()) {
    this.#consumer = consumer;
    this.keyLog = keyLog;
  }

  /** Takes the next piece. Its octets may be reused after the call. */
  push(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.#bytes += bytes.length;
    if (this.#decoder !== undefined) this.#decoder.push(bytes);
    else this.#decide(bytes, false);
  }

  /** The input is complete. */
  end(): void {
    if (this.#decoder === undefined) this.#decide(new Uint8Array(0), true);
    this.#decoder?.end();
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

  #decide(bytes: Uint8Array, complete: boolean): void {
    const head = concatBytes(this.#head, bytes);
    const kind = sniff(head, complete);
    this.#head = kind === undefined ? head : new Uint8Array(0);
    if (kind === undefined) return;
    this.#decoder = this.#decoderFor(kind);
    this.#decoder.push(head);
  }

  #decoderFor(kind: Kind): Decoder {
    const { log } = this.#consumer;
    if (kind === 'log' && log !== undefined) return new LogDecoder(log);
    const sink = (event: TraceEvent) => {
      if (!this.#begun) this.#begin();
      const { kind } = event;
      if (kind !== 'frame' && kind !== 'headers' && kind !== 'message') this.survey.event(event);
      this.#consumer.event(event);
    };
    return kind === 'trace'
      ? new TraceDecoder(sink)
      : new CaptureDecoder(sink, this.keyLog, this.#consumer.payloadBytesMax);
  }

  #begin(): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#consumer.begin(this.facts.startEpochMs);
  }
}
