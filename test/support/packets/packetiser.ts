/**
 * A TCP conversation as a capture between the two ends may see it: two octet streams, cut into segments at random, with
 * reordering, loss, retransmission, copies and keepalives. Everything depends on the seed alone.
 */
import { ACK, FIN, ip, PSH, SYN, tcp, timestampOption } from './headers.ts';
import { Random } from './random.ts';

export type From = 'a' | 'b';

export interface Conversation {
  readonly a: Uint8Array;
  readonly b: Uint8Array;
}

export interface PacketiserOptions {
  readonly seed: number;
  readonly maxSegment?: number;
  /** The following are probabilities of what befalls a segment. This one: lost before the capture saw it, and sent again. */
  readonly delayed?: number;
  /** Captured, then lost, and sent again, perhaps cut differently. */
  readonly repeated?: number;
  /** Captured twice. */
  readonly copied?: number;
  /** Arrives, and the capture misses it. */
  readonly missed?: number;
  readonly keepalive?: number;
  /** How many packets later a packet may be captured than it was on the wire. */
  readonly reorder?: number;
  readonly handshake?: boolean;
  readonly close?: 'fin' | 'none';
  /** The first sequence numbers; by default close to the wrap. */
  readonly initialA?: number;
  readonly initialB?: number;
  readonly addresses?: { readonly a: string; readonly b: string };
  readonly ports?: { readonly a: number; readonly b: number };
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface Packetised {
  /** IP packets in the order of the capture. */
  readonly packets: readonly Uint8Array[];
  /** Octets of each stream that the capture never shows, in order, joined where they touch. */
  readonly missed: Readonly<Record<From, readonly Range[]>>;
}

const NOTHING = new Uint8Array(0);

interface Sender {
  readonly from: From;
  readonly stream: Uint8Array;
  readonly initial: number;
  /** Octets sent at least once. */
  sent: number;
  /** Octets that the other end has in order. */
  received: number;
  /** What it has beyond. */
  readonly early: Range[];
  /** To be sent again, after so many more steps. */
  readonly again: { readonly range: Range; after: number }[];
  readonly seen: Range[];
  identification: number;
  finSent: boolean;
}

/** Sends both streams to their ends. */
export function packetise(conversation: Conversation, options: PacketiserOptions): Packetised {
  return new Packetiser(conversation, options).run();
}

class Packetiser {
  readonly #random: Random;
  readonly #options: PacketiserOptions;
  readonly #packets: Uint8Array[] = [];
  readonly #senders: Readonly<Record<From, Sender>>;
  #clock = 1000;

  constructor(conversation: Conversation, options: PacketiserOptions) {
    this.#random = new Random(options.seed);
    this.#options = options;
    const near = () => (2 ** 32 - 1 - this.#random.below(2000)) >>> 0;
    this.#senders = {
      a: sender('a', conversation.a, options.initialA ?? near()),
      b: sender('b', conversation.b, options.initialB ?? near()),
    };
  }

  run(): Packetised {
    const { a, b } = this.#senders;
    if (this.#options.handshake ?? true) this.#shakeHands();
    while (!isDone(a) || !isDone(b)) this.#step(isDone(a) ? b : isDone(b) ? a : this.#random.pick([a, b]));
    if ((this.#options.close ?? 'fin') === 'fin') {
      for (const each of [a, b]) this.#fin(each);
      for (const each of [b, a]) this.#acknowledge(each);
    }
    return { packets: this.#reordered(), missed: { a: missedOf(a), b: missedOf(b) } };
  }

  #shakeHands(): void {
    const { a, b } = this.#senders;
    const options = [2, 4, 5, 0xb4, 1, 3, 3, 7];
    this.#packets.push(this.#packet(a, a.initial, SYN, NOTHING, options));
    this.#packets.push(this.#packet(b, b.initial, SYN | ACK, NOTHING, options));
    this.#acknowledge(a);
  }

  #step(from: Sender): void {
    const random = this.#random;
    const { keepalive = 0, delayed = 0, repeated = 0, copied = 0, missed = 0, maxSegment = 1400 } = this.#options;
    this.#clock++;
    for (const each of from.again) each.after--;
    const due = from.again.findIndex(({ after }) => after <= 0 || from.sent === from.stream.length);
    if (due >= 0) {
      this.#resend(from, from.again.splice(due, 1)[0]!.range);
      return;
    }
    if (random.chance(keepalive) && from.sent > 0 && from.sent === from.received) {
      const probe = from.stream.subarray(from.sent - random.below(2), from.sent);
      this.#packets.push(this.#packet(from, from.initial + from.sent, ACK, probe));
    }
    const range = { start: from.sent, end: Math.min(from.stream.length, from.sent + 1 + random.below(maxSegment)) };
    from.sent = range.end;
    const fate = random.next();
    const lost = fate < delayed || (fate >= delayed + missed && fate < delayed + missed + repeated);
    const shown = fate >= delayed + missed;
    if (shown) this.#show(from, range);
    if (random.chance(copied)) this.#packets.push(this.#packets.at(-1)!);
    if (lost) from.again.push({ range, after: 1 + random.below(12) });
    else this.#arrive(from, range);
  }

  /** Perhaps together with its neighbours, whether those arrived or not. */
  #resend(from: Sender, range: Range): void {
    const wider = this.#random.chance(0.3) ? 1 + this.#random.below(300) : 0;
    const again = { start: Math.max(from.received, range.start - wider), end: Math.min(from.sent, range.end + wider) };
    const useful = again.start < again.end ? again : range;
    this.#show(from, useful);
    this.#arrive(from, useful);
  }

