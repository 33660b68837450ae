/** Frame scripts: what each side sends, step by step, with real HPACK. */
import type { Side } from '#base';
import { fromLatin1 } from '#base';
import {
  ByteBuffer,
  CLIENT_PREFACE,
  HpackEncoder,
  Observer,
  type SettingEntry,
  writeData,
  writeGoAway,
  writeHeaderBlock,
  writePing,
  writePushPromise,
  writeRstStream,
  writeSettings,
  writeSettingsAck,
  writeWindowUpdate,
} from '#h2';
import { Recorder } from './recorder.ts';

export interface Chunk {
  readonly from: Side;
  readonly bytes: Uint8Array;
}

export type Fields = Readonly<Record<string, string>>;

export const REQUEST: Fields = {
  ':method': 'POST',
  ':scheme': 'http',
  ':path': '/pkg.Svc/Get',
  ':authority': 'svc:50051',
  'content-type': 'application/grpc',
  te: 'trailers',
};
export const RESPONSE: Fields = { ':status': '200', 'content-type': 'application/grpc' };
export const TRAILERS: Fields = { 'grpc-status': '0' };

/** One end: each call appends one or more frames as one chunk. */
export class Speaker {
  readonly #side: Side;
  readonly #chunks: Chunk[];
  readonly #encoder = new HpackEncoder();

  constructor(side: Side, chunks: Chunk[]) {
    this.#side = side;
    this.#chunks = chunks;
  }

  preface(): this {
    return this.raw(fromLatin1(CLIENT_PREFACE));
  }
  settings(...settings: SettingEntry[]): this {
    return this.#frame((to) => writeSettings(to, settings));
  }
  ack(): this {
    return this.#frame(writeSettingsAck);
  }
  headers(stream: number, fields: Fields, endStream = false, maxFrameBytes?: number): this {
    return this.#frame((to) => writeHeaderBlock(to, stream, this.block(fields), endStream, maxFrameBytes));
  }
  data(stream: number, length: number, endStream = false, padding?: number): this {
    const options = { endStream, ...(padding === undefined ? {} : { padding }) };
    return this.#frame((to) => writeData(to, stream, new Uint8Array(length).fill(0x61), options));
  }
  /** A gRPC message of `length` octets. */
  message(stream: number, length: number, endStream = false): this {
    const body = new Uint8Array(5 + length);
    new DataView(body.buffer).setUint32(1, length);
    return this.#frame((to) => writeData(to, stream, body, { endStream }));
  }
  /** Any octets as DATA. */
  body(stream: number, body: readonly number[], endStream = false): this {
    return this.#frame((to) => writeData(to, stream, Uint8Array.from(body), { endStream }));
  }
  reset(stream: number, errorCode: number): this {
    return this.#frame((to) => writeRstStream(to, stream, errorCode));
  }
  window(stream: number, increment: number): this {
    return this.#frame((to) => writeWindowUpdate(to, stream, increment));
  }
  ping(payload: string, ack = false): this {
    return this.#frame((to) => writePing(to, payload, ack));
  }
  goAway(lastStream: number, errorCode: number, debug = ''): this {
    return this.#frame((to) => writeGoAway(to, lastStream, errorCode, debug));
  }
  promise(stream: number, promised: number, fields: Fields): this {
    return this.#frame((to) => writePushPromise(to, stream, promised, this.block(fields)));
  }
  raw(bytes: Uint8Array): this {
    this.#chunks.push({ from: this.#side, bytes });
    return this;
  }
  text(text: string): this {
    return this.raw(fromLatin1(text));
  }

  block(fields: Fields): Uint8Array {
    const to = new ByteBuffer();
    const list = Object.entries(fields).map(([name, value]) => ({ name, value, neverIndexed: false }));
    this.#encoder.encode(list, to);
    return to.toBytes();
  }

  #frame(write: (to: ByteBuffer) => void): this {
    const to = new ByteBuffer();
    write(to);
    return this.raw(to.toBytes());
  }
}

export class Script {
  readonly chunks: Chunk[] = [];
  readonly client = new Speaker('client', this.chunks);
  readonly server = new Speaker('server', this.chunks);

  /** Both prefaces and both acknowledgements. */
  hello(client: readonly SettingEntry[] = [], server: readonly SettingEntry[] = []): this {
    this.client.preface().settings(...client);
    this.server.settings(...server);
    this.client.ack();
    this.server.ack();
    return this;
  }

  /** A whole unary call. */
  unary(stream: number): this {
    this.client.headers(stream, REQUEST).message(stream, 10, true);
    this.server.headers(stream, RESPONSE).message(stream, 20).headers(stream, TRAILERS, true);
    return this;
  }
}

/** Runs chunks through an observer. */
export function observe(chunks: readonly Chunk[], prepare: (observer: Observer) => void = () => {}): Recorder {
  const recorder = new Recorder();
  const observer = new Observer(recorder);
  prepare(observer);
  for (const { from, bytes } of chunks) observer.receive(from, bytes, 0, bytes.length);
  observer.end('client');
  observer.end('server');
  return recorder;
}

/** Runs a script after the usual hello and gives the lines that follow the hello. */
export function afterHello(write: (script: Script) => void): Recorder {
  const script = new Script().hello();
  write(script);
  const recorder = observe(script.chunks);
  recorder.lines.splice(0, observe(new Script().hello().chunks).lines.length);
  return recorder;
}
