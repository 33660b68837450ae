/**
 * Frames as tab-separated rows, for awk, spreadsheets and databases: the columns below, then each header field of the block
 * that the frame completes as one more column, `name: value`, and each message as `message: type {...}`. ASCII; other octets of header fields stand as `\xe4`.
 */
import { toLatin1 } from '#base';
import { type Frame, flagNames, frameTypeName, type HeaderField } from '#h2';
import type { FrameEvent, HeadersEvent, TraceEvent } from '#trace';
import { type FrameFilter, selects, selectsAll } from './filter.ts';
import type { Log } from './log.ts';
import type { MessageTexts, ShownMessage } from './message-texts.ts';
import { RowBuffer } from './row-buffer.ts';

const COLUMNS = ['frame', 'time_ms', 'packet', 'connection', 'from', 'type', 'flags', 'stream', 'length', 'fields'];
/** Rows are handed on in pieces of this size: a call for each of millions would cost more than making them. */
const PIECE_BYTES = 32_768;

/** `rowsMax` frames are written at most; the row of column names does not count. */
export function tableLog(
  write: (bytes: Uint8Array) => void,
  filter: FrameFilter,
  rowsMax: number,
  messages?: MessageTexts,
): Log {
  return new TableLog(write, filter, rowsMax, messages);
}

class TableLog implements Log {
  readonly #write: (bytes: Uint8Array) => void;
  readonly #filter: FrameFilter;
  readonly #everything: boolean;
  #rowsLeft: number;
  readonly #messages: MessageTexts | undefined;
  readonly #rows = new RowBuffer();
  readonly #utf8 = new TextEncoder();
  /** The frame whose row is still open, because its header fields follow it. */
  #open = 0;
  /** Many frames share a packet, and so their time. */
  #timeMs = Number.NaN;
  #packet = 0;
  #time = '';
  readonly #lastFields = new Map<
    HeadersEvent['role'],
    { readonly list: readonly HeaderField[]; readonly row: Uint8Array }
  >();

  constructor(
    write: (bytes: Uint8Array) => void,
    filter: FrameFilter,
    rowsMax: number,
    messages: MessageTexts | undefined,
  ) {
    this.#messages = messages;
    this.#write = write;
    this.#filter = filter;
    this.#everything = selectsAll(filter);
    this.#rowsLeft = rowsMax;
  }

  get full(): boolean {
    return this.#rowsLeft <= 0;
  }

  begin(): void {
    for (const [at, column] of COLUMNS.entries()) {
      if (at > 0) this.#rows.tab();
      this.#rows.text(column);
    }
    this.#rows.endRow();
  }

  readonly event = (event: TraceEvent): void => {
    if (event.kind === 'frame') this.#frame(event);
    else if (event.kind === 'headers' && event.index === this.#open) {
      this.#fields(event);
      this.#message('details', this.#messages?.details(event));
    } else if (event.kind === 'message' && event.index === this.#open) {
      this.#message('message', this.#messages?.message(event));
    }
  };

  flush(): void {
    this.#finish();
    if (this.#rows.length > 0) this.#write(this.#rows.bytes);
    this.#rows.clear();
  }

  #frame(event: FrameEvent): void {
    this.#finish();
    if (this.#rows.length >= PIECE_BYTES) this.flush();
    if (this.full || !(this.#everything || selects(this.#filter, event))) return;
    this.#rowsLeft--;
    this.#open = event.index;
    const { index, connection, from, frame } = event;
    const rows = this.#rows;
    rows.number(index);
    rows.tab();
    rows.text(this.#timeOf(event));
    rows.tab();
    rows.number(event.packet);
    rows.tab();
    rows.number(connection);
    rows.tab();
    rows.text(from);
    const { type, flags } = namesOf(frame);
    rows.tab();
    rows.text(type);
    rows.tab();
    rows.text(flags);
    rows.tab();
    rows.number(frame.stream);
    rows.tab();
    rows.number(frame.length);
  }

  #timeOf({ timeMs, packet }: FrameEvent): string {
    if (timeMs !== this.#timeMs || packet !== this.#packet) {
      this.#timeMs = timeMs;
      this.#packet = packet;
      this.#time = String(timeMs);
    }
    return this.#time;
  }

  /** A repeated block decodes to the same list: its octets are copied from the last one of that role. */
  #fields({ role, fields }: HeadersEvent): void {
    const last = this.#lastFields.get(role);
    if (last?.list === fields) {
      this.#rows.copy(last.row);
      return;
    }
    const start = this.#rows.length;
    for (const field of fields) this.#field(field);
    // Requests vary from call to call; what answers them repeats.
    if (role !== 'request') this.#lastFields.set(role, { list: fields, row: this.#rows.sliceFrom(start) });
  }

  #field({ name, value, unknown }: HeaderField): void {
    const rows = this.#rows;
    rows.tab();
    rows.text(unknown === 'nothing' ? name : '?');
    rows.text(': ');
    rows.text(unknown === 'field' ? '?' : value);
  }

  #message(name: string, shown: ShownMessage | undefined): void {
    if (shown === undefined) return;
    this.#rows.tab();
    this.#rows.text(toLatin1(this.#utf8.encode(`${name}: ${shown.text}`)));
  }

  #finish(): void {
    if (this.#open > 0) this.#rows.endRow();
    this.#open = 0;
  }
}

interface Names {
  readonly type: string;
  readonly flags: string;
}

/** Made once for each pair of octets. */
const names: (Names | undefined)[] = [];

function namesOf({ type, flags }: Frame): Names {
  const key = (type << 8) | flags;
  names[key] ??= { type: frameTypeName(type), flags: flagNames(type, flags) };
  return names[key];
}
