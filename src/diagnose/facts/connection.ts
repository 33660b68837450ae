/**
 * What diagnosis remembers of one connection. Each event kind has one handler; the parts with rules of their own
 * (calls, PINGs, stacks) stand in their own files. Everything kept is bounded.
 */
import { type Endpoint, otherSide, Ring, type Side } from '#base';
import { Flag, FRAME_HEADER_BYTES, Setting, WINDOW_DEFAULT } from '#h2';
import type {
  ClockEvent,
  ClosedEvent,
  EndEvent,
  FrameEvent,
  HeadersEvent,
  LostEvent,
  MessageEvent,
  OpenedEvent,
  Protocol,
  ProtocolEvent,
  TraceEvent,
  ViolationEvent,
} from '#trace';
import type { Call } from './call.ts';
import { Calls } from './calls.ts';
import type { ExampleAllowance } from './examples.ts';
import { Flow } from './flow/flow.ts';
import { handleFrame } from './frames.ts';
import { AnswerReader, RequestReader } from './headers.ts';
import { at, type Mark } from './mark.ts';
import { Pings } from './pings.ts';
import { RoundTrip } from './round-trip.ts';
import { Silence } from './silence.ts';
import { Stacks, stackOfServerSettings, stackOfTlsLibrary } from './stack.ts';
import { TlsFacts } from './tls.ts';

export interface GoAwayFact extends Mark {
  readonly from: Side;
  readonly lastStream: number;
  readonly errorCode: number;
  readonly debugData: string;
  /** Octets of debug data that the frame has: the capture may have kept fewer of them. */
  readonly debugBytes: number;
  /** The highest client stream seen when it was sent. */
  readonly highestStream: number;
  /** Calls without an answer at that moment. */
  readonly waiting: readonly Call[];
}

export interface EndFact extends Mark {
  readonly from: Side;
  readonly how: 'fin' | 'rst';
  readonly timeToLive: number | undefined;
  readonly usualTimeToLive: number | undefined;
  /** Octets of the other side that it had not got. */
  readonly unacknowledged: number;
  /**
   * A RST without an acknowledgment: the answer of a host or device that knows of no such connection. A socket that is reset by its
   * program acknowledges (RFC 9293 §3.10.7.1).
   */
  readonly stateless: boolean;
  readonly waiting: readonly Call[];
  /** Since the last frame that was no PING. */
  readonly silenceMs: number;
  /** Frame octets that the other side had sent by then. */
  readonly heardBytes: number;
}

export interface SettingsFact extends Mark {
  readonly values: Map<number, number>;
  acknowledged: Mark | undefined;
}

/** GOAWAYs, ends and protocol facts kept a connection: a sane one has fewer; a mad one needs no more to be judged. */
const GOAWAYS_MAX = 16;
const ENDS_MAX = 6;
const VIOLATIONS_MAX = 32;
/** Holes whose place is kept. With more the capture is too poor for fine distinctions anyway. */
const LOSSES_MAX = 64;
/** Leaps of the capture's clock: one is enough to doubt, and the report names some. */
const LEAPS_MAX = 8;
/** Streams of a connection joined in the middle that were open before the capture began. */
const OLDER_STREAMS_MAX = 4096;
/** Before each gRPC message: a flag and its length ("gRPC over HTTP/2"). */
const MESSAGE_PREFIX_BYTES = 5;

