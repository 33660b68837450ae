/** The numbers that bound reassembly, each with its reason. */

export interface TcpLimits {
  /** Octets that wait behind a hole in one direction. */
  readonly pendingBytesPerHalf: number;
  /** Segments that wait behind a hole in one direction. */
  readonly pendingPieces: number;
  /** Octets that wait in all connections together. */
  readonly pendingBytesTotal: number;
  /** Connections followed at once. */
  readonly liveFlows: number;
  /** Finished connections remembered, so that their stragglers do not look like new ones. */
  readonly finishedFlows: number;
  /** Segments of a connection to wait for octets that the receiver has acknowledged and the capture has not shown. */
  readonly holdSegments: number;
  /** The same in time. */
  readonly holdMs: number;
  /** Quiet time after a RST before its connection is over. */
  readonly resetLingerMs: number;
  /** How long a finished connection is remembered. */
  readonly finishedLingerMs: number;
}

export const defaultLimits: TcpLimits = {
  // A hole that a retransmission fills has at most a receive window behind it. Linux grows it to 6 MiB (tcp_rmem).
  pendingBytesPerHalf: 8 * 1024 * 1024,
  // The same window in segments of 1,000 octets; it also bounds the work of inserting one in its place.
  pendingPieces: 8192,
  // Eight connections at their bound: what a process that reads captures may take without asking.
  pendingBytesTotal: 64 * 1024 * 1024,
  // A server's 10,000 connections fit three times; at about 10 kB in the layers above, that is 330 MB at worst.
  liveFlows: 32_768,
  // At 1,000 connections a second, the last quarter of a minute.
  finishedFlows: 16_384,
  // Captures reorder when several queues or processors feed them: by what a queue is drained of in one go (the kernel's
  // NAPI budget of 64 packets), and by milliseconds, or some tens of them on a busy virtual machine.
  holdSegments: 64,
  holdMs: 50,
  // Data that crossed a RST on the wire arrives within a round trip, and is sent again at most a second (the initial
  // retransmission timeout, RFC 6298 §2) after that.
  resetLingerMs: 3000,
  // Linux's TIME_WAIT: earlier, the same two ends rarely begin anew without a SYN that says so.
  finishedLingerMs: 60_000,
};
