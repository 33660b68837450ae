/** A `FlowSink` that keeps what it is told, as streams and as lines, and checks the contract of `FlowHandler` meanwhile. */
import { formatEndpoint } from '#base';
import { Capture, type TcpLimits } from '#capture';
import type { ClockLeap, End, FlowHandler, FlowInfo, FlowSink } from '#trace';
import type { Range } from '../support/packets.ts';

export class RecordedFlow implements FlowHandler {
  readonly info: FlowInfo;
  /** What happened but for octets in order: `3 established`, each line with its packet's number. */
  readonly lines: string[] = [];
  readonly streams: Record<End, number[]> = { a: [], b: [] };
  readonly gaps: Record<End, Range[]> = { a: [], b: [] };
  readonly finished: Record<End, boolean> = { a: false, b: false };
  readonly leaps: ClockLeap[] = [];
  how: string | undefined;
  /** The end of which the capture has nothing. */
  unseen: End | undefined;
  #packet = 0;
  /** What each end of the connection had not got, in order. */
  readonly unacknowledged: [string, number | undefined][] = [];

  constructor(info: FlowInfo, timeMs: number, packet: number) {
    this.info = info;
    this.#log(packet, timeMs, `opened ${formatEndpoint(info.a)} ${formatEndpoint(info.b)} ${info.handshake}`);
  }

  established(timeMs: number, packet: number): void {
    check(!this.lines.some((line) => line.endsWith('established')), 'established twice');
    this.#log(packet, timeMs, 'established');
  }

  bytes(from: End, bytes: Uint8Array, start: number, end: number, timeMs: number, packet: number): void {
    check(start >= 0 && end > start && end <= bytes.length, `octets ${start} to ${end} of ${bytes.length}`);
    check(!this.finished[from], 'octets after the FIN');
    for (let at = start; at < end; at++) this.streams[from].push(bytes[at]!);
    this.#log(packet, timeMs, `${from} ${end - start} octets`);
  }

  gap(from: End, length: number, timeMs: number, packet: number): void {
    check(Number.isInteger(length) && length > 0, `a gap of ${length}`);
    check(!this.finished[from], 'a gap after the FIN');
    const start = this.streams[from].length;
    const last = this.gaps[from].at(-1);
    if (last?.end === start && length < 2 ** 24)
      this.gaps[from].splice(-1, 1, { start: last.start, end: start + length });
    else this.gaps[from].push({ start, end: start + length });
    // Positions stay those of the sent stream, as long as that fits into memory.
    if (length < 2 ** 24) for (let index = 0; index < length; index++) this.streams[from].push(-1);
    this.#log(packet, timeMs, `${from} gap ${length}`);
  }

  note(from: End, note: string, timeMs: number, packet: number): void {
    this.#log(packet, timeMs, `${from} ${note}`);
  }

  leap({ packet: at, byMs, proof }: ClockLeap, timeMs: number, packet: number): void {
    this.leaps.push({ packet: at, byMs, proof });
    this.#log(packet, timeMs, `leap at ${at}`);
  }

  fin(from: End, timeMs: number, packet: number, unacknowledged?: number): void {
    this.unacknowledged.push([`${from} fin`, unacknowledged]);
    check(!this.finished[from], 'a second FIN');
    this.finished[from] = true;
    this.#log(packet, timeMs, `${from} fin`);
  }

  rst(
    from: End,
    timeToLive: number | undefined,
    usual: number | undefined,
    timeMs: number,
    packet: number,
    unacknowledged?: number,
  ): void {
    this.unacknowledged.push([`${from} rst`, unacknowledged]);
    this.#log(packet, timeMs, `${from} rst ${timeToLive} usually ${usual}`);
  }

  done(how: string, timeMs: number, unseen?: End): void {
    check(this.how === undefined && Number.isFinite(timeMs), 'done twice, or at no time');
    this.lines.push(`done ${how}`);
    this.how = how;
    this.unseen = unseen;
  }

  /** The lines but for those about octets. */
  get story(): string[] {
    return this.lines.filter((line) => !line.includes('octets'));
  }

  #log(packet: number, timeMs: number, line: string): void {
    check(this.how === undefined, `${line} after done`);
    check(Number.isFinite(timeMs), `time ${timeMs}`);
    check(packet >= this.#packet, `packet ${packet} after ${this.#packet}`);
    this.#packet = packet;
    this.lines.push(`${packet} ${line}`);
  }
}

export class Recorder implements FlowSink {
  readonly flows: RecordedFlow[] = [];

  opened(info: FlowInfo, timeMs: number, packet: number): FlowHandler {
    const flow = new RecordedFlow(info, timeMs, packet);
    this.flows.push(flow);
    return flow;
  }
}

/** Where two sequences differ first; -1 when they are the same. Much faster than a deep comparison by the test runner. */
export function firstDifference(one: ArrayLike<number>, two: ArrayLike<number>): number {
  const length = Math.max(one.length, two.length);
  for (let at = 0; at < length; at++) if (one[at] !== two[at]) return at;
  return -1;
}

function check(condition: boolean, sentence: string): void {
  if (!condition) throw new Error(`contract broken: ${sentence}`);
}

export interface Recorded {
  readonly flows: readonly RecordedFlow[];
  readonly capture: Capture;
}

/** Reads a whole file, in pieces of the given sizes (the last repeats); each piece is a buffer that is overwritten after. */
export function record(file: Uint8Array, pieces: readonly number[] = [], limits?: TcpLimits): Recorded {
  const recorder = new Recorder();
  const capture = new Capture(recorder, limits);
  for (let at = 0, index = 0; at < file.length; index++) {
    const size = pieces.length === 0 ? file.length : pieces[Math.min(index, pieces.length - 1)]!;
    const piece = file.slice(at, at + size);
    capture.push(piece);
    piece.fill(0xdd);
    at += size;
  }
  capture.end();
  for (const flow of recorder.flows) check(flow.how !== undefined, 'a connection that is never done');
  return { flows: recorder.flows, capture };
}
