/**
 * One connection on its way from TCP to trace events. Holds back until it is known who is client and what the ends speak,
 * then tells everything in order; after that each step is told as it comes. Connections that speak no HTTP/2 cost no more
 * than their TCP events.
 */
import type { Side } from '#base';
import type { LossCause } from './events.ts';
import type { ClockLeap, End, FlowInfo, SegmentNote, TlsFlowHandler } from './flow.ts';
import { Hold, type Step } from './hold.ts';
import type { Output, Place } from './output.ts';
import { Participant } from './participant.ts';
import { clientByPorts, type Sides } from './sides.ts';
import type { TlsNews } from './tls.ts';
import { Watch } from './watch.ts';

export class Connection implements TlsFlowHandler {
  readonly #output: Output;
  readonly #info: FlowInfo;
  readonly #place: Place;
  /** When it appeared: `opened` may be told later. */
  readonly #openedMs: number;
  readonly #openedPacket: number;
  readonly #a: Participant;
  readonly #b: Participant;
  readonly #hold = new Hold();
  #sides: Sides | undefined = undefined;
  #watch: Watch | undefined = undefined;
  #upgraded = false;
  #over = false;

  constructor(output: Output, info: FlowInfo, timeMs: number, packet: number) {
    this.#output = output;
    this.#info = info;
    this.#place = { connection: ++output.connections, timeMs, packet };
    this.#openedMs = timeMs;
    this.#openedPacket = packet;
    const fromStart = info.handshake !== 'unseen';
    this.#a = new Participant(fromStart);
    this.#b = new Participant(fromStart);
    // A source names the SYN's sender `a`, by the SYN or by the SYN-ACK that answers it.
    if (fromStart) this.#tellOpened({ client: 'a', by: 'syn' });
  }

  established(timeMs: number, packet: number): void {
    this.#step({ kind: 'established' }, timeMs, packet);
  }

  bytes(from: End, bytes: Uint8Array, start: number, end: number, timeMs: number, packet: number): void {
    const participant = this.#participant(from);
    if (participant.mode === 'sniff') {
      participant.hasSpoken = true;
      participant.sniffer?.push(bytes, start, end);
      this.#step({ kind: 'bytes', from, bytes, start, end }, timeMs, packet);
    } else if (!this.#hold.isEmpty) {
      this.#step({ kind: 'bytes', from, bytes, start, end }, timeMs, packet);
    } else if (participant.mode === 'watch' && !this.#over) {
      this.#place.timeMs = timeMs;
      this.#place.packet = packet;
      this.#deliver(from, participant, bytes, start, end);
    }
  }

  gap(from: End, length: number, timeMs: number, packet: number, why: LossCause = 'capture'): void {
    const participant = this.#participant(from);
    participant.sniffer?.gap(length);
    this.#step({ kind: 'gap', from, length, why }, timeMs, packet);
  }

  note(from: End, note: SegmentNote, timeMs: number, packet: number): void {
    this.#step({ kind: 'note', from, note }, timeMs, packet);
  }

  leap(leap: ClockLeap, timeMs: number, packet: number): void {
    this.#step({ kind: 'clock', leap }, timeMs, packet);
  }

  tls(from: End, news: TlsNews, timeMs: number, packet: number): void {
    this.#step({ kind: 'tls', from, news }, timeMs, packet);
  }