export class ConnectionFacts {
  /** Unique in the report. */
  id: number;
  /** Its number in its own input. */
  readonly number: number;
  readonly client: Endpoint;
  readonly server: Endpoint;
  readonly handshake: OpenedEvent['handshake'];
  /** The client's initial sequence number, where the handshake was captured. */
  readonly initial: number | undefined;
  readonly opened: Mark;
  established: Mark | undefined;
  readonly protocol: { client: ProtocolEvent | undefined; server: ProtocolEvent | undefined } = {
    client: undefined,
    server: undefined,
  };
  readonly calls: Calls;
  readonly pings = new Pings();
  readonly stacks = new Stacks();
  readonly silence = new Silence();
  readonly tls = new TlsFacts();
  readonly flow = new Flow();
  /** From end to end and back, wherever the capture stands. */
  readonly roundTrip = new RoundTrip();
  readonly settings: { client: SettingsFact | undefined; server: SettingsFact | undefined } = {
    client: undefined,
    server: undefined,
  };
  /** The client acknowledged SETTINGS: the server spoke, even if the capture shows one direction only. */
  clientAcknowledgedSettings = false;
  readonly goaways: GoAwayFact[] = [];
  readonly ends: EndFact[] = [];
  readonly violations = new Ring<ViolationEvent>(VIOLATIONS_MAX);
  /** Where the clock of the capture leapt. */
  readonly leaps: ClockEvent[] = [];
  /** SYN segments sent again. */
  synRepeats = 0;
  /** Holes in either direction. */
  holes = 0;
  /** Of them, those at the end of packets that were captured in part. */
  cuts = 0;
  /** Header blocks with fields that could not be decoded. */
  unreadableBlocks = 0;
  readonly lostBytes = { client: 0, server: 0 };
  /** Octets in which frames may have stood. */
  readonly blindBytes = { client: 0, server: 0 };
  readonly #blind = { client: new Ring<Mark>(LOSSES_MAX), server: new Ring<Mark>(LOSSES_MAX) };
  /** GOAWAYs of which the end of the debug data is missing. */
  textsCut = 0;
  /** Holes that packets may have waited behind: not those at the end of a packet that was cut. */
  readonly #waits = { client: new Ring<Mark>(LOSSES_MAX), server: new Ring<Mark>(LOSSES_MAX) };
  readonly #losses = { client: new Ring<Mark>(LOSSES_MAX), server: new Ring<Mark>(LOSSES_MAX) };
  /** Segments repeated by a side since either side last said anything new. */
  readonly retransmissions = { client: 0, server: 0 };
  readonly lastFrame: { client: Mark | undefined; server: Mark | undefined } = { client: undefined, server: undefined };
  readonly lastData: { client: Mark | undefined; server: Mark | undefined } = { client: undefined, server: undefined };
  /** Frames of both sides other than PINGs: what "idle" is measured from. */
  #lastActivity: Mark | undefined;
  frames = 0;
  /** Octets in frames, headers included. */
  readonly bytes = { client: 0, server: 0 };
  closed: ClosedEvent | undefined;
  lastMs: number;
  /** The silence that the last frame ended. */
  #idleBeforeMs = 0;
  readonly #olderStreams = new Set<number>();
  readonly #requests = new RequestReader();
  readonly #answers = new AnswerReader();
  readonly #contents = new Contents();

  /** `allowance`: what all connections of a capture share. */
  constructor(event: OpenedEvent, allowance?: ExampleAllowance) {
    this.calls = new Calls(allowance);
    this.id = event.connection;
    this.number = event.connection;
    this.client = event.client;
    this.server = event.server;
    this.handshake = event.handshake;
    this.initial = event.initial;
    this.opened = event;
    this.lastMs = event.timeMs;
  }

  event(event: TraceEvent): void {
    this.lastMs = event.timeMs;
    switch (event.kind) {
      case 'frame':
        this.#frame(event);
        break;
      case 'headers':
        this.#headers(event);
        break;
      case 'message':
        this.#message(event);
        break;
      case 'segment':
        if (event.note === 'retransmission') this.retransmissions[event.from]++;
        else if (event.note === 'syn-retransmission' && event.from === 'client') this.synRepeats++;
        break;
      case 'established':
        this.established = event;
        if (this.handshake === 'seen') this.roundTrip.answered('server', event.timeMs - this.opened.timeMs);
        break;
      case 'protocol':
        this.protocol[event.side] = event;
        break;
      case 'violation':
        this.violations.push(event);
        break;
      case 'lost':
        this.#lost(event);
        break;
      case 'end':
        this.#end(event);
        break;
      case 'clock':
        if (this.leaps.length < LEAPS_MAX) this.leaps.push(event);
        break;
      case 'tls':
        this.tls.event(event);
        if (event.news.step === 'client-hello') this.stacks.learn('client', stackOfTlsLibrary(event.news.library));
        break;
      case 'closed':
        this.closed = event;
        this.#settle();
        break;
      case 'opened':
        break;
    }
  }

