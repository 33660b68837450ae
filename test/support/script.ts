/**
 * A connection told as a story, one step a frame, and the verdict that the diagnosis gives on it:
 *
 *     script().open().request(1).after(2_000).fin('server').verdict()
 *
 * Steps become trace events in the order in which the tracer reports them: the frame, then what it completes (header
 * block, gRPC message, the end of a cut message). Several stories make a capture: `capture(one, other).verdict()`.
 */
import { otherSide, type Side } from '#base';
import { Diagnosis, type Verdict } from '#diagnose';
import { ErrorCode, type ErrorCodeName, Flag, type Frame, FrameType, type RuleId, Setting } from '#h2';
import type { ClockEvent, OpenedEvent, Protocol, SegmentEvent, TlsNews, TraceEvent } from '#trace';

/** Every step takes this long, so that events follow each other in time as they do in the packet order. */
export const STEP_MS = 0.1;

/** The smallest MAX_FRAME_SIZE: what nobody exceeds without having been allowed to (RFC 9113 §4.2). */
const FRAME_BYTES_MAX = 16_384;
const MESSAGE_PREFIX_BYTES = 5;

/** Field names with their values. */
export type Fields = Readonly<Record<string, string>>;
/** Names of `Setting`, or numbers for settings of no registry. */
export type Settings = Readonly<Record<string, number>>;
/** A name of `ErrorCode`, or its number. */
export type Code = ErrorCodeName | number;

export interface RequestOptions {
  /** END_STREAM with the last frame of the request; a unary call has it. */
  readonly end?: boolean;
  /** Length of the one message that follows; `none` leaves the HEADERS alone. */
  readonly message?: number | 'none';
  readonly type?: string;
  /** `grpc-timeout` as the field has it: `2S`. */
  readonly timeout?: string;
  readonly agent?: string;
  readonly fields?: Fields;
}

export interface AnswerOptions {
  readonly message?: number;
  readonly status?: number;
  readonly text?: string;
  readonly fields?: Fields;
}

/** What is to become of one packet. Connection, packet and frame numbers are given when the capture is put together. */
interface Step {
  readonly timeMs: number;
  readonly samePacket: boolean;
  readonly events: readonly TraceEvent[];
}

interface CutMessage {
  readonly length: number;
  readonly received: number;
}

const UNPLACED = { connection: 0, packet: 0 } as const;

let nextPort = 40_000;

/** A connection from a client to a server, by default `10.0.0.1` to `10.0.0.9:50051`, that begins at `at` milliseconds. */
export function script(
  options: { client?: string; server?: string; port?: number; at?: number; windows?: boolean } = {},
): Script {
  return new Script(
    options.client ?? '10.0.0.1',
    options.server ?? '10.0.0.9',
    options.port ?? 50_051,
    options.at ?? 0,
    options.windows ?? false,
  );
}

/** What the sender of one direction may still send: the windows of the connection (0) and of its streams. */
class Windows {
  initial = 65_535;
  readonly #left = new Map<number, number>();

  take(stream: number, bytes: number): number {
    const left = (this.#left.get(stream) ?? (stream === 0 ? 65_535 : this.initial)) - bytes;
    this.#left.set(stream, left);
    return left;
  }
}

export class Script {
  unseenSide: Side | undefined;
  readonly steps: Step[] = [];
  readonly #client: OpenedEvent['client'];
  readonly #server: OpenedEvent['server'];
  readonly #spoken = new Set<Side>();
  /** Messages of which octets are still to come, by side and stream. */
  readonly #partial = new Map<string, CutMessage>();
  #lastPing = { client: '', server: '' };
  #pings = 0;
  #timeMs: number;
  /** Kept only by stories about them: others need not give credit for what they send. */
  readonly #windows: Readonly<Record<Side, Windows>> | undefined;

  constructor(client: string, server: string, port: number, timeMs: number, windows: boolean) {
    this.#windows = windows ? { client: new Windows(), server: new Windows() } : undefined;
    this.#client = { address: client, port: nextPort++ };
    this.#server = { address: server, port };
    this.#timeMs = timeMs;
  }

  get timeMs(): number {
    return this.#timeMs;
  }

  /** Time passes. */
  after(ms: number): this {
    this.#timeMs += ms;
    return this;
  }