  #show(from: Sender, range: Range): void {
    from.seen.push(range);
    this.#packets.push(
      this.#packet(from, from.initial + 1 + range.start, ACK | PSH, from.stream.subarray(range.start, range.end)),
    );
  }

  #arrive(from: Sender, range: Range): void {
    from.early.push(range);
    from.received = contiguous(from.early, from.received);
    if (this.#random.chance(0.7)) this.#acknowledge(this.#other(from));
  }

  #acknowledge(from: Sender): void {
    this.#packets.push(this.#packet(from, from.initial + 1 + from.sent + (from.finSent ? 1 : 0), ACK, NOTHING));
  }

  #fin(from: Sender): void {
    this.#packets.push(this.#packet(from, from.initial + 1 + from.sent, ACK | FIN, NOTHING));
    from.finSent = true;
  }

  #other(from: Sender): Sender {
    return from.from === 'a' ? this.#senders.b : this.#senders.a;
  }

  #packet(from: Sender, sequence: number, flags: number, payload: Uint8Array, options?: number[]): Uint8Array {
    const { addresses = { a: '10.0.0.1', b: '10.0.0.2' }, ports = { a: 40_000, b: 50_051 } } = this.#options;
    const to = this.#other(from);
    const acknowledgment = flags & ACK ? to.initial + 1 + to.received + (to.finSent ? 1 : 0) : 0;
    from.identification = (from.identification + 1) & 0xffff;
    const segment = tcp({
      sourcePort: ports[from.from],
      destinationPort: ports[to.from],
      sequence: sequence >>> 0,
      acknowledgment: acknowledgment >>> 0,
      flags,
      options: options ?? timestampOption(this.#clock),
      payload,
    });
    return ip({
      source: addresses[from.from],
      destination: addresses[to.from],
      protocol: 6,
      identification: from.identification,
      payload: segment,
    });
  }

  /** Each packet may be overtaken by some that follow it. */
  #reordered(): Uint8Array[] {
    const { reorder = 0 } = this.#options;
    if (reorder === 0) return this.#packets;
    const keyed = this.#packets.map((packet, index) => ({ packet, key: index + this.#random.below(reorder + 1) }));
    // The handshake stays first: what overtakes it starts a connection of unknown beginning, which has tests of its own.
    const from = (this.#options.handshake ?? true) ? 3 : 0;
    const rest = keyed.slice(from).sort((one, two) => one.key - two.key);
    return [...keyed.slice(0, from), ...rest].map(({ packet }) => packet);
  }
}

function sender(from: From, stream: Uint8Array, initial: number): Sender {
  return {
    from,
    stream,
    initial,
    sent: 0,
    received: 0,
    early: [],
    again: [],
    seen: [],
    identification: 7,
    finSent: false,
  };
}

function isDone(from: Sender): boolean {
  return from.sent === from.stream.length && from.again.length === 0;
}

function contiguous(ranges: readonly Range[], from: number): number {
  let reached = from;
  for (let grown = true; grown; ) {
    const next = ranges.reduce((most, { start, end }) => (start <= most && end > most ? end : most), reached);
    grown = next > reached;
    reached = next;
  }
  return reached;
}

function missedOf(from: Sender): Range[] {
  const missed: Range[] = [];
  let reached = 0;
  for (const { start, end } of [...from.seen].sort((one, two) => one.start - two.start)) {
    if (start > reached) missed.push({ start: reached, end: start });
    reached = Math.max(reached, end);
  }
  if (reached < from.stream.length) missed.push({ start: reached, end: from.stream.length });
  return missed;
}
