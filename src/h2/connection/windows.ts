/**
 * The windows that we grant (RFC 9113 §5.2, §6.9): credit goes back in halves of a window, and windows grow while the peer
 * fills them faster than its round trip lets us refill them.
 */
import { FrameType, Setting } from '../frames/codes.ts';
import { writeWindowUpdate } from '../frames/writer.ts';
import type { Core } from './core.ts';
import type { ActiveStream } from './stream.ts';

export class ReceiveWindows {
  readonly #core: Core;
  /** Octets that owners of streams hold. */
  #heldBytes = 0;
  /** Octets whose credit on the connection has not been returned. */
  #dueBytes = 0;
  #connectionWindow: number;
  #streamWindow: number;
  #returnedMs: number;

  constructor(core: Core) {
    this.#core = core;
    this.#connectionWindow = core.config.connectionWindowBytes;
    this.#streamWindow = core.config.streamWindowBytes;
    this.#returnedMs = core.nowMs;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  get streamWindowBytes(): number {
    return this.#streamWindow;
  }

  /** Raises the connection's window from the specification's 65,535 octets to the one that was asked for. */
  open(): void {
    const more = this.#connectionWindow - this.#core.receiveCredit.connection;
    if (more > 0) this.#grantConnection(more);
  }

  /** Octets go to the owner of a stream. */
  deliver(stream: ActiveStream, length: number): void {
    stream.heldBytes += length;
    this.#heldBytes += length;
    this.#dueBytes += length;
    this.#returnConnection();
  }

  /** Octets that no owner gets: padding, and what crossed the end of a stream. */
  discard(stream: ActiveStream | undefined, length: number): void {
    this.#dueBytes += length;
    this.#returnConnection();
    if (stream !== undefined) this.#returnStream(stream, length);
  }

  /** The owner has room for `length` octets more. */
  consumed(stream: ActiveStream, length: number): void {
    const taken = Math.min(length, stream.heldBytes);
    stream.heldBytes -= taken;
    this.#heldBytes -= taken;
    this.#returnConnection();
    this.#returnStream(stream, taken);
  }

  /** The stream is over: what its owner holds is the owner's business. */
  release(stream: ActiveStream): void {
    if (stream.heldBytes === 0) return;
    this.#heldBytes -= stream.heldBytes;
    stream.heldBytes = 0;
    this.#returnConnection();
  }

  #returnStream(stream: ActiveStream, length: number): void {
    const { side, peerSide, receiveCredit } = this.#core;
    stream.dueBytes += length;
    if (stream.dueBytes * 2 < this.#streamWindow) return;
    const mayStillSend = peerSide === 'client' ? stream.state.clientSends : stream.state.serverSends;
    if (!mayStillSend) return;
    const increment = stream.dueBytes;
    const sinceMs = stream.returnedMs;
    stream.dueBytes = 0;
    stream.returnedMs = this.#core.nowMs;
    receiveCredit.grant(stream.half(peerSide), increment);
    this.#write(side, stream.id, increment);
    if (sinceMs >= 0 && this.#isShort(increment, this.#streamWindow, this.#core.nowMs - sinceMs)) this.#grow();
  }

  #returnConnection(): void {
    if (this.#dueBytes * 2 < this.#connectionWindow) return;
    const core = this.#core;
    if (core.isOver || this.#heldBytes > core.config.limits.maxHeldBytes) return;
    const increment = this.#dueBytes;
    const elapsedMs = core.nowMs - this.#returnedMs;
    this.#dueBytes = 0;
    this.#returnedMs = core.nowMs;
    this.#grantConnection(increment);
    if (this.#isShort(increment, this.#connectionWindow, elapsedMs)) this.#grow();
  }

  /**
   * `increment` octets, half a window, came within one round trip: the peer waits for us (bandwidth times round trip exceeds
   * the window). The round trip is the least one seen of SETTINGS and PINGs; no PING is sent for this, because servers count
   * PINGs (gRFC A8).
   */
  #isShort(increment: number, window: number, elapsedMs: number): boolean {
    const { rttMs } = this.#core;
    return rttMs !== undefined && increment * rttMs * 2 > window * elapsedMs;
  }

  /** Doubles the windows: that of all streams by SETTINGS, that of the connection by credit. */
  #grow(): void {
    const core = this.#core;
    const { maxWindowBytes } = core.config;
    if (core.isOver || this.#streamWindow >= maxWindowBytes) return;
    this.#streamWindow = Math.min(2 * this.#streamWindow, maxWindowBytes);
    core.local.announce([{ id: Setting.INITIAL_WINDOW_SIZE, value: this.#streamWindow }]);
    const before = this.#connectionWindow;
    this.#connectionWindow = Math.max(before, Math.min(2 * before, maxWindowBytes));
    if (this.#connectionWindow > before) this.#grantConnection(this.#connectionWindow - before);
  }

  #grantConnection(increment: number): void {
    const { side, receiveCredit } = this.#core;
    receiveCredit.grantConnection(increment);
    this.#write(side, 0, increment);
  }

  #write(side: Core['side'], stream: number, increment: number): void {
    const core = this.#core;
    writeWindowUpdate(core.out, stream, increment);
    const { connection } = core.receiveCredit;
    core.log?.frame(side, core.nowMs, FrameType.WINDOW_UPDATE, 0, stream, 4, increment, undefined, 0, connection);
    core.wantOutput();
  }
}
