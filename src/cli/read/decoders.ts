/** The two ways from octets to events: packets through TCP and HTTP/2, or a trace file, which holds the events. */
import { Capture, type CaptureProblem } from '#capture';
import type { LogFacts } from '#logs';
import { nodeTlsCrypto } from '#node';
import { type KeyLog, TlsSink } from '#tls';
import { type TraceEvent, TraceFileReader, type TraceProblem, Tracer, type TraceSink } from '#trace';

/** What stands in the way of reading an input: said by the layer that met it. */
export type RecordingProblem =
  | { readonly layer: 'capture'; readonly problem: CaptureProblem }
  | { readonly layer: 'trace'; readonly problem: TraceProblem }
  /** Lines of kinds that only a newer version knows. */
  | { readonly layer: 'trace-newer'; readonly lines: number }
  /** There were more problems than are kept. */
  | { readonly layer: 'omitted'; readonly problems: number };

/** An input in numbers. */
export interface RecordingFacts {
  /** Undefined for what is neither a capture nor a trace file. */
  readonly format: 'pcap' | 'pcapng' | 'trace' | 'log' | undefined;
  readonly packets: number;
  readonly tcpPackets: number;
  /** Wall clock of the first packet, milliseconds since 1970; undefined where the input has none. */
  readonly startEpochMs: number | undefined;
  readonly durationMs: number;
  /** Set for a log. */
  readonly log?: LogFacts;
}

export interface Decoder {
  push(bytes: Uint8Array): void;
  end(): void;
  readonly facts: RecordingFacts;
  readonly problems: readonly RecordingProblem[];
}

export class CaptureDecoder implements Decoder {
  readonly #capture: Capture;

  /** Secrets that the file holds join those of `keyLog`. */
  constructor(sink: TraceSink, keyLog: KeyLog, payloadBytesMax: number | undefined) {
    const flows = new TlsSink(new Tracer(sink, { payloadBytesMax }), { keyLog, crypto: nodeTlsCrypto });
    this.#capture = new Capture(flows, undefined, (secrets) => {
      keyLog.push(secrets);
      keyLog.end();
    });
  }

  push(bytes: Uint8Array): void {
    this.#capture.push(bytes);
  }

  end(): void {
    this.#capture.end();
  }

  get facts(): RecordingFacts {
    const { format, packets, tcpPackets, startEpochMs, lastTimeMs } = this.#capture.summary;
    return { format, packets, tcpPackets, startEpochMs, durationMs: lastTimeMs };
  }

  get problems(): readonly RecordingProblem[] {
    const kept = this.#capture.problems.map((problem) => ({ layer: 'capture', problem }) as const);
    return [...kept, ...omitted(this.#capture.problemsOmitted)];
  }
}

export class TraceDecoder implements Decoder {
  readonly #reader: TraceFileReader;
  #packets = 0;
  #durationMs = 0;

  constructor(sink: TraceSink) {
    this.#reader = new TraceFileReader((event) => {
      this.#count(event);
      sink(event);
    });
  }

  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  end(): void {
    this.#reader.end();
  }

  get facts(): RecordingFacts {
    const { problems, startEpochMs } = this.#reader;
    const refused = problems.some(({ kind }) => kind === 'not-a-trace' || kind === 'unsupported-version');
    const packets = this.#packets;
    const durationMs = this.#durationMs;
    return { format: refused ? undefined : 'trace', packets, tcpPackets: packets, startEpochMs, durationMs };
  }

  get problems(): readonly RecordingProblem[] {
    const { problems, badLines, passedOver } = this.#reader;
    const kept = problems.map((problem) => ({ layer: 'trace', problem }) as const);
    const newer = passedOver === 0 ? [] : [{ layer: 'trace-newer', lines: passedOver } as const];
    return [...kept, ...omitted(badLines - problems.length), ...newer];
  }

  /** Where a tap wrote the trace there are no packet numbers; then each event stands for itself. */
  #count({ packet, timeMs }: TraceEvent): void {
    this.#packets = packet === 0 ? this.#packets + 1 : Math.max(this.#packets, packet);
    this.#durationMs = Math.max(this.#durationMs, timeMs);
  }
}

function omitted(problems: number): RecordingProblem[] {
  return problems > 0 ? [{ layer: 'omitted', problems }] : [];
}
