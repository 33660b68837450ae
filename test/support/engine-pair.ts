/** Two engine connections joined octet by octet in virtual time: what one writes the other reads, in pieces of any size. */
import {
  type ActiveStream,
  Connection,
  type ConnectionEnding,
  type ConnectionHandler,
  type ConnectionOptions,
  type Farewell,
  type HeaderBlock,
  HeaderTemplate,
  type StreamEnding,
  type StreamHandler,
} from '../../src/h2/index.ts';

/** What a stream's owner heard, as short texts, and the octets of its DATA. */
export class StreamNotes implements StreamHandler {
  readonly heard: string[] = [];
  readonly bytes: number[] = [];
  stream: ActiveStream | undefined;
  ending: StreamEnding | undefined;
  /** Octets are reported as consumed at once unless this is false. */
  consumes = true;
  readonly #connection: () => Connection;
  onData: ((stream: ActiveStream) => void) | undefined;
  onEnded: ((stream: ActiveStream) => void) | undefined;
  onWritable: ((stream: ActiveStream) => void) | undefined;

  constructor(connection: () => Connection) {
    this.#connection = connection;
  }

  headers(_stream: ActiveStream, block: HeaderBlock, role: string, endStream: boolean): void {
    const fields = block.fields.map(({ name, value }) => `${name}=${value}`).join(' ');
    this.heard.push(`${role} ${fields}${endStream ? ' END' : ''}`);
  }
  data(stream: ActiveStream, bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) this.bytes.push(bytes[at]!);
    if (this.consumes) this.#connection().consumed(stream, end - start);
    this.onData?.(stream);
  }
  ended(stream: ActiveStream): void {
    this.heard.push('ended');
    this.onEnded?.(stream);
  }
  writable(stream: ActiveStream): void {
    this.heard.push('writable');
    this.onWritable?.(stream);
  }
  closed(_stream: ActiveStream, ending: StreamEnding): void {
    this.ending = ending;
    this.heard.push(`closed ${ending.kind}`);
  }
}

/** What a connection's owner heard. */
export class ConnectionNotes implements ConnectionHandler {
  readonly heard: string[] = [];
  readonly requests: StreamNotes[] = [];
  ending: ConnectionEnding | undefined;
  farewell: Farewell | undefined;
  connection!: Connection;
  /** Server: what to do with a request; it may answer at once. */
  onRequest: ((notes: StreamNotes, stream: ActiveStream, endStream: boolean) => void) | undefined;

  request(stream: ActiveStream, block: HeaderBlock, endStream: boolean): StreamHandler {
    const notes = new StreamNotes(() => this.connection);
    notes.stream = stream;
    notes.headers(stream, block, 'request', endStream);
    this.requests.push(notes);
    this.onRequest?.(notes, stream, endStream);
    return notes;
  }
  settings(first: boolean): void {
    this.heard.push(first ? 'settings' : 'settings again');
  }
  ping(payload: string): void {
    this.heard.push(`ping ${payload}`);
  }
  pong(payload: string, rttMs: number): void {
    this.heard.push(`pong ${payload} ${rttMs}`);
  }
  goAway(farewell: Farewell): void {
    this.farewell = farewell;
    this.heard.push(`goaway ${farewell.lastStream} ${farewell.errorCode} ${farewell.debugData}`);
  }
  openable(): void {
    this.heard.push('openable');
  }
  output(): void {}
  closed(ending: ConnectionEnding): void {
    this.ending = ending;
    this.heard.push(`closed ${ending.kind}`);
  }
}

export class EnginePair {
  readonly clientNotes = new ConnectionNotes();
  readonly serverNotes = new ConnectionNotes();
  readonly client: Connection;
  readonly server: Connection;
  nowMs = 0;
  /** Octets a `receive` gets at most. */
  chunkBytes = Number.POSITIVE_INFINITY;
  /** Octets of DATA that go on the way at once. */
  takeBytes = 65_536;

  constructor(options: { client?: Partial<ConnectionOptions>; server?: Partial<ConnectionOptions> } = {}) {
    this.client = new Connection({ ...options.client, side: 'client', nowMs: 0 }, this.clientNotes);
    this.server = new Connection({ ...options.server, side: 'server', nowMs: 0 }, this.serverNotes);
    this.clientNotes.connection = this.client;
    this.serverNotes.connection = this.server;
    this.client.start();
    this.server.start();
  }

  /** Carries octets both ways until both are silent. `latencyMs` passes before each delivery. */
  settle(latencyMs = 0): void {
    for (let round = 0; round < 100_000; round++) {
      const moved = this.carry(this.client, this.server, latencyMs) + this.carry(this.server, this.client, latencyMs);
      if (moved === 0) return;
    }
    throw new Error('the two connections never fall silent');
  }

  /** Takes what `from` has to say and gives it to `to`; returns the octets. */
  carry(from: Connection, to: Connection, latencyMs = 0): number {
    const chunks = from.takeOutput(this.takeBytes, this.nowMs);
    this.nowMs += chunks.length === 0 ? 0 : latencyMs;
    let moved = 0;
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; at += this.chunkBytes) {
        to.receive(chunk, at, Math.min(chunk.length, at + this.chunkBytes), this.nowMs);
      }
      moved += chunk.length;
    }
    return moved;
  }
}

export const requestFields = new HeaderTemplate(
  [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', '/pkg.Service/Method'],
    [':authority', 'localhost'],
    ['content-type', 'application/grpc'],
    ['te', 'trailers'],
  ].map(([name, value]) => ({ name: name!, value: value!, neverIndexed: false })),
);
export const responseFields = new HeaderTemplate([
  { name: ':status', value: '200', neverIndexed: false },
  { name: 'content-type', value: 'application/grpc', neverIndexed: false },
]);
export const trailerFields = new HeaderTemplate([{ name: 'grpc-status', value: '0', neverIndexed: false }]);
export const list = (template: HeaderTemplate) => ({ template, extra: undefined });
