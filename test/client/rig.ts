/** A channel in virtual time against servers that do what the test says: engine sessions whose every frame is scripted. */
import { fromLatin1, toLatin1 } from '#base';
import {
  type CallListener,
  type CallResult,
  type CallStart,
  ChannelCore,
  type ChannelEvent,
  type ChannelOptions,
  type ClientCall,
} from '#client';
import { Session, Timers } from '#drive';
import { MessageReader, type Metadata, messagePrefix } from '#grpc';
import {
  type ActiveStream,
  ByteBuffer,
  type ConnectionOptions,
  ErrorCode,
  HeaderTemplate,
  type StreamEnding,
  type StreamHandler,
  writeGoAway,
  writeRstStream,
} from '#h2';
import { type Path, Process, plainPath, SimNetwork, World } from '#sim';
import type { Chance, Compression, Link } from '#transport';

export const PATH = '/test.Orders/Get';
export const text = (octets: string): Uint8Array => fromLatin1(octets);

type Fields = readonly (readonly [string, string])[];
const list = (fields: Fields) => ({
  template: new HeaderTemplate(fields.map(([name, value]) => ({ name, value, neverIndexed: false }))),
  extra: undefined,
});
const HEAD: Fields = [
  [':status', '200'],
  ['content-type', 'application/grpc'],
];

/** One request as the server got it, and the ways to answer it. */
export class Request implements StreamHandler {
  readonly end: ServerEnd;
  readonly stream: ActiveStream;
  readonly id: number;
  readonly fields: ReadonlyMap<string, string>;
  readonly messages: { readonly text: string; readonly compressed: boolean; readonly length: number }[] = [];
  readonly frames: string[] = [];
  isEnded: boolean;
  ending: StreamEnding | undefined = undefined;
  heldBytes = 0;
  consumes = true;
  onWritable: (() => void) | undefined = undefined;
  onEnded: (() => void) | undefined = undefined;
  readonly #reader = new MessageReader(64 * 1024 * 1024);

  constructor(end: ServerEnd, stream: ActiveStream, fields: ReadonlyMap<string, string>, isEnded: boolean) {
    this.end = end;
    this.stream = stream;
    this.id = stream.id;
    this.fields = fields;
    this.isEnded = isEnded;
    this.consumes = end.server.consumes;
  }

  headers(): void {
    this.frames.push('trailers');
  }
  data(stream: ActiveStream, bytes: Uint8Array, start: number, end: number): void {
    this.frames.push(`data ${end - start}`);
    this.heldBytes += end - start;
    if (this.consumes) this.end.engine.consumed(stream, end - start);
    this.#reader.push(bytes, start, end);
    for (let message = this.#reader.next(); message !== undefined; message = this.#reader.next()) {
      const { bytes: octets, compressed } = message;
      this.messages.push({ text: toLatin1(octets, 0, Math.min(40, octets.length)), compressed, length: octets.length });
    }
  }
  ended(): void {
    this.isEnded = true;
    this.frames.push('end');
    this.onEnded?.();
  }
  writable(): void {
    this.onWritable?.();
  }
  closed(_stream: ActiveStream, ending: StreamEnding): void {
    this.ending = ending;
  }

  get texts(): string[] {
    return this.messages.map((message) => message.text);
  }

  respond(fields: Fields = HEAD, endStream = false): this {
    this.end.engine.headers(this.stream, list(fields), endStream);
    return this;
  }
  message(octets: string | Uint8Array, compressed = false): this {
    const bytes = typeof octets === 'string' ? text(octets) : octets;
    const prefix = new Uint8Array(5);
    messagePrefix(prefix, compressed, bytes.length);
    this.end.engine.data(this.stream, bytes, false, prefix);
    return this;
  }
  raw(octets: Uint8Array, endStream = false): this {
    this.end.engine.data(this.stream, octets, endStream);
    return this;
  }
  trailers(fields: Fields = [['grpc-status', '0']]): this {
    this.end.engine.headers(this.stream, list(fields), true);
    return this;
  }
  /** Header section, one message, OK. */
  answer(octets = 'answer'): this {
    return this.respond().message(octets).trailers();
  }
  reset(errorCode: number): this {
    this.end.engine.reset(this.stream, errorCode);
    return this;
  }
}

/** One connection at the server. */
export class ServerEnd {
  readonly server: Server;
  readonly link: Link;
  readonly session: Session;
  readonly requests: Request[] = [];
  readonly pings: number[] = [];
  closed = false;

  constructor(server: Server, link: Link) {
    this.server = server;
    this.link = link;
    const { process, timers, engine } = server;
    this.session = new Session(
      { side: 'server', link, clock: process, timers, engine },
      {
        request: (stream, block, isEnded) => {
          const request = new Request(
            this,
            stream,
            new Map(block.fields.map(({ name, value }) => [name, value])),
            isEnded,
          );
          this.requests.push(request);
          server.requests.push(request);
          process.defer(() => server.onRequest?.(request));
          return request;
        },
        settings: () => {},
        ping: () => {
          this.pings.push(process.now());
          server.onPing?.(this);
        },
        pong: () => {},
        goAway: () => {},
        openable: () => {},
        closed: () => {
          this.closed = true;
        },
      },
    );
    this.session.start();
  }

  get engine() {
    return this.session.connection;
  }

  /** Two-step shutdown, as a server with a drain does. */
  shutdown(): void {
    this.engine.shutdown('max-age', this.server.process.now());
  }

  /** GOAWAY in one step, after what was written so far: `lastStream` as the test wants it. */
  goAway(lastStream: number, errorCode: number = ErrorCode.NO_ERROR, debugData = ''): void {
    const to = new ByteBuffer(64);
    writeGoAway(to, lastStream, errorCode, debugData);
    this.#write(to.toBytes());
  }