  /** The frames that `tell` adds stand in one packet. */
  inOnePacket(tell: (story: this) => void): this {
    const start = this.steps.length;
    tell(this);
    const timeMs = this.steps[start]?.timeMs ?? this.#timeMs;
    for (let at = start + 1; at < this.steps.length; at++) {
      const events = this.steps[at]!.events.map((event) => ({ ...event, timeMs }));
      this.steps[at] = { timeMs, samePacket: true, events };
    }
    return this;
  }

  /** The TCP handshake alone. */
  tcp(handshake: OpenedEvent['handshake'] = 'seen', sidesBy: OpenedEvent['sidesBy'] = 'syn'): this {
    this.#add({ ...this.#base('opened'), client: this.#client, server: this.#server, handshake, sidesBy });
    return handshake === 'seen' ? this.#add(this.#base('established')) : this;
  }

  /** A SYN that nobody has answered yet. */
  syn(): this {
    const ends = { client: this.#client, server: this.#server };
    return this.#add({ ...this.#base('opened'), ...ends, handshake: 'seen', sidesBy: 'syn' });
  }

  /** TCP handshake, preface, SETTINGS of both sides and their acknowledgements. */
  open(serverSettings: Settings = {}, clientSettings: Settings = {}): this {
    return this.tcp()
      .settings('client', clientSettings)
      .settings('server', serverSettings)
      .ackSettings('client')
      .ackSettings('server');
  }

  /** The capture begins when the connection is already in use. */
  joined(): this {
    return this.tcp('unseen', 'frames').says('client', 'h2-middle').says('server', 'h2-middle');
  }

  /** What a side speaks. Said by itself, as HTTP/2, before a side's first frame. */
  says(side: Side, protocol: Protocol, text = ''): this {
    this.#spoken.add(side);
    return this.#add({ ...this.#base('protocol'), side, protocol, text });
  }

  /** The clock of the capture leapt before the next packet. */
  leap(byMs: number, proof: ClockEvent['proof']): this {
    return this.#add({ ...this.#base('clock'), leapPacket: this.steps.length + 1, byMs, proof });
  }

  /** A step of TLS. */
  tls(from: Side, news: TlsNews): this {
    return this.#add({ ...this.#base('tls'), from, news });
  }

  /** TLS begins: the client's hello, and that it is one. */
  hello(alpn: readonly string[] = ['h2']): this {
    this.says('client', 'tls', 'ClientHello');
    const hello = { serverName: 'orders.example', alpn, version: 'TLS 1.3', resumes: false, earlyData: false };
    return this.tls('client', { step: 'client-hello', ...hello });
  }

  serverHello(options: { version?: string; alpn?: string } = {}): this {
    const { version = 'TLS 1.3', alpn } = options;
    const cipher = 'TLS_AES_128_GCM_SHA256';
    this.says('server', 'tls', 'ServerHello');
    return this.tls('server', { step: 'server-hello', retry: false, version, cipher, alpn, resumed: false });
  }

  finished(): this {
    return this.tls('server', { step: 'finished' }).tls('client', { step: 'finished' });
  }

  /** Without a code it is encrypted. */
  alert(from: Side, code: number | undefined, name: string): this {
    return this.tls(from, { step: 'alert', fatal: code !== undefined && code !== 0, code, name, inHandshake: true });
  }

  /** A connection that stays encrypted. */
  sealed(): this {
    return this.tcp().hello().serverHello().finished().tls('client', { step: 'content', outcome: 'no-keys' });
  }

  /** What its records show at the end. */
  traffic(options: { pings?: number; goawaySized?: boolean; silenceMs?: number } = {}): this {
    const { pings, goawaySized, silenceMs = 0.5 } = options;
    const common = { step: 'traffic', records: 9, bytes: 900, silenceMs } as const;
    this.tls('client', { ...common, pings, pingIntervalMs: pings === undefined ? undefined : 10_000 });
    return this.tls('server', { ...common, goawaySized });
  }

  settings(from: Side, values: Settings = {}): this {
    const settings = Object.entries(values).map(([name, value]) => ({ id: settingId(name), value }));
    return this.#frame(from, {
      kind: 'settings',
      type: FrameType.SETTINGS,
      flags: 0,
      stream: 0,
      length: 6 * settings.length,
      settings,
    });
  }

