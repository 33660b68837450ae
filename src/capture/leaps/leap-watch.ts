/**
 * Finds the places where the clock of a capture leaps, and mends the times behind them. After a silence, or a step back, packets are held
 * until an end of some connection shows by its TCP time stamps how much time has passed, or enough packets show nothing. A leap is
 * believed if two hosts say the same, or one where time goes back; a silence is true as soon as one host says so: a host that sleeps, and
 * a network that holds packets back, stop the time stamps of one end only.
 */
import type { ClockLeap } from '#trace';
import type { Packet } from '../packet.ts';
import { readI32, type Segment } from '../tcp/segment.ts';
import type { HostTime } from './host-time.ts';
import { SourceClock } from './source-clock.ts';
import { timestampAt } from './timestamp.ts';

/** Packets that wait for a second witness: both ends of a connection speak within a few packets, and other connections may be busy. */
const HELD_PACKETS_MAX = 64;
/** The longest wait for it by the capture's clock: a round trip around the world, a delayed acknowledgment, and some. */
const HELD_MS_MAX = 1_000;
/** Time stamps are written when a segment is made: queues of the sender and rounding keep them this far off, plus the drift of its clock. */
const SLACK_MS = 100;
const SLACK_SHARE = 0.01;
/** How far a connection without time stamps must go back before its clock is said to: far beyond any disorder. */
const BACK_MS_MIN = 1_000;
/** What one host alone must show before it is told: congested networks hold packets back for shorter times. */
const ONE_HOST_MS_MIN = 1_000;
/** Leaps that are told. A clock that leaps more often is no clock; its times are mended all the same. */
const LEAPS_MAX = 256;

/** `pass`: nothing holds this packet; `held`: a copy waits; `release`: so it does, and all that wait may go; `again`: ask again after that. */
export type Look = 'pass' | 'held' | 'release' | 'again';

interface Hold {
  readonly clock: SourceClock;
  readonly source: number;
  readonly stepMs: number;
  readonly startMs: number;
  readonly packets: Packet[];
  witness: { readonly host: HostTime; readonly byMs: number; readonly epoch: number } | undefined;
  wentBack: boolean;
  verdict: 'open' | 'true' | 'leap';
}

export class LeapWatch {
  readonly leaps: (ClockLeap & { readonly source: number })[] = [];
  readonly #clocks: SourceClock[] = [];
  #hold: Hold | undefined = undefined;

  /** The packet can be taken as it comes: the usual case. */
  isQuiet(packet: Packet): boolean {
    return this.#hold === undefined && this.#clock(packet.source).stepTo(packet.timeMs) === 0;
  }