  /** HEADERS with `:status` 103 in octets that leave the header tables alone. */
  earlyHints(stream: number): void {
    this.#write(new Uint8Array([0, 0, 5, 1, 4, 0, 0, 0, stream, 0x08, 3, 0x31, 0x30, 0x33]));
  }

  rstStream(stream: number, errorCode: number): void {
    const to = new ByteBuffer(64);
    writeRstStream(to, stream, errorCode);
    this.#write(to.toBytes());
  }

  #write(bytes: Uint8Array): void {
    this.server.process.defer(() => this.link.write([bytes]));
  }
}

export class Server {
  readonly host: string;
  readonly process: Process;
  readonly timers: Timers;
  /** Of connections from now on. */
  engine: Partial<ConnectionOptions>;
  readonly ends: ServerEnd[] = [];
  readonly requests: Request[] = [];
  onRequest: ((request: Request) => void) | undefined = undefined;
  /** Requests' octets are consumed as they come. */
  consumes = true;
  onPing: ((end: ServerEnd) => void) | undefined = undefined;
  onAccept: ((end: ServerEnd) => void) | undefined = undefined;

  constructor(rig: Rig, host: string, engine: Partial<ConnectionOptions>) {
    this.host = host;
    this.process = new Process(rig.world, `server ${host}`, 500_000);
    this.timers = new Timers(this.process);
    this.engine = engine;
    rig.network
      .host(host)
      .acceptor(this.process)
      .listen(
        { kind: 'tcp', host, port: 50_051 },
        (link) => {
          const end = new ServerEnd(this, link);
          this.ends.push(end);
          this.onAccept?.(end);
        },
        () => {},
      );
  }

  get last(): ServerEnd {
    const end = this.ends.at(-1);
    if (end === undefined) throw new Error('nobody connected');
    return end;
  }

  /** The newest request. */
  get request(): Request {
    const request = this.requests.at(-1);
    if (request === undefined) throw new Error('no request came');
    return request;
  }
}

/** What the caller of one call heard. */
export class Caller implements CallListener {
  readonly rig: Rig;
  readonly heard: string[] = [];
  readonly messages: Uint8Array[] = [];
  result: CallResult | undefined = undefined;
  metadata: Metadata | undefined = undefined;
  endedMs = 0;
  call!: ClientCall;
  onMessage: ((bytes: Uint8Array) => void) | undefined = undefined;
  onEnd: (() => void) | undefined = undefined;
  onWritable: (() => void) | undefined = undefined;

  constructor(rig: Rig) {
    this.rig = rig;
  }

  headers(metadata: Metadata): void {
    this.metadata = metadata;
    this.heard.push('headers');
  }
  message(bytes: Uint8Array): void {
    this.messages.push(bytes);
    this.heard.push(bytes.length > 40 ? `message of ${bytes.length}` : `message ${toLatin1(bytes)}`);
    this.onMessage?.(bytes);
  }
  writable(): void {
    this.heard.push('writable');
    this.onWritable?.();
  }
  end(result: CallResult): void {
    if (this.result !== undefined) throw new Error('end was called twice');
    this.result = result;
    this.endedMs = this.rig.now;
    this.heard.push(`end ${result.code}`);
    this.onEnd?.();
  }

  get code(): number | undefined {
    return this.result?.code;
  }
  get failure() {
    return this.result?.failure;
  }
}

export interface RigOptions extends ChannelOptions {
  readonly target?: string | readonly string[];
  readonly path?: Partial<Path>;
  readonly compressions?: readonly Compression[];
  readonly chance?: Chance;
}

export class Rig {
  readonly world = new World({ seed: 1 });
  readonly network: SimNetwork;
  readonly process: Process;
  readonly timers: Timers;
  readonly channel: ChannelCore;
  readonly states: string[] = [];
  readonly events: ChannelEvent[] = [];

  constructor(options: RigOptions = {}) {
    const { target = '10.0.0.1:50051', path, compressions, chance, ...rest } = options;
    this.network = new SimNetwork(this.world, { ...plainPath, ...path });
    this.process = new Process(this.world, 'client', 10_000);
    this.timers = new Timers(this.process);
    const host = this.network.host('10.1.0.1');
    this.channel = new ChannelCore(
      target,
      { onEvent: (event) => this.events.push(event), ...rest },
      {
        clock: this.process,
        timers: this.timers,
        chance: chance ?? (() => 0.5),
        dialer: host.dialer(this.process),
        names: host.names(this.process),
        ...(compressions !== undefined && { compressions }),
      },
    );
    this.channel.onState((state) => this.states.push(state));
  }

  get now(): number {
    return this.process.now();
  }

  serve(host = '10.0.0.1', engine: Partial<ConnectionOptions> = {}): Server {
    return new Server(this, host, engine);
  }

  /** Begins a call; `message` is its only one unless undefined. */
  call(message: string | undefined = 'hello', start: Partial<CallStart> = {}): Caller {
    const caller = new Caller(this);
    caller.call = this.channel.call({ path: PATH, kind: 'unary', ...start }, caller);
    if (message !== undefined) caller.call.send(text(message), true);
    caller.call.pull(1);
    return caller;
  }

  /** A call with any number of messages in both directions; nothing is sent or pulled yet. */
  stream(start: Partial<CallStart> = {}): Caller {
    const caller = new Caller(this);
    caller.call = this.channel.call({ path: PATH, kind: 'bidi-streaming', ...start }, caller);
    return caller;
  }

  /** Lets time pass. */
  pass(ms = 20): void {
    const end = this.world.run(this.world.now() + ms);
    if (end === 'livelock' || end === 'steps') throw new Error(`the world never rests: ${end}`);
  }

  get connections(): number {
    return this.network.wires.length;
  }
}