  ackSettings(from: Side): this {
    return this.#frame(from, {
      kind: 'settings',
      type: FrameType.SETTINGS,
      flags: Flag.ACK,
      stream: 0,
      length: 0,
      settings: [],
    });
  }

  /** A gRPC call: its HEADERS, and its one message with END_STREAM unless told otherwise. */
  request(stream: number, path = '/pkg.Svc/Get', options: RequestOptions = {}): this {
    const { end = true, message = 20, type = 'application/grpc', timeout, agent } = options;
    const fields: Fields = {
      ':method': 'POST',
      ':scheme': 'http',
      ':path': path,
      ':authority': 'svc',
      'content-type': type,
      te: 'trailers',
      ...(agent === undefined ? {} : { 'user-agent': agent }),
      ...(timeout === undefined ? {} : { 'grpc-timeout': timeout }),
      ...options.fields,
    };
    const alone = message === 'none';
    this.headers('client', stream, 'request', fields, { end: end && alone });
    if (alone) return this;
    return type.startsWith('application/grpc')
      ? this.message('client', stream, message, { end })
      : this.data('client', stream, message, { end });
  }

  /** Response headers, one message, trailers. */
  answer(stream: number, options: AnswerOptions = {}): this {
    return this.begin(stream, options.fields)
      .message('server', stream, options.message ?? 20)
      .trailers(stream, options.status ?? 0, options.text);
  }

  /** Response headers. */
  begin(stream: number, fields: Fields = {}): this {
    const all = { ':status': '200', 'content-type': 'application/grpc', ...fields };
    return this.headers('server', stream, 'response', all);
  }

  trailers(stream: number, status = 0, text?: string): this {
    return this.headers('server', stream, 'trailers', statusFields(status, text), { end: true });
  }

  /** An answer of one header block: gRPC's Trailers-Only. */
  trailersOnly(stream: number, status: number, text?: string): this {
    const fields = { ':status': '200', 'content-type': 'application/grpc', ...statusFields(status, text) };
    return this.headers('server', stream, 'response', fields, { end: true });
  }

  requestTrailers(stream: number, fields: Fields = { 'grpc-status': '0' }): this {
    return this.headers('client', stream, 'trailers', fields, { end: true });
  }

  headers(
    from: Side,
    stream: number,
    role: 'request' | 'informational' | 'response' | 'trailers' | 'unknown',
    fields: Fields,
    options: { end?: boolean; complete?: boolean } = {},
  ): this {
    const { end = false, complete = true } = options;
    const list = Object.entries(fields).map(([name, value]) => ({
      name,
      value,
      neverIndexed: false,
      unknown: 'nothing' as const,
    }));
    const length = list.reduce((sum, { name, value }) => sum + name.length + value.length + 2, 0);
    const flags = Flag.END_HEADERS | (end ? Flag.END_STREAM : 0);
    return this.#frame(
      from,
      {
        kind: 'headers',
        type: FrameType.HEADERS,
        flags,
        stream,
        length,
        bodyOffset: 0,
        bodyLength: length,
        priority: undefined,
      },
      { ...this.#base('headers'), index: 0, from, stream, role, fields: list, endStream: end, complete },
      ...(end ? this.#cut(from, stream) : []),
    );
  }

  /** A gRPC message in as many DATA frames as it needs. `sent` octets of prefix and message make it a part of one. */
  message(from: Side, stream: number, length: number, options: { end?: boolean; sent?: number } = {}): this {
    const total = MESSAGE_PREFIX_BYTES + length;
    const sent = options.sent ?? total;
    if (sent < total) {
      const received = Math.max(0, sent - MESSAGE_PREFIX_BYTES);
      this.#partial.set(`${from} ${stream}`, { length, received });
    }
    let left = sent;
    for (; left > FRAME_BYTES_MAX; left -= FRAME_BYTES_MAX) this.data(from, stream, FRAME_BYTES_MAX);
    const whole = { ...this.#base('message'), index: 0, from, stream, compressed: false, length, received: length };
    return this.#data(from, stream, left, options.end ?? false, sent < total ? [] : [whole]);
  }

  /** The DATA before it was the last of a message. */
  completes(from: Side, stream: number, length: number): this {
    return this.#add({ ...this.#base('message'), index: 0, from, stream, compressed: false, length, received: length });
  }

  /** DATA that completes no gRPC message. */
  data(from: Side, stream: number, length: number, options: { end?: boolean } = {}): this {
    return this.#data(from, stream, length, options.end ?? false, []);
  }

  /** END_STREAM of the client on an empty DATA frame. */
  halfClose(stream: number): this {
    return this.data('client', stream, 0, { end: true });
  }

  reset(from: Side, stream: number, code: Code = 'CANCEL'): this {
    return this.#frame(
      from,
      { kind: 'rst-stream', type: FrameType.RST_STREAM, flags: 0, stream, length: 4, errorCode: codeOf(code) },
      ...this.#cut('client', stream),
      ...this.#cut('server', stream),
    );
  }

  /** A PING. Without a payload of its own it gets a fresh one, as Node's and C-core's do. */
  ping(from: Side, payload = (++this.#pings).toString(16).padStart(16, 'a')): this {
    this.#lastPing[from] = payload;
    return this.#ping(from, 0, payload);
  }

  /** Acknowledges the other side's last PING. */
  ack(from: Side): this {
    return this.#ping(from, Flag.ACK, this.#lastPing[otherSide(from)]);
  }

  /** `count` PINGs of the client, each after `everyMs` and acknowledged. */
  pings(count: number, everyMs: number, payload?: string): this {
    for (let at = 0; at < count; at++) {
      this.after(at === 0 ? everyMs : everyMs - 2 * STEP_MS)
        .ping('client', payload)
        .ack('server');
    }
    return this;
  }

  windowUpdate(from: Side, stream: number, increment = 1_000): this {
    return this.#frame(from, {
      kind: 'window-update',
      type: FrameType.WINDOW_UPDATE,
      flags: 0,
      stream,
      length: 4,
      increment,
    });
  }

  goaway(from: Side, options: { last: number; code?: Code; debug?: string }): this {
    const { last, code = 'NO_ERROR', debug = '' } = options;
    return this.#frame(from, {
      kind: 'goaway',
      type: FrameType.GOAWAY,
      flags: 0,
      stream: 0,
      length: 8 + debug.length,
      lastStream: last,
      errorCode: codeOf(code),
      debugData: debug,
    });
  }

  violation(by: Side, rule: RuleId, stream: number, detail: string): this {
    return this.#add({ ...this.#base('violation'), index: 0, by, rule, stream, detail });
  }

  lost(from: Side, length: number, why: 'capture' | 'resync' = 'capture'): this {
    return this.#add({ ...this.#base('lost'), from, length, why });
  }

  /** The capture has not one packet of this side. */
  unseen(side: Side): this {
    this.unseenSide = side;
    return this;
  }

  segments(from: Side, note: SegmentEvent['note'], count = 1): this {
    for (let left = count; left > 0; left--) this.#add({ ...this.#base('segment'), from, note });
    return this;
  }

  /** `unacknowledged`: octets of the other side that the FIN does not acknowledge. */
  fin(from: Side, unacknowledged?: number): this {
    const end = { from, how: 'fin', timeToLive: undefined, usualTimeToLive: undefined, unacknowledged } as const;
    return this.#add({ ...this.#base('end'), ...end });
  }

  /** `timeToLive` is that of the RST, `usual` that of this end's other packets. */
  rst(from: Side, timeToLive?: number, usual?: number): this {
    return this.#add({ ...this.#base('end'), from, how: 'rst', timeToLive, usualTimeToLive: usual });
  }

  verdict(): Verdict {
    return capture(this).verdict();
  }

  #ping(from: Side, flags: number, payload: string): this {
    return this.#frame(from, { kind: 'ping', type: FrameType.PING, flags, stream: 0, length: 8, payload });
  }

  #data(from: Side, stream: number, length: number, end: boolean, completes: readonly TraceEvent[]): this {
    const flags = end ? Flag.END_STREAM : 0;
    return this.#frame(
      from,
      { kind: 'data', type: FrameType.DATA, flags, stream, length, bodyOffset: 0, bodyLength: length },
      ...completes,
      ...(end ? this.#cut(from, stream) : []),
    );
  }

  /** The stream's direction ends: what is missing of its last message will never come. */
  #cut(from: Side, stream: number): TraceEvent[] {
    const partial = this.#partial.get(`${from} ${stream}`);
    if (partial === undefined) return [];
    this.#partial.delete(`${from} ${stream}`);
    return [{ ...this.#base('message'), index: 0, from, stream, compressed: false, ...partial }];
  }

  #frame(from: Side, frame: Frame, ...completes: readonly TraceEvent[]): this {
    if (!this.#spoken.has(from)) this.says(from, 'h2', from === 'client' ? 'PRI * HTTP/2.0' : '');
    const seen = {
      ...this.#base('frame'),
      index: 0,
      from,
      frame,
      ...this.#windowsAfter(from, frame),
    };
    return this.#add(seen, ...completes.map((event) => ({ ...event, timeMs: this.#timeMs })));
  }

  /** As the tracer tells them: what DATA leaves, and what a WINDOW_UPDATE makes of the one that it is for. */
  #windowsAfter(from: Side, frame: Frame): { streamWindow: number | undefined; connectionWindow: number | undefined } {
    const none = { streamWindow: undefined, connectionWindow: undefined };
    if (this.#windows === undefined) return none;
    const peers = this.#windows[otherSide(from)];
    if (frame.kind === 'settings') {
      peers.initial = frame.settings.find(({ id }) => id === Setting.INITIAL_WINDOW_SIZE)?.value ?? peers.initial;
    } else if (frame.kind === 'data') {
      const own = this.#windows[from];
      return { streamWindow: own.take(frame.stream, frame.length), connectionWindow: own.take(0, frame.length) };
    } else if (frame.kind === 'window-update') {
      const left = peers.take(frame.stream, -frame.increment);
      return frame.stream === 0 ? { ...none, connectionWindow: left } : { ...none, streamWindow: left };
    }
    return none;
  }

  #base<Kind extends TraceEvent['kind']>(kind: Kind) {
    return { ...UNPLACED, kind, timeMs: this.#timeMs };
  }

  #add(...events: readonly TraceEvent[]): this {
    this.steps.push({ timeMs: this.#timeMs, samePacket: false, events });
    this.#timeMs += STEP_MS;
    return this;
  }
}

function settingId(name: string): number {
  return (Setting as Readonly<Record<string, number>>)[name] ?? Number(name);
}

function codeOf(code: Code): number {
  return typeof code === 'number' ? code : ErrorCode[code];
}

function statusFields(status: number, text: string | undefined): Fields {
  return { 'grpc-status': String(status), ...(text === undefined ? {} : { 'grpc-message': text }) };
}

export interface Capture {
  readonly events: readonly TraceEvent[];
  verdict(): Verdict;
}

/**
 * The stories as one capture, merged by time; connections count from 1 in the order in which they begin. The capture ends
 * with the last step or with the last pause (`after`), whichever is later.
 */
export function capture(...stories: readonly Script[]): Capture {
  const order = [...stories].sort((a, b) => (a.steps[0]?.timeMs ?? 0) - (b.steps[0]?.timeMs ?? 0));
  const steps = order
    .flatMap((story, at) => story.steps.map((step) => ({ step, connection: at + 1 })))
    .sort((a, b) => a.step.timeMs - b.step.timeMs);
  const events: TraceEvent[] = [];
  let packet = 0;
  let index = 0;
  for (const { step, connection } of steps) {
    if (!step.samePacket) packet++;
    for (const event of step.events) {
      if (event.kind === 'frame') index++;
      events.push('index' in event ? { ...event, connection, packet, index } : { ...event, connection, packet });
    }
  }
  const endMs = Math.max(0, ...order.map(({ timeMs }) => timeMs));
  for (const [at, story] of order.entries()) {
    events.push({
      kind: 'closed',
      connection: at + 1,
      packet,
      timeMs: endMs,
      how: howClosed(story),
      unseen: story.unseenSide,
    });
  }
  return { events, verdict: () => judged(events) };
}

/** A connection is over with a RST or with the FINs of both ends. */
function howClosed(story: Script): 'closed' | 'capture-ended' {
  const ends = story.steps.flatMap(({ events }) => events.filter((event) => event.kind === 'end'));
  const both = new Set(ends.map(({ from }) => from)).size === 2;
  return both || ends.some(({ how }) => how === 'rst') ? 'closed' : 'capture-ended';
}

function judged(events: readonly TraceEvent[]): Verdict {
  const diagnosis = new Diagnosis();
  for (const event of events) diagnosis.event(event);
  return diagnosis.finish();
}