  /** Looks at a packet that is not quiet. `host`: the end of a known connection that sent it. */
  look(packet: Packet, segment: Segment, host: HostTime | undefined): Look {
    const clock = this.#clock(packet.source);
    const stepMs = clock.stepTo(packet.timeMs);
    if (this.#hold !== undefined && stepMs !== 0) return 'again';
    if (stepMs !== 0) clock.step(packet.timeMs);
    this.#hold ??= begin(clock, packet, stepMs);
    const hold = this.#hold;
    if (host !== undefined && host.source === packet.source && hold.source === packet.source)
      this.#hear(hold, packet, segment, host);
    if (hold.packets.length === 0 && hold.verdict === 'true') {
      this.#hold = undefined;
      return 'pass';
    }
    hold.packets.push(copyOf(packet));
    const waitedMs = packet.timeMs - hold.startMs;
    const enough = hold.packets.length >= HELD_PACKETS_MAX || (hold.source === packet.source && waitedMs > HELD_MS_MAX);
    return hold.verdict !== 'open' || enough ? 'release' : 'held';
  }

  /** Gives up the held packets, after it was decided what the step was. */
  release(): readonly Packet[] {
    const hold = this.#hold;
    this.#hold = undefined;
    if (hold === undefined) return [];
    this.#conclude(hold);
    return hold.packets;
  }

  /** What the packet's stamp is ahead of the true time. */
  shiftMs(source: number): number {
    return this.#clock(source).shiftMs;
  }

  /** A packet of an end was taken, at its true time. */
  note(host: HostTime, packet: Packet, segment: Segment): void {
    if (host.source === -1) host.source = packet.source;
    else if (host.source !== packet.source) return;
    host.lastMs = packet.timeMs;
    const at = timestampAt(segment, packet);
    if (at !== 0) host.sample(readI32(packet.bytes, at), packet.timeMs, this.#clock(packet.source).epoch);
  }

  #hear(hold: Hold, packet: Packet, segment: Segment, host: HostTime): void {
    const { clock, witness } = hold;
    const nowMs = packet.timeMs - clock.shiftMs;
    const at = timestampAt(segment, packet);
    if (at === 0 || !host.hasSample) {
      if (nowMs < host.lastMs - BACK_MS_MIN) hold.wentBack = true;
      return;
    }
    const elapsedMs = host.elapsedMs(readI32(packet.bytes, at), nowMs);
    if (elapsedMs === undefined) return;
    const seenMs = nowMs - host.sampledMs;
    const byMs = seenMs - elapsedMs;
    const slackMs = SLACK_MS + SLACK_SHARE * Math.max(Math.abs(seenMs), Math.abs(elapsedMs));
    if (Math.abs(byMs) <= slackMs) {
      clock.holdsSince(host.epoch);
      hold.verdict = 'true';
    } else if (!clock.enclosesLast(host.epoch) || byMs > hold.stepMs + slackMs) return;
    else if (witness === undefined) hold.witness = { host, byMs, epoch: host.epoch };
    else if (isOther(witness.host, host) && Math.abs(witness.byMs - byMs) <= 2 * slackMs) hold.verdict = 'leap';
  }

  #conclude({ clock, source, stepMs, packets, witness, wentBack, verdict }: Hold): void {
    const first = packets[0]?.number ?? 0;
    if (verdict === 'true') return;
    if (witness !== undefined) {
      // Time never goes back, whatever the slack of the measurement.
      const byMs = Math.min(witness.byMs, stepMs);
      const believed = verdict === 'leap' || stepMs < 0;
      if (believed) {
        clock.shiftMs += byMs;
        clock.holdsSince(witness.epoch);
      } else witness.host.restart();
      if (believed || byMs >= ONE_HOST_MS_MIN)
        this.#add({ packet: first, byMs, proof: believed ? 'hosts' : 'one-host', source });
    } else if (wentBack) {
      clock.shiftMs += stepMs;
      this.#add({ packet: first, byMs: stepMs, proof: 'order', source });
    }
  }

  #add(leap: ClockLeap & { readonly source: number }): void {
    if (this.leaps.length < LEAPS_MAX) this.leaps.push(leap);
  }

  #clock(source: number): SourceClock {
    this.#clocks[source] ??= new SourceClock();
    return this.#clocks[source];
  }
}

function begin(clock: SourceClock, packet: Packet, stepMs: number): Hold {
  const { source, timeMs: startMs } = packet;
  return { clock, source, stepMs, startMs, packets: [], witness: undefined, wentBack: false, verdict: 'open' };
}

/** Not the same end, and not another connection of the same host: the two ends of a connection within one host count as two. */
function isOther(first: HostTime, second: HostTime): boolean {
  return first !== second && (first.address !== second.address || first.peer === second);
}

/** The octets of a packet are valid while it is read only. Its addresses stand before its TCP header. */
function copyOf(packet: Packet): Packet {
  const start = Math.min(packet.sourceAt, packet.destinationAt, packet.at);
  return {
    ...packet,
    bytes: packet.bytes.slice(start, packet.end),
    at: packet.at - start,
    end: packet.end - start,
    sourceAt: packet.sourceAt - start,
    destinationAt: packet.destinationAt - start,
  };
}
