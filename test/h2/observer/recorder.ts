/** What an observer reports, one line an event: `>` from the client, `<` from the server, `!` a violation. */
import type { Side } from '#base';
import { type Frame, flagNames, frameTypeName, type HeaderField, type HeadersRole, type ObserverSink } from '#h2';

export class Recorder implements ObserverSink {
  readonly lines: string[] = [];
  /** Pieces of data depend on the cuts of the input; their sum does not. */
  readonly octets = { client: 0, server: 0 };

  frame(from: Side, frame: Frame, stream: number | undefined, connection: number | undefined): void {
    const windows = stream === undefined && connection === undefined ? '' : ` [${shown(stream)} ${shown(connection)}]`;
    const flags = flagNames(frame.type, frame.flags);
    const detail = frame.kind === 'broken' ? ` ${frame.reason}` : '';
    const name = frameTypeName(frame.type);
    this.#say(from, `${name} ${frame.stream} ${flags} ${frame.length}${detail}${windows}`);
  }

  headers(
    from: Side,
    stream: number,
    role: HeadersRole,
    fields: readonly HeaderField[],
    endStream: boolean,
    complete: boolean,
  ): void {
    const list = fields.map(({ name, value, unknown }) => (unknown === 'field' ? '?' : `${name || '?'}=${value}`));
    const marks = [...(endStream ? ['end'] : []), ...(complete ? [] : ['incomplete'])];
    this.#say(from, [role, stream, ...list, ...marks].join(' '));
  }

  data(from: Side, stream: number, _bytes: Uint8Array, start: number, end: number): void {
    this.octets[from] += end - start;
    if (end <= start) this.#say(from, `an empty piece of data on ${stream}`);
  }

  dataLost(from: Side, stream: number, length: number): void {
    this.#say(from, `lost ${stream} ${length}`);
  }

  streamEnded(from: Side, stream: number, how: 'end-stream' | 'reset'): void {
    this.#say(from, `${how} ${stream}`);
  }

  violation({ by, rule, stream, detail }: Parameters<ObserverSink['violation']>[0]): void {
    this.lines.push(`! ${by} ${rule} ${stream}: ${detail}`);
  }

  skipped(from: Side, length: number): void {
    this.#say(from, `skipped ${length}`);
  }

  /** The rules that were broken, with who and where. */
  get violations(): string[] {
    return this.lines.filter((line) => line.startsWith('!')).map((line) => line.slice(2).replace(/:.*/, ''));
  }

  #say(from: Side, text: string): void {
    this.lines.push(`${from === 'client' ? '>' : '<'} ${text}`);
  }
}

function shown(window: number | undefined): string {
  return window === undefined ? '-' : String(window);
}
