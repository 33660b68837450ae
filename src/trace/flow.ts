/**
 * What a source of bytes (a capture, a tap, a recorder) tells the tracer: TCP connections as two ordered byte streams,
 * with the holes and endings that the source saw. The two ends are `a` and `b` until the protocol says who is client.
 */
import type { Endpoint } from '#base';
import type { TlsNews } from './tls.ts';

/** `a` is the end that sent the SYN, or, if none was seen, the end whose packet was seen first. */
export type End = 'a' | 'b';

export interface FlowInfo {
  readonly a: Endpoint;
  readonly b: Endpoint;
  /**
   * `seen`: the SYN was captured, and `established` tells whether it was answered; `partial`: only the SYN-ACK was, which
   * tells the ends as well; `unseen`: the source joined later.
   */
  readonly handshake: 'seen' | 'partial' | 'unseen';
  /** The initial sequence number of `a`, where the handshake shows it: 32 bits that are the same wherever the connection is captured. */
  readonly initial?: number | undefined;
}

/** When and where: milliseconds since the first packet of the input, and the packet's number in it, from 1. */
export interface Moment {
  readonly timeMs: number;
  readonly packet: number;
}

/** A place where the clock of the capture leapt. */
export interface ClockLeap {
  /** The first packet behind it. */
  readonly packet: number;
  /** What the clock went on too far, negative when it was set back. */
  readonly byMs: number;
  /**
   * `hosts`: the ends' own clocks (their TCP time stamps) show it, and times behind it were mended by them; `order`: time went back within a
   * connection, and it is not known how long the step took: times behind it go on at once; `one-host`: the clock of one end shows it and the other
   * was not heard, so that the host may have slept, or packets of it waited: times are as they were captured.
   */
  readonly proof: 'hosts' | 'order' | 'one-host';
}

/** Segments that carry no new bytes and yet say something about the connection. */
export type SegmentNote =
  /** Bytes that had already been sent; a run of them without an answer is a black hole. */
  | 'retransmission'
  /** TCP keepalive probe: an old byte, or none, just below the next sequence number (RFC 9293 §3.8.4). */
  | 'keepalive'
  | 'zero-window'
  /** Another SYN of the same attempt. */
  | 'syn-retransmission';

/**
 * Receives one connection. Times and packets are those of the segment that made the bytes deliverable.
 * `bytes` is valid during the call only.
 */
export interface FlowHandler {
  /** The SYN-ACK arrived, or the first other sign that `b` answers. */
  established(timeMs: number, packet: number): void;
  bytes(from: End, bytes: Uint8Array, start: number, end: number, timeMs: number, packet: number): void;
  /** `length` octets from this end are missing for ever: the capture did not see them. */
  gap(from: End, length: number, timeMs: number, packet: number, why?: 'capture' | 'cut'): void;
  note(from: End, note: SegmentNote, timeMs: number, packet: number): void;
  /** The capture's clock leapt since the connection was last heard of. */
  leap(leap: ClockLeap, timeMs: number, packet: number): void;
  /**
   * All bytes before the FIN were delivered (or declared missing). At most once an end. `unacknowledged`: octets of the
   * other end that were on the wire before the segment and that it does not acknowledge, so that its sender had not got
   * them; undefined when unknown.
   */
  fin(from: End, timeMs: number, packet: number, unacknowledged?: number): void;
  /**
   * `timeToLive` of the RST beside the one that this end's other packets carry: a difference points to a middlebox.
   * Both are undefined when unknown.
   */
  rst(
    from: End,
    timeToLive: number | undefined,
    usualTimeToLive: number | undefined,
    timeMs: number,
    packet: number,
    unacknowledged?: number,
  ): void;
  /**
   * Nothing more will come: `closed` after FINs or a RST, `capture-ended` otherwise, `evicted` when a limit forced it out.
   * After a RST this is told late, because octets that crossed it are still delivered; `timeMs` is then that of the
   * connection's last packet. `unseen`: not one segment of this end was captured, although the other end had its answers.
   */
  done(how: 'closed' | 'capture-ended' | 'evicted', timeMs: number, unseen?: End): void;
}

/** A handler that is also told what the octets went through: the tracer's, under the layer that undoes TLS. */
export interface TlsFlowHandler extends FlowHandler {
  /** `why`: `encrypted` for octets that were there and could not be read. */
  gap(from: End, length: number, timeMs: number, packet: number, why?: 'capture' | 'cut' | 'encrypted'): void;
  tls(from: End, news: TlsNews, timeMs: number, packet: number): void;
}

export interface TlsFlowSink {
  opened(info: FlowInfo, timeMs: number, packet: number): TlsFlowHandler;
}

export interface FlowSink {
  /** A connection begins: at its SYN (before any answer), or at its first packet if the SYN was not captured. */
  opened(info: FlowInfo, timeMs: number, packet: number): FlowHandler;
}
