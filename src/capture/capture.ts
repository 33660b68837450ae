/** The whole way from the octets of a capture file to TCP connections. */
import type { FlowSink } from '#trace';
import { FlowAssembler } from './assembler.ts';
import type { CaptureProblem } from './problem.ts';
import { CaptureReader } from './reader.ts';
import type { CaptureSummary } from './summary.ts';

/** Push the file in pieces of any size, then `end`; the sink is called meanwhile. */
export class Capture {
  readonly #reader: CaptureReader;
  readonly #flows: FlowAssembler;

  constructor(sink: FlowSink) {
    const flows = new FlowAssembler(sink);
    this.#flows = flows;
    this.#reader = new CaptureReader((bytes, start, captured, original, linkType, timeMs, packet) =>
      flows.packet(bytes, start, captured, original, linkType, timeMs, packet),
    );
  }

  push(bytes: Uint8Array): void {
    this.#reader.push(bytes);
  }

  end(): void {
    this.#reader.end();
    this.#flows.end();
  }

  get problems(): readonly CaptureProblem[] {
    return this.#reader.problems.kept;
  }

  get summary(): CaptureSummary {
    const flows = this.#flows;
    return {
      format: this.#reader.format,
      packets: flows.packets,
      tcpPackets: flows.tcpPackets,
      udpPackets: flows.udpPackets,
      otherPackets: flows.packets - flows.tcpPackets - flows.udpPackets,
      bytes: flows.bytes,
      snappedPackets: flows.snappedPackets,
      ipFragments: 0,
      linkTypes: flows.linkTypes,
      startEpochMs: this.#reader.clock.startEpochMs,
      lastTimeMs: flows.lastTimeMs,
    };
  }
}
