/**
 * Looks for frames that only one side may send, in a connection whose beginning was not captured: requests and status come
 * in header blocks, whose first fields stand in the static table, so they can be read without the blocks before.
 */
import type { Side } from '#base';
import {
  BlockAssembler,
  type Frame,
  FrameReader,
  type FrameSink,
  HpackDecoder,
  Setting,
  type SettingsFrame,
  type WholeFrame,
} from '#h2';

export class SideProbe implements FrameSink {
  /** The side that this end must be, once a frame has told. */
  side: Side | undefined = undefined;
  readonly #reader = new FrameReader(this);
  readonly #assembler = new BlockAssembler(true);
  readonly #decoder = new HpackDecoder();

  constructor() {
    this.#decoder.forgetTable();
  }

  /** The next octets; the first call begins at a frame boundary. */
  push(bytes: Uint8Array, start: number, end: number): void {
    if (this.side === undefined && this.#reader.synced) this.#reader.push(bytes, start, end);
  }

  /** Octets are missing; a probe that has lost its place stays silent. */
  gap(length: number): void {
    if (this.#reader.synced) this.#reader.gap(length);
  }

  frame(frame: WholeFrame, _fault: unknown, payload: Uint8Array, payloadStart: number, payloadEnd: number): void {
    this.side ??= sideByFrame(frame);
    const step = this.#assembler.accept(frame, payload, payloadStart, payloadEnd);
    if (this.side !== undefined || (step.kind !== 'complete' && step.kind !== 'lost')) return;
    const { bytes, start, end } = step;
    const block =
      step.kind === 'lost' ? this.#decoder.decodeCut(bytes, start, end) : this.#decoder.decode(bytes, start, end);
    if (block.kind === 'fault') return;
    if (block.fields.some(({ name }) => name === ':method')) this.side = 'client';
    else if (block.fields.some(({ name }) => name === ':status')) this.side = 'server';
  }

  dataBegin(): void {}
  data(): void {}
  dataLost(): void {}
  dataEnd(): void {}
}

/**
 * RFC 9113 §8.4 (push), §6.5.2 (ENABLE_PUSH); RFC 8441 §3; gRPC servers alone count PINGs. The last stream of a GOAWAY does
 * not tell, although it should be one of the other side (§6.8): grpc-go clients name their own.
 */
function sideByFrame(frame: Frame): Side | undefined {
  if (frame.kind === 'push-promise') return 'server';
  if (frame.kind === 'settings') return sideBySettings(frame);
  return frame.kind === 'goaway' && frame.debugData === 'too_many_pings' ? 'server' : undefined;
}

function sideBySettings(frame: SettingsFrame): Side | undefined {
  for (const { id, value } of frame.settings) {
    if (id === Setting.ENABLE_PUSH && value === 1) return 'client';
    if (id === Setting.ENABLE_CONNECT_PROTOCOL && value === 1) return 'server';
  }
  return undefined;
}
