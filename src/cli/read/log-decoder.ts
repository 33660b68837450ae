/** A log as an input: its octets go to whoever reads its lines. */
import type { LogFacts } from '#logs';
import type { Decoder, RecordingFacts, RecordingProblem } from './decoders.ts';

/** Who reads the lines. */
export interface LogSink {
  push(bytes: Uint8Array): void;
  end(): void;
  readonly facts: LogFacts;
}

export class LogDecoder implements Decoder {
  readonly problems: readonly RecordingProblem[] = [];
  readonly #sink: LogSink;

  constructor(sink: LogSink) {
    this.#sink = sink;
  }

  push(bytes: Uint8Array): void {
    this.#sink.push(bytes);
  }

  end(): void {
    this.#sink.end();
  }

  /** Only a log that names its zone has a wall clock. */
  get facts(): RecordingFacts {
    const log = this.#sink.facts;
    const startEpochMs = log.zone === 'given' && !log.yearless ? log.startMs : undefined;
    // Neither a time nor a known line: some other text.
    const format = log.known > 0 || log.zone !== 'no-times' ? 'log' : undefined;
    return { format, packets: 0, tcpPackets: 0, startEpochMs, durationMs: log.durationMs, log };
  }
}
