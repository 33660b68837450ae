/** The whole way from the octets of a capture file to TCP connections. */
import type { FlowSink } from '#trace';
import { FlowAssembler } from './assembler.ts';
import { type CaptureProblem, ProblemList } from './problem.ts';
import { CaptureReader } from './reader.ts';
import type { SecretsCallback } from './record.ts';
import type { CaptureSummary } from './summary.ts';
import type { TcpLimits } from './tcp/limits.ts';

/** Push the file in pieces of any size, then `end`; the sink is called meanwhile. Nothing in the file makes it throw. */
export class Capture {
  readonly #reader: CaptureReader;
  readonly #flows: FlowAssembler;
  #ended = false;

  /** `onSecrets` is given the TLS secrets that a pcapng file holds; they stand before the packets that need them. */
  constructor(sink: FlowSink, limits?: TcpLimits, onSecrets?: SecretsCallback) {
    const flows = new FlowAssembler(sink, limits, (linkType, name, packet) => {
      this.#reader.problems.add('unknown-link-type', this.#reader.recordAt, packet, { linkType, name });
    });
    this.#flows = flows;
    this.#reader = new CaptureReader(
      (bytes, start, captured, original, linkType, timeMs, packet, source) => {
        flows.take(bytes, start, captured, original, linkType, timeMs, packet, source);
      },
      new ProblemList(),
      onSecrets,
    );
  }

  /** The next piece of the file. Its octets may be reused after the call. */
  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  /** The file is complete: connections are ended, and what concerns the file as a whole joins its problems. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#reader.end();
    this.#flows.end();
    const { problems, format, dropped } = this.#reader;
    const { packets, snappedPackets: count, firstSnappedPacket } = this.#flows;
    if (format !== undefined && packets === 0) problems.add('no-packets', 0, 0, { format });
    if (count > 0) problems.add('snapped-packets', 0, firstSnappedPacket, { count, of: packets });
    if (dropped > 0) problems.add('dropped-packets', 0, 0, { count: dropped });
  }

  /** In the order in which they were met. */
  get problems(): readonly CaptureProblem[] {
    return this.#reader.problems.kept;
  }

  /** How many more problems there were than `problems` keeps. */
  get problemsOmitted(): number {
    return this.#reader.problems.omitted;
  }

  get summary(): CaptureSummary {
    const reader = this.#reader;
    const flows = this.#flows;
    // Packets that the reader passed over (of interfaces the file does not describe) count as well.
    return {
      format: reader.format,
      packets: reader.packets,
      tcpPackets: flows.tcpPackets,
      udpPackets: flows.udpPackets,
      otherPackets: reader.packets - flows.tcpPackets - flows.udpPackets,
      malformedPackets: flows.malformedPackets,
      bytes: flows.bytes,
      snappedPackets: flows.snappedPackets,
      droppedPackets: reader.dropped,
      ipFragments: flows.ipFragments,
      linkTypes: flows.linkTypes,
      decryptionSecrets: reader.secrets,
      startEpochMs: reader.clock.startEpochMs,
      lastTimeMs: flows.lastTimeMs,
    };
  }
}
