/**
 * Counts the messages in the data octets of one direction of a call: each is one octet of flags, four of length, and the
 * message (gRPC over HTTP/2, "Length-Prefixed-Message"). Message boundaries are independent of DATA frames and chunks.
 * Keeps counters only: no octet of a message is copied.
 */

import { PREFIX_BYTES } from './prefix.ts';

export class MessageDeframer {
  /** Of the present message; meaningful once its prefix is complete. */
  compressed = false;
  /** The length that the prefix promises. */
  length = 0;
  /** Octets of the present message that were sent: seen, or lost by the capture. */
  received = 0;
  /** Octets of the present prefix so far; -1 when the boundaries are lost for good. */
  #prefix = 0;

  /** A prefix is complete and its message is not. */
  get inMessage(): boolean {
    return this.#prefix === PREFIX_BYTES && this.received < this.length;
  }

  /** Some octets of a prefix were sent, too few to tell the message. */
  get inPrefix(): boolean {
    return this.#prefix > 0 && this.#prefix < PREFIX_BYTES;
  }

  /** The message before the next octet has ended: its last octet was the one taken last. */
  get complete(): boolean {
    return this.#prefix === PREFIX_BYTES && this.received === this.length;
  }

  /** False once the octets cannot be cut into messages: a flag that gRPC does not define, or a prefix that was lost. */
  get synced(): boolean {
    return this.#prefix >= 0;
  }

  /**
   * Takes octets up to the end of one message and returns the offset after them; `complete` tells whether one ended there.
   * Call it until the offset is `end`, at least once: an empty message is complete with its prefix.
   */
  take(bytes: Uint8Array, start: number, end: number): number {
    if (this.#prefix < 0) return end;
    if (this.complete) this.#next();
    let at = start;
    while (at < end && this.#prefix < PREFIX_BYTES) {
      if (!this.#takePrefix(bytes[at++]!)) return end;
    }
    if (this.#prefix < PREFIX_BYTES) return at;
    const taken = Math.min(end - at, this.length - this.received);
    this.received += taken;
    return at + taken;
  }

  /**
   * `length` octets were sent that the capture lost. Within a message they count as received. True if the present message
   * ended in them; if they go on beyond it, the next boundary is unknown and nothing more is counted.
   */
  lose(length: number): boolean {
    if (length === 0 || this.#prefix < 0) return false;
    const ended = this.inMessage && this.length - this.received <= length;
    const beyond = this.inMessage ? length > this.length - this.received : true;
    if (this.inMessage) this.received = Math.min(this.length, this.received + length);
    if (beyond) this.#prefix = -1;
    return ended;
  }

  /** Begins anew, for the next call. */
  reset(): void {
    this.#next();
  }

  #next(): void {
    this.#prefix = 0;
    this.received = 0;
    this.length = 0;
    this.compressed = false;
  }

  /** False when the flag octet is neither 0 nor 1: the octets are no gRPC messages. */
  #takePrefix(byte: number): boolean {
    if (this.#prefix === 0) {
      if (byte > 1) {
        this.#prefix = -1;
        return false;
      }
      this.compressed = byte === 1;
    } else {
      this.length = this.length * 256 + byte;
    }
    this.#prefix++;
    return true;
  }
}
