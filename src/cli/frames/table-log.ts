/**
 * Frames as tab-separated rows, for awk, spreadsheets and databases: the header columns below, then each header field of
 * the block that the frame completes as one more column, `name: value`.
 */
import { type Frame, flagNames, frameTypeName, type HeaderField } from '#h2';
import type { FrameEvent, HeadersEvent, TraceEvent } from '#trace';
import { type FrameFilter, selects, selectsAll } from './filter.ts';
import type { Log } from './log.ts';
import { printable } from './printable.ts';

const COLUMNS = ['frame', 'time_ms', 'packet', 'connection', 'from', 'type', 'flags', 'stream', 'length', 'fields'];
/** Rows are handed on in pieces of this size: a call for each of millions would cost more than making them. */
const PIECE_CHARACTERS = 32_768;

/** `rowsMax` frames are written at most; the row of column names does not count. */
export function tableLog(write: (text: string) => void, filter: FrameFilter, rowsMax: number): Log {
  return new TableLog(write, filter, rowsMax);
}

class TableLog implements Log {
  readonly #write: (text: string) => void;
  readonly #filter: FrameFilter;
  readonly #everything: boolean;
  #rowsLeft: number;
  #text = '';
  /** The frame whose row is still open, because its header fields follow it. */
  #open = 0;
  /** Many frames share a packet, and so their time. */
  #timeMs = Number.NaN;
  #packet = 0;
  #time = '';
  readonly #fields = new LastFields();

  constructor(write: (text: string) => void, filter: FrameFilter, rowsMax: number) {
    this.#write = write;
    this.#filter = filter;
    this.#everything = selectsAll(filter);
    this.#rowsLeft = rowsMax;
  }

  get full(): boolean {
    return this.#rowsLeft <= 0;
  }

  begin(): void {
    this.#write(`${COLUMNS.join('\t')}\n`);
  }

  readonly event = (event: TraceEvent): void => {
    if (event.kind === 'frame') this.#frame(event);
    else if (event.kind === 'headers' && event.index === this.#open) this.#text += this.#fields.textOf(event);
  };

  flush(): void {
    this.#finish();
    if (this.#text !== '') this.#write(this.#text);
    this.#text = '';
  }

  #frame(event: FrameEvent): void {
    this.#finish();
    if (this.#text.length >= PIECE_CHARACTERS) this.flush();
    if (this.full || !(this.#everything || selects(this.#filter, event))) return;
    this.#rowsLeft--;
    this.#open = event.index;
    const { index, timeMs, packet, connection, from, frame } = event;
    if (timeMs !== this.#timeMs || packet !== this.#packet) {
      this.#timeMs = timeMs;
      this.#packet = packet;
      this.#time = `${timeMs}\t${packet}`;
    }
    this.#text += `${index}\t${this.#time}\t${connection}\t${from}\t${kindOf(frame)}\t${frame.stream}\t${frame.length}`;
  }

  #finish(): void {
    if (this.#open > 0) this.#text += '\n';
    this.#open = 0;
  }
}

/** The text of the last field list of each role: a repeated block decodes to the same list. */
class LastFields {
  readonly #lists = new Map<HeadersEvent['role'], readonly HeaderField[]>();
  readonly #texts = new Map<HeadersEvent['role'], string>();

  textOf({ role, fields }: HeadersEvent): string {
    if (this.#lists.get(role) === fields) return this.#texts.get(role) ?? '';
    let text = '';
    for (const field of fields) text += `\t${fieldText(field)}`;
    this.#lists.set(role, fields);
    this.#texts.set(role, text);
    return text;
  }
}

/** Type and flags, made once for each pair of octets. */
const kinds: (string | undefined)[] = [];

function kindOf({ type, flags }: Frame): string {
  const key = (type << 8) | flags;
  kinds[key] ??= `${frameTypeName(type)}\t${flagNames(type, flags)}`;
  return kinds[key];
}

function fieldText({ name, value, unknown }: HeaderField): string {
  if (unknown !== 'nothing') return unknown === 'field' ? '?: ?' : `?: ${printable(value)}`;
  return `${printable(name)}: ${printable(value)}`;
}
