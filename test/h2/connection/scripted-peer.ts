/** An engine whose peer is a script: what the engine answers to the script's octets, as short lines. */
import type { Side } from '#base';
import {
  type ActiveStream,
  Connection,
  type ConnectionOptions,
  errorCodeName,
  type Frame,
  FrameReader,
  flagNames,
  frameTypeName,
} from '#h2';
import { ConnectionNotes, list, requestFields, StreamNotes } from '../../support/engine-pair.ts';
import { type Chunk, Speaker } from '../observer/script.ts';

export class ScriptedPeer {
  readonly notes = new ConnectionNotes();
  readonly connection: Connection;
  readonly peer: Speaker;
  readonly #chunks: Chunk[] = [];
  nowMs = 0;

  /** `side` is the engine's. The peer has said its preface and acknowledged ours unless `hello` is false. */
  constructor(side: Side, options: Partial<ConnectionOptions> = {}, hello = true) {
    this.connection = new Connection({ ...options, side, nowMs: 0 }, this.notes);
    this.notes.connection = this.connection;
    this.peer = new Speaker(side === 'client' ? 'server' : 'client', this.#chunks);
    this.connection.start();
    if (!hello) return;
    if (side === 'server') this.peer.preface();
    this.peer.settings().ack();
    this.answer();
  }

  /** Client: opens a stream; the request ends at once unless told otherwise. */
  open(endStream = true): { readonly stream: ActiveStream; readonly notes: StreamNotes } {
    const notes = new StreamNotes(() => this.connection);
    return { stream: this.connection.open(notes, list(requestFields), endStream), notes };
  }

  /** Delivers what the script has said since and answers with what the engine says to it. */
  answer(): string[] {
    for (const { bytes } of this.#chunks.splice(0)) this.connection.receive(bytes, 0, bytes.length, this.nowMs);
    return linesOf(this.connection.takeOutput(1_000_000, this.nowMs));
  }
}

/** The frames in octets, one line each; the client's preface is passed over. */
export function linesOf(chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = [];
  const tell = (frame: Frame): void => {
    const flags = flagNames(frame.type, frame.flags);
    let line = `${frameTypeName(frame.type)} ${frame.stream}${flags === '-' ? '' : ` ${flags}`}`;
    if (frame.kind === 'rst-stream') line += ` ${errorCodeName(frame.errorCode)}`;
    if (frame.kind === 'goaway') line += ` ${frame.lastStream} ${errorCodeName(frame.errorCode)} ${frame.debugData}`;
    if (frame.kind === 'window-update') line += ` ${frame.increment}`;
    if (frame.kind === 'ping') line += ` ${frame.payload}`;
    if (frame.kind === 'data') line += ` ${frame.bodyLength}`;
    if (frame.kind === 'settings') line += frame.settings.map(({ id, value }) => ` ${id}=${value}`).join('');
    lines.push(line);
  };
  const ignore = (): void => {};
  const reader = new FrameReader({ frame: tell, dataBegin: tell, data: ignore, dataLost: ignore, dataEnd: ignore });
  const bytes = Uint8Array.from(chunks.flatMap((chunk) => [...chunk]));
  const start = bytes[0] === 0x50 && bytes[1] === 0x52 ? 24 : 0;
  reader.push(bytes, start, bytes.length);
  return lines;
}
