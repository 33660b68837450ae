/** The HTTP/2 part of a traced connection: what the observer reports becomes trace events. */
import type { Side } from '#base';
import {
  type Frame,
  type HeaderField,
  type HeadersRole,
  type LossPlace,
  Observer,
  type ObserverSink,
  type SettingEntry,
  type Violation,
} from '#h2';
import type { Sleeper } from './awake.ts';
import { Calls } from './calls.ts';
import type { Output, Place } from './output.ts';

/** Frames of a side whose indexes are kept, for violations that are certain only some frames later. A power of two. */
const INDEXES = 64;

/** The indexes of one side's frames. */
class FrameIndexes {
  readonly #last = new Float64Array(INDEXES);
  #count = 0;

  add(index: number): void {
    this.#last[this.#count++ & (INDEXES - 1)] = index;
  }

  /** Of the frame sent last, or of one that was sent `before` frames earlier; of the oldest known where that is forgotten. */
  at(before: number): number {
    const known = Math.min(this.#count, INDEXES);
    if (known === 0) return 0;
    return this.#last[(this.#count - 1 - Math.min(before, known - 1)) & (INDEXES - 1)]!;
  }
}

export class Watch implements ObserverSink, Sleeper {
  place = 0;
  readonly #observer = new Observer(this);
  readonly #output: Output;
  readonly #place: Place;
  readonly #calls: Calls;
  readonly #client = new FrameIndexes();
  readonly #server = new FrameIndexes();

  constructor(output: Output, place: Place) {
    this.#output = output;
    this.#place = place;
    this.#calls = new Calls((from, stream, { compressed, length, received }, payload) => {
      const { connection, timeMs, packet } = place;
      const index = this.#indexes(from).at(0);
      const event = {
        kind: 'message',
        connection,
        timeMs,
        packet,
        index,
        from,
        stream,
        compressed,
        length,
        received,
      } as const;
      output.sink(payload === undefined ? event : { ...event, payload });
    }, output.allowance);
  }

  joinMiddle(side: Side): void {
    this.#observer.joinMiddle(side);
  }

  upgrade(settings: readonly SettingEntry[]): void {
    this.#observer.upgrade(settings);
  }

  receive(from: Side, bytes: Uint8Array, start: number, end: number): void {
    this.#output.awake.wake(this);
    this.#observer.receive(from, bytes, start, end);
  }

  rest(): void {
    this.#observer.rest();
    this.#calls.rest();
  }

  /** What the next `length` octets of `from` belong to, if no frame is missing with them. */
  lacksWithin(from: Side, length: number): LossPlace | undefined {
    return this.#observer.lacksWithin(from, length);
  }

  gap(from: Side, length: number): void {
    this.#observer.gap(from, length);
  }

  /** The connection is over. */
  end(): void {
    this.#observer.end('client');
    this.#observer.end('server');
    this.#calls.end();
    this.#output.awake.leave(this);
  }

  frame(from: Side, frame: Frame, streamWindow: number | undefined, connectionWindow: number | undefined): void {
    const { connection, timeMs, packet } = this.#place;
    const index = ++this.#output.frames;
    this.#indexes(from).add(index);
    this.#output.sink({
      kind: 'frame',
      connection,
      timeMs,
      packet,
      index,
      from,
      frame,
      streamWindow,
      connectionWindow,
    });
  }

  headers(
    from: Side,
    stream: number,
    role: HeadersRole,
    fields: readonly HeaderField[],
    endStream: boolean,
    complete: boolean,
  ): void {
    const { connection, timeMs, packet } = this.#place;
    const index = this.#indexes(from).at(0);
    this.#output.sink({
      kind: 'headers',
      connection,
      timeMs,
      packet,
      index,
      from,
      stream,
      role,
      fields,
      endStream,
      complete,
    });
    this.#calls.headers(stream, role, fields, complete);
  }

  data(from: Side, stream: number, bytes: Uint8Array, start: number, end: number): void {
    this.#calls.data(from, stream, bytes, start, end);
  }

  dataLost(from: Side, stream: number, length: number): void {
    this.#calls.dataLost(from, stream, length);
  }

  streamEnded(from: Side, stream: number): void {
    this.#calls.ended(from, stream);
  }

  violation({ by, rule, stream, detail }: Violation, framesAgo: number): void {
    const { connection, timeMs, packet } = this.#place;
    const index = this.#indexes(by).at(framesAgo);
    this.#output.sink({ kind: 'violation', connection, timeMs, packet, index, by, rule, stream, detail });
  }

  skipped(from: Side, length: number): void {
    const { connection, timeMs, packet } = this.#place;
    this.#output.sink({ kind: 'lost', connection, timeMs, packet, from, length, why: 'resync' });
  }

  #indexes(side: Side): FrameIndexes {
    return side === 'client' ? this.#client : this.#server;
  }
}
