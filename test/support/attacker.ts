/**
 * A client that says what a test tells it to, rule or no rule, over a link that exists in memory only, and writes down what the
 * server answers. It keeps its own HPACK tables, so that its requests and the server's answers can be read as fields.
 */
import { fromLatin1, toLatin1 } from '#base';
import {
  ByteBuffer,
  CLIENT_PREFACE,
  type DataFrame,
  ErrorCode,
  errorCodeName,
  Flag,
  FRAME_BYTES_DEFAULT,
  FrameReader,
  type FrameSink,
  HpackDecoder,
  HpackEncoder,
  type SettingEntry,
  type WholeFrame,
  writeData,
  writeFrame,
  writeHeaderBlock,
  writePing,
  writeRstStream,
  writeSettings,
  writeSettingsAck,
  writeWindowUpdate,
} from '#h2';
import type { Address, Link, LinkFault, LinkHandler } from '#transport';
import type { VirtualClock } from './virtual-clock.ts';

/** What the server sent, as far as tests look at it. */
export type Seen =
  | {
      readonly kind: 'headers';
      readonly stream: number;
      readonly fields: Readonly<Record<string, string>>;
      readonly end: boolean;
    }
  | { readonly kind: 'data'; readonly stream: number; readonly bytes: Uint8Array; readonly end: boolean }
  | { readonly kind: 'rst'; readonly stream: number; readonly code: string }
  | { readonly kind: 'goaway'; readonly last: number; readonly code: string; readonly debug: string }
  | { readonly kind: 'settings'; readonly settings: readonly SettingEntry[]; readonly ack: boolean }
  | { readonly kind: 'ping'; readonly payload: string; readonly ack: boolean }
  | { readonly kind: 'window'; readonly stream: number; readonly increment: number };

/** The server's end of the link. */
export class MemoryLink implements Link {
  readonly local: Address = { kind: 'tcp', host: '127.0.0.1', port: 50_051 };
  readonly remote: Address;
  readonly security = undefined;
  handler: LinkHandler | undefined = undefined;
  /** Octets of each write. */
  readonly writes: number[] = [];
  /** The client does not read: writes are kept, and the server is told to wait. */
  isStuck = false;
  unsentBytes = 0;
  isEnded = false;
  isDestroyed = false;
  isClosed = false;
  onEnd: (() => void) | undefined = undefined;
  readonly #received: (bytes: Uint8Array) => void;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock, received: (bytes: Uint8Array) => void, port: number) {
    this.#clock = clock;
    this.#received = received;
    this.remote = { kind: 'tcp', host: '127.0.0.9', port };
  }

  start(handler: LinkHandler): void {
    this.handler = handler;
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.isEnded || this.isDestroyed) return true;
    const size = chunks.reduce((sum, { length }) => sum + length, 0);
    this.writes.push(size);
    if (this.isStuck) {
      this.unsentBytes += size;
      return false;
    }
    for (const chunk of chunks) this.#received(chunk.slice());
    return true;
  }

  pause(): void {}
  resume(): void {}

  end(): void {
    this.isEnded = true;
    this.onEnd?.();
  }

  destroy(): void {
    this.isDestroyed = true;
    this.#clock.defer(() => this.close(undefined));
  }

  close(fault: LinkFault | undefined): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.handler?.closed(fault);
  }
}

export type Fields = Readonly<Record<string, string>>;

export interface RequestOptions {
  /** Octets of the message; `none`: no DATA. */
  readonly message?: Uint8Array | 'none';
  /** END_STREAM; default true. */
  readonly end?: boolean;
  readonly fields?: Fields;
}

let nextPort = 40_000;