  /** It will be kept: lets go of the events that were its marks, and of the frames in them. */
  #settle(): void {
    for (const last of [this.lastFrame, this.lastData]) {
      last.client = last.client && at(last.client);
      last.server = last.server && at(last.server);
    }
    this.#lastActivity = this.#lastActivity && at(this.#lastActivity);
  }

  /** The capture shows HTTP/2 on at least one side. */
  get isHttp2(): boolean {
    return this.frames > 0 || isHttp2(this.protocol.client?.protocol) || isHttp2(this.protocol.server?.protocol);
  }

  /** The beginning was not captured, so what came before is unknown. */
  get joinedMiddle(): boolean {
    return this.protocol.client?.protocol === 'h2-middle' || this.protocol.server?.protocol === 'h2-middle';
  }

  /** The smallest round trip seen between the capture point and the server and back; undefined if nothing showed it. */
  get roundTripMs(): number | undefined {
    const handshake =
      this.established !== undefined && this.handshake === 'seen'
        ? this.established.timeMs - this.opened.timeMs
        : undefined;
    const ping = this.pings.roundTripMs;
    return handshake === undefined ? ping : Math.min(handshake, ping ?? handshake);
  }

  /** When that was. Marks are kept instead of times: to keep a number that may be missing costs an object of its own each time. */
  get lastActivityMs(): number | undefined {
    return this.#lastActivity?.timeMs;
  }

  /** Nothing about it could make a finding other than its being there. */
  get wasWell(): boolean {
    const { calls } = this;
    return calls.opened === calls.tally('ok').count && this.goaways.length === 0 && this.pings.strikesMax === 0;
  }

  /** Frames of it, or packets, are missing. */
  get isPartial(): boolean {
    const { client, server } = this.blindBytes;
    return client + server > 0 || this.joinedMiddle || this.handshake === 'unseen' || this.unseen !== undefined;
  }

  /** The side of which the capture shows nothing, although the other one had its answers. */
  get unseen(): Side | undefined {
    return this.closed?.unseen;
  }

  setting(side: Side, id: number): number | undefined {
    return this.settings[side]?.values.get(id);
  }

  /** What the server's SETTINGS_MAX_CONCURRENT_STREAMS allows; undefined when it set none. */
  get maxConcurrentStreams(): number | undefined {
    return this.setting('server', Setting.MAX_CONCURRENT_STREAMS);
  }

  /** The window that `receiver` gives each stream at first; undefined when its SETTINGS may have gone unseen. */
  initialWindow(receiver: Side): number | undefined {
    const set = this.setting(receiver, Setting.INITIAL_WINDOW_SIZE);
    return set ?? (this.joinedMiddle ? undefined : WINDOW_DEFAULT);
  }

  /** The last hole in what `side` sent. */
  lastLoss(side: Side): Mark | undefined {
    return this.#losses[side].last;
  }

  /** The capture misses octets of `side` between two packets: what was not seen may have been there. */
  lostBetween(side: Side, from: Mark, to: Mark | undefined): boolean {
    return isHoleBetween(this.#losses[side], from, to);
  }

  /** The same for octets in which frames may have stood; lost content of DATA frames is no matter. */
  blindBetween(side: Side, from: Mark, to: Mark | undefined): boolean {
    return isHoleBetween(this.#blind[side], from, to);
  }

  /** Frames of either side are missing at or after `timeMs`. */
  blindSince(timeMs: number): boolean {
    const { client, server } = this.#blind;
    const lastMs = Math.max(
      client.last?.timeMs ?? Number.NEGATIVE_INFINITY,
      server.last?.timeMs ?? Number.NEGATIVE_INFINITY,
    );
    return lastMs >= timeMs || (this.joinedMiddle && this.opened.timeMs >= timeMs);
  }

  /** Since when all frames of the server were captured, if that was not always so. */
  get blindUntil(): Mark | undefined {
    return this.#blind.server.last ?? (this.joinedMiddle ? this.opened : undefined);
  }

  /** What `side` sent at `mark` was held back behind a hole: it was sent earlier than its place among the events says. */
  toldLate(side: Side, mark: Mark): boolean {
    return isHoleBetween(this.#waits[side], mark, mark);
  }

  goawaysOf(side: Side): GoAwayFact[] {
    return this.goaways.filter((goaway) => goaway.from === side);
  }

  /** The first FIN or RST of the connection. */
  get firstEnd(): EndFact | undefined {
    return this.ends[0];
  }

  firstEndOf(side: Side): EndFact | undefined {
    return this.ends.find((end) => end.from === side);
  }

  #frame(event: FrameEvent): void {
    const { frame, from } = event;
    this.calls.nextFrame();
    this.frames++;
    this.silence.frame(from, event.timeMs);
    // New octets of either side are progress: only a run at the end, with nothing new, is a dead path.
    this.retransmissions.client = 0;
    this.retransmissions.server = 0;
    handleFrame(this, event);
    // By name: an index that is now one name, now the other costs more than the rest of this.
    if (from === 'client') {
      this.bytes.client += FRAME_HEADER_BYTES + frame.length;
      this.lastFrame.client = event;
    } else {
      this.bytes.server += FRAME_HEADER_BYTES + frame.length;
      this.lastFrame.server = event;
    }
    if (frame.kind === 'ping') return;
    this.#idleBeforeMs = this.#lastActivity === undefined ? 0 : event.timeMs - this.#lastActivity.timeMs;
    this.#lastActivity = event;
  }

  #headers(event: HeadersEvent): void {
    if (!event.complete) this.unreadableBlocks++;
    if (event.from === 'client') this.#clientHeaders(event);
    else this.#serverHeaders(event);
  }

  #clientHeaders(event: HeadersEvent): void {
    if (event.role === 'trailers') {
      const call = this.calls.find(event.stream);
      if (call === undefined) return;
      call.client.trailers ??= event;
      call.requestTrailerFields = event.fields.map((field) => field.name).slice(0, 8);
      if (event.endStream) this.ended('client', call, event);
      return;
    }
    // Whether an unknown block is a request or its trailers is known to who saw the frames before it.
    const call = this.calls.start(event.stream, event, this.#idleBeforeMs, event.role === 'unknown');
    call.client.headers = event;
    if (!event.complete) call.requestUnreadable = true;
    this.#requests.read(event.fields, call, this.stacks);
    this.#contents.note(call);
    if (event.endStream) this.ended('client', call, event);
  }

  #serverHeaders(event: HeadersEvent): void {
    this.pings.serverWrote('headers', event);
    const call = this.call(event.stream, event);
    if (call === undefined || event.role === 'informational' || event.role === 'promise') return;
    if (call.server.headers === undefined) call.server.headers = event;
    else call.server.trailers = event;
    if (!event.complete) call.unreadable = true;
    this.#answers.read(event.role, event.fields, call, this.stacks);
    if (event.endStream) this.ended('server', call, event);
  }

  /** END_STREAM of `side`. */
  ended(side: Side, call: Call, mark: Mark): void {
    if (side === 'client') this.calls.clientEnded(call, mark);
    else this.calls.serverEnded(call, mark);
    this.flow.ended(side, call, mark);
  }

  /** The call on a stream; one that began where the capture shows nothing of the client is taken up when first seen. */
  call(stream: number, mark: Mark): Call | undefined {
    const call = this.calls.find(stream);
    if (call !== undefined || stream % 2 === 0 || !this.#mayBeOlder()) return call;
    if (stream <= this.calls.highestStream && this.calls.opened > this.#olderStreams.size) return undefined;
    if (this.#olderStreams.has(stream) || this.#olderStreams.size >= OLDER_STREAMS_MAX) return undefined;
    this.#olderStreams.add(stream);
    return this.calls.start(stream, mark, 0, true);
  }

  #mayBeOlder(): boolean {
    return this.joinedMiddle || this.blindBytes.client > 0;
  }

  #message(event: MessageEvent): void {
    const half = this.calls.find(event.stream)?.half(event.from);
    if (half === undefined) return;
    if (event.received === event.length) {
      half.messages++;
      half.framedBytes += MESSAGE_PREFIX_BYTES + event.length;
      if (half.waits > 0) this.flow.of(event.from).throttle?.message(event, half);
    } else {
      half.cutReceived = event.received;
      half.cutPromised = event.length;
    }
  }

  #lost(event: LostEvent): void {
    this.lostBytes[event.from] += event.length;
    this.#losses[event.from].push(event);
    if (event.why === 'cut') this.cuts++;
    else this.#waits[event.from].push(event);
    if (event.within === 'text') this.textsCut++;
    if (event.why !== 'resync') this.holes++;
    if (event.within !== undefined) return;
    this.blindBytes[event.from] += event.length;
    this.#blind[event.from].push(event);
  }

  #end(event: EndEvent): void {
    if (this.ends.length >= ENDS_MAX) return;
    this.ends.push({
      ...at(event),
      from: event.from,
      how: event.how,
      timeToLive: event.timeToLive,
      usualTimeToLive: event.usualTimeToLive,
      unacknowledged: event.unacknowledged ?? 0,
      stateless: event.how === 'rst' && event.timeToLive !== undefined && event.unacknowledged === undefined,
      waiting: this.calls.waiting(),
      silenceMs: event.timeMs - (this.lastActivityMs ?? event.timeMs),
      heardBytes: this.bytes[otherSide(event.from)],
    });
  }

  goaway(fact: Omit<GoAwayFact, 'waiting' | 'highestStream'>): void {
    if (this.goaways.length >= GOAWAYS_MAX) return;
    this.goaways.push({ ...fact, highestStream: this.calls.highestStream, waiting: this.calls.waiting() });
  }

  applySettings(event: FrameEvent): void {
    if (event.frame.kind !== 'settings') return;
    if (event.frame.flags & Flag.ACK) {
      if (event.from === 'client') this.clientAcknowledgedSettings = true;
      const theirs = this.settings[otherSide(event.from)];
      if (theirs !== undefined && theirs.acknowledged === undefined) {
        theirs.acknowledged = event;
        this.roundTrip.answered(event.from, event.timeMs - theirs.timeMs);
        this.calls.roundTripMs = this.roundTrip.ms ?? 0;
      }
      return;
    }
    const first = this.settings[event.from] === undefined;
    const fact = this.settings[event.from] ?? { ...at(event), values: new Map(), acknowledged: undefined };
    for (const { id, value } of event.frame.settings.slice(0, 64)) fact.values.set(id, value);
    this.settings[event.from] = fact;
    if (event.from === 'server') this.calls.limit = this.maxConcurrentStreams ?? Number.POSITIVE_INFINITY;
    if (first && event.from === 'server') this.stacks.learn('server', stackOfServerSettings(event.frame.settings));
  }
}

/** What the requests of a connection carry: one whose content type the capture cut is like the others if those are alike. */
class Contents {
  #grpc = false;
  #other = false;

  note(call: Call): void {
    if (call.contentType !== '' || !call.requestUnreadable) {
      if (call.isGrpc) this.#grpc = true;
      else this.#other = true;
    } else {
      call.isLikeGrpc = this.#grpc && !this.#other;
    }
  }
}

/** Of the holes only the latest are kept: before those there may have been others. */
function isHoleBetween(holes: Ring<Mark>, from: Mark, to: Mark | undefined): boolean {
  const until = to?.packet ?? Number.POSITIVE_INFINITY;
  const kept = holes.toArray();
  const oldest = kept[0];
  if (oldest !== undefined && holes.total > kept.length && from.packet < oldest.packet) return true;
  return kept.some(({ packet }) => packet >= from.packet && packet <= until);
}

function isHttp2(protocol: Protocol | undefined): boolean {
  return protocol === 'h2' || protocol === 'h2-upgrade' || protocol === 'h2-middle';
}
