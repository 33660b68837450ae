/** The columns that every line of the frame log has, built with as little work a line as it takes. */
import type { Side } from '#base';
import { type Frame, flagNames, frameTypeName } from '#h2';
import { left, right, seconds } from './columns.ts';

const INDEX = 7;
const TIME = 12;
const PACKET = 7;
const CONNECTION = 4;
const TYPE = 13;
const STREAM = 6;
const LENGTH = 7;

/** The line above the first one. Columns are parted by blanks only, so that `awk` can count them. */
export const HEADING =
  `${right('frame', INDEX)} ${right('time s', TIME)} ${right('packet', PACKET)} ${right('conn', CONNECTION)}    ` +
  `${left('type', TYPE)} ${right('stream', STREAM)} ${right('length', LENGTH)}  flags  detail\n`;

/** `->` is client to server. */
export function arrow(from: Side | undefined): string {
  if (from === undefined) return '--';
  return from === 'client' ? '->' : '<-';
}

/** Makes the columns; remembers what the line before already formatted, as many frames share a packet. */
export class Rows {
  #place = '';
  #timeMs = Number.NaN;
  #packet = -1;
  #connection = -1;

  /** The columns of a frame: everything up to its flags. */
  frame(index: number, timeMs: number, packet: number, connection: number, from: Side, frame: Frame): string {
    const place = this.#at(timeMs, packet, connection);
    const stream = right(String(frame.stream), STREAM);
    const length = right(String(frame.length), LENGTH);
    return `${right(String(index), INDEX)}${place}${arrow(from)} ${typeColumn(frame.type)} ${stream} ${length}  ${flagColumn(frame.type, frame.flags)}`;
  }

  /** The columns of a line that is no frame. */
  other(
    index: number | undefined,
    timeMs: number,
    packet: number,
    connection: number,
    from: Side | undefined,
    label: string,
    stream: number | undefined,
  ): string {
    const number = index === undefined ? '-' : String(index);
    const streamText = stream === undefined ? '-' : String(stream);
    const place = this.#at(timeMs, packet, connection);
    return `${right(number, INDEX)}${place}${arrow(from)} ${left(label, TYPE)} ${right(streamText, STREAM)} ${right('-', LENGTH)}  -`;
  }

  #at(timeMs: number, packet: number, connection: number): string {
    if (timeMs !== this.#timeMs || packet !== this.#packet || connection !== this.#connection) {
      this.#timeMs = timeMs;
      this.#packet = packet;
      this.#connection = connection;
      const time = right(seconds(timeMs), TIME);
      this.#place = ` ${time} ${right(String(packet), PACKET)} ${right(String(connection), CONNECTION)} `;
    }
    return this.#place;
  }
}

/** By type, and by type and flags: both are octets, so the tables are bounded. */
const typeColumns: string[] = [];
const flagColumns: string[] = [];

function typeColumn(type: number): string {
  typeColumns[type] ??= left(frameTypeName(type), TYPE);
  return typeColumns[type];
}

function flagColumn(type: number, flags: number): string {
  const key = (type << 8) | flags;
  flagColumns[key] ??= flagNames(type, flags);
  return flagColumns[key];
}