export class Attacker {
  readonly link: MemoryLink;
  readonly seen: Seen[] = [];
  /** Answers SETTINGS and PING as an honest client does. */
  isHonest = true;
  readonly encoder = new HpackEncoder();
  readonly out = new ByteBuffer();
  readonly #clock: VirtualClock;
  #isBatch = false;
  #hasBegun = false;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    const reader = new FrameReader(new Ears((seen) => this.hear(seen)));
    this.link = new MemoryLink(clock, (bytes) => reader.push(bytes, 0, bytes.length), nextPort++);
    this.link.onEnd = () => {
      if (this.isHonest) this.#clock.defer(() => this.#endToo());
    };
  }

  // --- what the client sends

  /** Everything that `tell` sends goes out as one chunk. */
  batch(tell: () => void): this {
    this.#isBatch = true;
    tell();
    this.#isBatch = false;
    return this.flush();
  }

  flush(): this {
    if (this.#isBatch) return this;
    const bytes = this.out.toBytes();
    this.out.clear();
    if (bytes.length > 0 && !this.link.isDestroyed) this.link.handler?.bytes(bytes, 0, bytes.length);
    this.#clock.settle();
    if (this.out.length > 0) this.flush();
    return this;
  }

  raw(bytes: Uint8Array): this {
    this.out.append(bytes);
    return this.flush();
  }

  preface(settings: readonly SettingEntry[] = []): this {
    // What was to be answered before comes after it (RFC 9113 §3.4).
    const answers = this.out.toBytes();
    this.out.clear();
    this.out.append(fromLatin1(CLIENT_PREFACE));
    writeSettings(this.out, settings);
    this.out.append(answers);
    this.#hasBegun = true;
    return this.flush();
  }

  settings(settings: readonly SettingEntry[]): this {
    writeSettings(this.out, settings);
    return this.flush();
  }

  headers(stream: number, fields: Fields, end = false): this {
    const block = new ByteBuffer();
    const list = Object.entries(fields).map(([name, value]) => ({ name, value, neverIndexed: false }));
    this.encoder.encode(list, block);
    writeHeaderBlock(this.out, stream, block.toBytes(), end);
    return this.flush();
  }

  /** In frames of the length that every server takes. */
  data(stream: number, bytes: Uint8Array, end = false): this {
    let at = 0;
    for (; bytes.length - at > FRAME_BYTES_DEFAULT; at += FRAME_BYTES_DEFAULT) {
      writeData(this.out, stream, bytes.subarray(at, at + FRAME_BYTES_DEFAULT));
    }
    writeData(this.out, stream, bytes.subarray(at), { endStream: end });
    return this.flush();
  }

  /** A call: HEADERS, and one message. */
  request(stream: number, path: string, options: RequestOptions = {}): this {
    const { message = new Uint8Array(3), end = true } = options;
    const wasBatch = this.#isBatch;
    this.#isBatch = true;
    const isAlone = message === 'none';
    this.headers(stream, { ...grpcFields(path), ...options.fields }, end && isAlone);
    if (!isAlone) this.data(stream, framed(message), end);
    this.#isBatch = wasBatch;
    return this.flush();
  }

  reset(stream: number, code: number = ErrorCode.CANCEL): this {
    writeRstStream(this.out, stream, code);
    return this.flush();
  }

  ping(payload = '0000000000000000', ack = false): this {
    writePing(this.out, payload, ack);
    return this.flush();
  }

  windowUpdate(stream: number, increment: number): this {
    writeWindowUpdate(this.out, stream, increment);
    return this.flush();
  }

  /** Any frame, by numbers. */
  frame(type: number, flags: number, stream: number, payload: Uint8Array): this {
    writeFrame(this.out, type, flags, stream, payload);
    return this.flush();
  }

  fin(): this {
    this.link.handler?.ended();
    this.#clock.settle();
    return this;
  }

  #endToo(): void {
    this.link.handler?.ended();
    this.link.close(undefined);
  }

  /** The connection breaks. */
  cut(): this {
    this.link.close({ kind: 'reset', code: 'ECONNRESET', text: 'the client reset the connection' });
    this.#clock.settle();
    return this;
  }

  // --- what the server answered

  of<Kind extends Seen['kind']>(kind: Kind, stream?: number): Extract<Seen, { kind: Kind }>[] {
    return this.seen.filter(
      (seen): seen is Extract<Seen, { kind: Kind }> =>
        seen.kind === kind && (stream === undefined || ('stream' in seen && seen.stream === stream)),
    );
  }

  get goaway(): Extract<Seen, { kind: 'goaway' }> | undefined {
    return this.of('goaway').at(-1);
  }

  /** The frames of a stream, one word each: `200`, `data:8`, `status:0`, `rst:CANCEL`. */
  story(stream: number): string[] {
    const story: string[] = [];
    for (const seen of this.seen) {
      if (!('stream' in seen) || seen.stream !== stream) continue;
      const end = 'end' in seen && seen.end ? ' END' : '';
      if (seen.kind === 'headers') {
        const http = seen.fields[':status'];
        const status = seen.fields['grpc-status'];
        story.push([http, status === undefined ? undefined : `status:${status}`].filter(Boolean).join(' ') + end);
      } else if (seen.kind === 'data') story.push(`data:${seen.bytes.length}${end}`);
      else if (seen.kind === 'rst') story.push(`rst:${seen.code}`);
    }
    return story;
  }

  /** The messages that a stream carried. */
  messages(stream: number): string[] {
    let rest = toLatin1(joined(this.of('data', stream).map(({ bytes }) => bytes)));
    const messages: string[] = [];
    while (rest.length >= 5) {
      const length = [...rest.slice(1, 5)].reduce((sum, character) => sum * 256 + character.charCodeAt(0), 0);
      messages.push(rest.slice(5, 5 + length));
      rest = rest.slice(5 + length);
    }
    return messages;
  }

  /** The last header section of a stream: its trailers, or Trailers-Only. */
  trailers(stream: number): Fields {
    return this.of('headers', stream).at(-1)?.fields ?? {};
  }

  /** A frame of the server, for `Ears`. */
  hear(seen: Seen): void {
    this.seen.push(seen);
    if (!this.isHonest) return;
    if (seen.kind === 'settings' && !seen.ack) writeSettingsAck(this.out);
    if (seen.kind === 'ping' && !seen.ack) writePing(this.out, seen.payload, true);
    if (this.out.length > 0 && this.#hasBegun) this.#clock.defer(() => this.flush());
  }
}

