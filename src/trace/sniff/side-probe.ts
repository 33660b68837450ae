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

/** 2^31-1 in a GOAWAY announces one and names no stream (RFC 9113 §6.8). */
const NO_STREAM = 0x7fff_ffff;

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

  frame(frame: WholeFrame, _fault: unknown, payload: Uint8Array, payloadStart: number): void {
    this.side ??= sideByFrame(frame);
    const step = this.#assembler.accept(frame, payload, payloadStart);
    if (step.kind !== 'complete' || this.side !== undefined) return;
    const block = this.#decoder.decode(step.bytes, step.start, step.end);
    if (block.kind === 'fault') return;
    if (block.fields.some(({ name }) => name === ':method')) this.side = 'client';
    else if (block.fields.some(({ name }) => name === ':status')) this.side = 'server';
  }

  dataBegin(): void {}
  data(): void {}
  dataLost(): void {}
  dataEnd(): void {}
}

/** RFC 9113 §8.4 (push), §6.5.2 (ENABLE_PUSH), §6.8 (the last stream is one that the other side opened); RFC 8441 §3. */
function sideByFrame(frame: Frame): Side | undefined {
  switch (frame.kind) {
    case 'push-promise':
      return 'server';
    case 'settings':
      return sideBySettings(frame);
    case 'goaway':
      if (frame.lastStream === 0 || frame.lastStream === NO_STREAM) return undefined;
      return (frame.lastStream & 1) === 1 ? 'server' : 'client';
    default:
      return undefined;
  }
}

function sideBySettings(frame: SettingsFrame): Side | undefined {
  for (const { id, value } of frame.settings) {
    if (id === Setting.ENABLE_PUSH && value === 1) return 'client';
    if (id === Setting.ENABLE_CONNECT_PROTOCOL && value === 1) return 'server';
  }
  return undefined;
}
