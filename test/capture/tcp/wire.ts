/** Connections written down segment by segment, for tests of what each segment means. */
import type { TcpLimits } from '#capture';
import { ACK, FIN, ip, pcapFile, RST, SYN, tcp, timestampOption } from '../../support/packets.ts';
import { type Recorded, record } from '../recorder.ts';

export type From = 'a' | 'b';

export interface SegmentOptions {
  /** Relative to the first sequence number of this end: its SYN is 0, its first octet 1. */
  readonly at?: number;
  /** The same of the other end. */
  readonly ack?: number;
  readonly window?: number;
  readonly ttl?: number;
  readonly id?: number;
  /** Octets of the packet to keep. */
  readonly snap?: number;
}

const ADDRESS = { a: '10.0.0.1', b: '10.0.0.2' };
const PORT = { a: 40_000, b: 50_051 };

/** Keeps what a well-behaved TCP would send next; every method takes exceptions. One millisecond passes a segment. */
export class Wire {
  readonly #packets: { bytes: Uint8Array; linkType: number; timeNs: bigint; snapLength: number }[] = [];
  readonly #initial = { a: 0xffff_fff0, b: 0xffff_fffa };
  readonly #next = { a: 0, b: 0 };
  #identification = 1;
  #micros = 0;
  /** What the clock of the capture is ahead of true time. */
  #aheadMicros = 0;
  /** Ticks a millisecond of each end's time stamps; without them the segments carry none. */
  #ticks: { readonly a: number; readonly b: number } | undefined = undefined;
  /** What the clock of an end has lost. */
  readonly #sleptMs = { a: 0, b: 0 };

  /** Time passes. */
  wait(ms: number): this {
    this.#micros += ms * 1000;
    return this;
  }

  /** Both ends carry time stamps from here on, by default of a tick a millisecond. */
  stamped(ticks: { readonly a: number; readonly b: number } = { a: 1, b: 1 }): this {
    this.#ticks = ticks;
    return this;
  }

  /** The clock of the capture is set. */
  leap(ms: number): this {
    this.#aheadMicros += ms * 1000;
    return this;
  }

  /** A host is suspended, and its clock with it. */
  sleep(end: From, ms: number): this {
    this.#sleptMs[end] += ms;
    return this.wait(ms);
  }

  /** The ends begin again, with other numbers. */
  renew(): this {
    this.#initial.a = (this.#initial.a + 0x1234_5678) >>> 0;
    this.#initial.b = (this.#initial.b + 0x2345_6789) >>> 0;
    this.#next.a = 0;
    this.#next.b = 0;
    return this;
  }

  shakeHands(): this {
    return this.syn('a').synAck('b').ack('a');
  }

  syn(from: From, data = '', options: SegmentOptions = {}): this {
    this.#add(from, SYN, data, { at: 0, ...options });
    return this;
  }

  synAck(from: From, options: SegmentOptions = {}): this {
    this.#add(from, SYN | ACK, '', { at: 0, ...options });
    return this;
  }

  ack(from: From, options: SegmentOptions = {}): this {
    this.#add(from, ACK, '', options);
    return this;
  }

  send(from: From, data: string, options: SegmentOptions = {}): this {
    this.#add(from, ACK, data, options);
    return this;
  }

  fin(from: From, data = '', options: SegmentOptions = {}): this {
    this.#add(from, FIN | ACK, data, options);
    return this;
  }

  rst(from: From, options: SegmentOptions = {}): this {
    this.#add(from, RST | ACK, '', options);
    return this;
  }

  /** The last packet once more, as another interface shows it. */
  copy(): this {
    this.#packets.push(this.#packets.at(-1)!);
    return this;
  }

  /** Takes the last packet out: the capture missed it. */
  miss(): this {
    this.#packets.pop();
    return this;
  }

  /** Exchanges the last two packets. */
  swap(): this {
    const [last, before] = [this.#packets.pop()!, this.#packets.pop()!];
    this.#packets.push(last, before);
    return this;
  }

  read(limits?: TcpLimits): Recorded {
    return record(pcapFile(this.#packets, { little: true, resolution: 'micro' }), [], limits);
  }

  /** The lines of the only connection. */
  lines(limits?: TcpLimits): readonly string[] {
    const { flows } = this.read(limits);
    if (flows.length !== 1) throw new Error(`${flows.length} connections`);
    return flows[0]!.lines;
  }

  #add(from: From, flags: number, data: string, options: SegmentOptions): void {
    const to = from === 'a' ? 'b' : 'a';
    const at = options.at ?? this.#next[from];
    const payload = Uint8Array.from(data, (character) => character.charCodeAt(0));
    const length = payload.length + (flags & (SYN | FIN) ? 1 : 0);
    if (length > 0) this.#next[from] = Math.max(this.#next[from], at + length);
    const segment = tcp({
      sourcePort: PORT[from],
      destinationPort: PORT[to],
      sequence: (this.#initial[from] + at) >>> 0,
      acknowledgment: flags & ACK ? (this.#initial[to] + (options.ack ?? this.#next[to])) >>> 0 : 0,
      flags,
      window: options.window ?? 502,
      payload,
      options: this.#timestamp(from),
    });
    const bytes = ip({
      source: ADDRESS[from],
      destination: ADDRESS[to],
      protocol: 6,
      timeToLive: options.ttl ?? (from === 'a' ? 64 : 57),
      identification: options.id ?? this.#identification++,
      payload: segment,
    });
    const timeNs = 1_700_000_000_000_000_000n + BigInt(this.#micros + this.#aheadMicros) * 1000n;
    this.#micros += 1000;
    this.#packets.push({ bytes, linkType: 101, timeNs, snapLength: options.snap ?? bytes.length });
  }

  #timestamp(from: From): number[] {
    if (this.#ticks === undefined) return [];
    const ms = this.#micros / 1000 - this.#sleptMs[from];
    return timestampOption((0xffff_ff00 + Math.floor(ms * this.#ticks[from])) >>> 0);
  }
}