/** Reads what the server sends. */
class Ears implements FrameSink {
  readonly #tell: (seen: Seen) => void;
  readonly #decoder = new HpackDecoder();
  #block: { readonly stream: number; readonly end: boolean; bytes: Uint8Array } | undefined = undefined;
  #data: Uint8Array[] = [];

  constructor(tell: (seen: Seen) => void) {
    this.#tell = tell;
  }

  frame(frame: WholeFrame, _fault: unknown, payload: Uint8Array, payloadStart: number): void {
    switch (frame.kind) {
      case 'headers':
      case 'continuation': {
        const start = payloadStart + frame.bodyOffset;
        const part = payload.slice(start, start + frame.bodyLength);
        const end = (frame.flags & Flag.END_STREAM) !== 0;
        const before = this.#block ?? { stream: frame.stream, end, bytes: new Uint8Array(0) };
        this.#block = { ...before, bytes: joined([before.bytes, part]) };
        if ((frame.flags & Flag.END_HEADERS) !== 0) this.#blockOver();
        return;
      }
      case 'rst-stream':
        this.#tell({ kind: 'rst', stream: frame.stream, code: errorCodeName(frame.errorCode) });
        return;
      case 'goaway':
        this.#tell({
          kind: 'goaway',
          last: frame.lastStream,
          code: errorCodeName(frame.errorCode),
          debug: frame.debugData,
        });
        return;
      case 'settings':
        this.#tell({ kind: 'settings', settings: frame.settings, ack: (frame.flags & Flag.ACK) !== 0 });
        return;
      case 'ping':
        this.#tell({ kind: 'ping', payload: frame.payload, ack: (frame.flags & Flag.ACK) !== 0 });
        return;
      case 'window-update':
        this.#tell({ kind: 'window', stream: frame.stream, increment: frame.increment });
        return;
      default:
        throw new Error(`the server sent a frame of kind ${frame.kind}`);
    }
  }

  dataBegin(): void {
    this.#data = [];
  }

  data(_frame: DataFrame, bytes: Uint8Array, start: number, end: number): void {
    this.#data.push(bytes.slice(start, end));
  }

  dataLost(): void {}

  dataEnd(frame: DataFrame): void {
    const end = (frame.flags & Flag.END_STREAM) !== 0;
    this.#tell({ kind: 'data', stream: frame.stream, bytes: joined(this.#data), end });
  }

  #blockOver(): void {
    const { stream, end, bytes } = this.#block!;
    this.#block = undefined;
    const block = this.#decoder.decode(bytes, 0, bytes.length);
    if (block.kind === 'fault') throw new Error(`the server sent a block that cannot be decoded: ${block.detail}`);
    const fields = Object.fromEntries(block.fields.map(({ name, value }) => [name, value]));
    this.#tell({ kind: 'headers', stream, fields, end });
  }
}

/** The request headers of a gRPC call. */
export function grpcFields(path: string): Fields {
  return {
    ':method': 'POST',
    ':scheme': 'http',
    ':path': path,
    ':authority': 'svc',
    'content-type': 'application/grpc',
    te: 'trailers',
  };
}

/** The message behind its prefix. */
export function framed(message: Uint8Array, compressed = false): Uint8Array {
  const bytes = new Uint8Array(5 + message.length);
  bytes[0] = compressed ? 1 : 0;
  new DataView(bytes.buffer).setUint32(1, message.length);
  bytes.set(message, 5);
  return bytes;
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