  fin(from: End, timeMs: number, packet: number, unacknowledged?: number): void {
    this.#participant(from).sniffer?.end();
    this.#step(
      { kind: 'end', from, how: 'fin', timeToLive: undefined, usualTimeToLive: undefined, unacknowledged },
      timeMs,
      packet,
    );
  }

  rst(
    from: End,
    timeToLive: number | undefined,
    usualTimeToLive: number | undefined,
    timeMs: number,
    packet: number,
    unacknowledged?: number,
  ): void {
    this.#a.sniffer?.end();
    this.#b.sniffer?.end();
    this.#step({ kind: 'end', from, how: 'rst', timeToLive, usualTimeToLive, unacknowledged }, timeMs, packet);
  }

  done(how: 'closed' | 'capture-ended' | 'evicted', timeMs: number, unseen?: End): void {
    if (this.#over) return;
    this.#over = true;
    this.#decide();
    this.#place.timeMs = timeMs;
    this.#watch?.end();
    this.#watch = undefined;
    const { connection, packet } = this.#place;
    const side = unseen === undefined ? undefined : this.#sideOf(unseen);
    this.#output.sink({
      kind: 'closed',
      connection,
      timeMs,
      packet,
      how,
      ...(side === undefined ? {} : { unseen: side }),
    });
  }

  /** Tells a step, or holds it while something that comes before it is undecided. */
  #step(step: Step, timeMs: number, packet: number): void {
    if (this.#over) return;
    if (this.#hold.isEmpty && this.#isReady()) {
      this.#place.timeMs = timeMs;
      this.#place.packet = packet;
      this.#tell(step);
      return;
    }
    this.#hold.add(step, timeMs, packet);
    if (this.#hold.isFull) this.#decide();
    else if (this.#isReady()) this.#release();
  }

  /** Sides are known, and so is the protocol of each end that has spoken. */
  #isReady(): boolean {
    const a = this.#a;
    const b = this.#b;
    if (a.sniffer !== undefined && b.sign !== undefined) a.sniffer.follow(b.sign);
    if (b.sniffer !== undefined && a.sign !== undefined) b.sniffer.follow(a.sign);
    if (a.isUndecided || b.isUndecided) return false;
    if (this.#sides === undefined) this.#findSides();
    return this.#sides !== undefined && !this.#awaitsUpgrade();
  }

  /** One side has spoken of an upgrade and the other is to be heard: what follows may be HTTP/1 or HTTP/2. */
  #awaitsUpgrade(): boolean {
    if (this.#over) return false;
    const client = this.#end('client');
    const server = this.#end('server');
    if (client.sign?.upgrade?.kind === 'asked') return !server.hasSpoken;
    return server.sign?.upgrade?.kind === 'granted' && !client.hasSpoken;
  }

  #findSides(): void {
    const a = this.#a.sniffer;
    const b = this.#b.sniffer;
    if (a === undefined || b === undefined) return;
    if (a.side !== undefined || b.side !== undefined) {
      const client = a.side === 'client' || b.side === 'server' ? 'a' : 'b';
      const sign = client === 'a' ? a.sign : b.sign;
      this.#tellOpened({ client, by: sign?.protocol === 'h2' ? 'preface' : 'frames' });
    } else if (!a.mayTellSide || !b.mayTellSide) {
      this.#tellOpened({ client: clientByPorts(this.#info), by: 'ports' });
    }
  }

  /** No more can be waited for. */
  #decide(): void {
    this.#a.sniffer?.end();
    this.#b.sniffer?.end();
    if (!this.#isReady() && this.#sides === undefined)
      this.#tellOpened({ client: clientByPorts(this.#info), by: 'ports' });
    this.#release();
  }

  #release(): void {
    const held = this.#hold.release();
    for (const { step, timeMs, packet } of held) {
      this.#place.timeMs = timeMs;
      this.#place.packet = packet;
      this.#tell(step);
    }
  }

  #tellOpened(sides: Sides): void {
    this.#sides = sides;
    const { a, b, handshake, initial } = this.#info;
    const client = sides.client === 'a' ? a : b;
    const server = sides.client === 'a' ? b : a;
    const { connection } = this.#place;
    const timeMs = this.#openedMs;
    const packet = this.#openedPacket;
    const opened = {
      kind: 'opened',
      connection,
      timeMs,
      packet,
      client,
      server,
      handshake,
      sidesBy: sides.by,
    } as const;
    this.#output.sink(initial === undefined ? opened : { ...opened, initial });
  }

  /** Tells what an end speaks, once, before its first octets, and turns them to where they belong. */
  #tellProtocol(end: Participant, side: Side): void {
    const { sign } = end;
    if (end.mode !== 'sniff' || sign === undefined) return;
    const upgrade = this.#upgrade();
    const protocol = upgrade === undefined ? sign.protocol : 'h2-upgrade';
    const { connection, timeMs, packet } = this.#place;
    this.#output.sink({ kind: 'protocol', connection, timeMs, packet, side, protocol, text: sign.text });
    const isHttp2 = protocol === 'h2' || protocol === 'h2-upgrade' || protocol === 'h2-middle';
    end.settle(isHttp2);
    if (upgrade !== undefined) end.skip = upgrade[side];
    if (isHttp2 && protocol === 'h2-middle') this.#watchFrames().joinMiddle(side);
  }

  /**
   * The octets of each side before HTTP/2 begins, if the client asked for it and the server answered 101. The question may
   * be missing: then the answer and the client's frames tell.
   */
  #upgrade(): Readonly<Record<Side, number>> | undefined {
    const client = this.#end('client').sign;
    const asked = client?.upgrade;
    const granted = this.#end('server').sign?.upgrade;
    if (granted?.kind !== 'granted') return undefined;
    if (asked?.kind !== 'asked' && client?.protocol !== 'h2' && client?.protocol !== 'h2-middle') return undefined;
    if (!this.#upgraded) this.#watchFrames().upgrade(asked?.kind === 'asked' ? asked.settings : []);
    this.#upgraded = true;
    return { client: asked?.kind === 'asked' ? asked.skip : 0, server: granted.skip };
  }

  #watchFrames(): Watch {
    this.#watch ??= new Watch(this.#output, this.#place);
    return this.#watch;
  }

  #tell(step: Step): void {
    const { sink } = this.#output;
    const { connection, timeMs, packet } = this.#place;
    if (step.kind === 'established') {
      sink({ kind: 'established', connection, timeMs, packet });
      return;
    }
    if (step.kind === 'clock') {
      const { packet: leapPacket, byMs, proof } = step.leap;
      sink({ kind: 'clock', connection, timeMs, packet, leapPacket, byMs, proof });
      return;
    }
    const from = this.#sideOf(step.from);
    const participant = this.#participant(step.from);
    switch (step.kind) {
      case 'bytes':
        this.#tellProtocol(participant, from);
        this.#deliver(step.from, participant, step.bytes, step.start, step.end);
        break;
      case 'gap':
        this.#tellGap(from, step, participant.mode === 'watch');
        break;
      case 'note':
        sink({ kind: 'segment', connection, timeMs, packet, from, note: step.note });
        break;
      case 'tls':
        sink({ kind: 'tls', connection, timeMs, packet, from, news: step.news });
        break;
      case 'end': {
        const { how, timeToLive, usualTimeToLive, unacknowledged } = step;
        sink({ kind: 'end', connection, timeMs, packet, from, how, timeToLive, usualTimeToLive, unacknowledged });
      }
    }
  }

  /** Octets within a frame whose header was seen are lost to its message or header block only: no frame is missing. */
  #tellGap(from: Side, { length, why }: Extract<Step, { kind: 'gap' }>, isWatched: boolean): void {
    const { connection, timeMs, packet } = this.#place;
    const within = isWatched ? this.#watchFrames().lacksWithin(from, length) : undefined;
    const lost = { kind: 'lost', connection, timeMs, packet, from, length, why } as const;
    this.#output.sink(within === undefined ? lost : { ...lost, within });
    if (isWatched) this.#watchFrames().gap(from, length);
  }

  #deliver(from: End, participant: Participant, bytes: Uint8Array, start: number, end: number): void {
    if (participant.mode !== 'watch') return;
    const skipped = Math.min(participant.skip, end - start);
    participant.skip -= skipped;
    if (start + skipped < end) this.#watchFrames().receive(this.#sideOf(from), bytes, start + skipped, end);
  }

  #participant(end: End): Participant {
    return end === 'a' ? this.#a : this.#b;
  }

  /** The end that plays this part; sides are known where it is asked. */
  #end(side: Side): Participant {
    return (this.#sides?.client === 'b') === (side === 'client') ? this.#b : this.#a;
  }

  #sideOf(end: End): Side {
    return end === (this.#sides?.client ?? 'a') ? 'client' : 'server';
  }
}
