/**
 * The response half of a call: octets in, whole and decompressed messages out, in order and only as many as were asked for.
 * It also knows how much flow-control credit the peer may have back: that is the backpressure.
 */
import { MessageReader, messageFaultText, Status, type StatusCode, statusOfMessageFault } from '#grpc';
import type { Compression, Inflated } from '#transport';

/** Why the octets are no messages that we can take. */
export interface InboxFault {
  readonly code: StatusCode;
  /** A limit of ours, not a breach of the peer. */
  readonly isLimit: boolean;
  /** One English clause without a full stop. */
  readonly text: string;
}

export interface InboxOwner {
  /** A message that took its time to decompress is there, or has failed. */
  inflated(): void;
}

export class Inbox {
  readonly #reader: MessageReader;
  readonly limitBytes: number;
  readonly #owner: InboxOwner;
  #encoding = 'identity';
  #compression: Compression | undefined = undefined;
  #isInflating = false;
  #inflated: Uint8Array | undefined = undefined;
  #fault: InboxFault | undefined = undefined;
  /** Octets received whose credit has not been given back. */
  #owedBytes = 0;
  /** Messages asked for and not taken; after `pullBytes` octets of them the rest is not asked for any more. */
  pulls = 0;
  pullBytes = Number.POSITIVE_INFINITY;
  /** Messages taken. */
  count = 0;

  constructor(limitBytes: number, owner: InboxOwner) {
    this.#reader = new MessageReader(limitBytes);
    this.limitBytes = limitBytes;
    this.#owner = owner;
  }

  /** What the response's `grpc-encoding` says; `compression` is undefined for what we do not have. */
  open(encoding: string, compression: Compression | undefined): void {
    this.#encoding = encoding;
    this.#compression = compression;
  }

  push(bytes: Uint8Array, start: number, end: number): void {
    this.#owedBytes += end - start;
    this.#reader.push(bytes, start, end);
  }

  get fault(): InboxFault | undefined {
    if (this.#fault !== undefined) return this.#fault;
    const { fault } = this.#reader;
    if (fault === undefined) return undefined;
    return { code: statusOfMessageFault(fault), isLimit: fault.kind === 'too-large', text: messageFaultText(fault) };
  }

  /** Nothing waits. */
  get isIdle(): boolean {
    if (this.#reader.heldBytes > 0 || this.#fault !== undefined || this.#reader.fault !== undefined) return false;
    return !this.#isInflating && this.#inflated === undefined;
  }

  /** A whole message waits, perhaps still compressed. */
  get hasMessage(): boolean {
    return this.#isInflating || this.#inflated !== undefined || this.#reader.ready;
  }

  /** What is wrong if the response ends here, once every whole message was taken. */
  endFault(): InboxFault | undefined {
    const fault = this.#reader.endFault();
    if (fault === undefined) return undefined;
    return { code: statusOfMessageFault(fault), isLimit: false, text: messageFaultText(fault) };
  }

  /** The next message that was asked for; undefined if none is ready now. */
  take(): Uint8Array | undefined {
    const bytes = this.#takeBytes();
    if (bytes === undefined) return undefined;
    this.countTaken(bytes.length);
    return bytes;
  }

  /** A message of so many octets goes to the caller. */
  countTaken(bytes: number): void {
    this.count++;
    this.pullBytes -= bytes;
    this.pulls = this.pullBytes > 0 ? this.pulls - 1 : 0;
  }

  /** How many octets of credit the peer gets back now. Call it after messages came or were taken. */
  takeCredit(): number {
    // While a message is wanted and none is whole, everything goes back: it may be longer than the window.
    const isHungry = this.pulls > 0 && !this.#isInflating;
    const kept = isHungry ? 0 : Math.min(this.#owedBytes, this.#reader.heldBytes);
    const credit = this.#owedBytes - kept;
    this.#owedBytes = kept;
    return credit;
  }

  #takeBytes(): Uint8Array | undefined {
    if (this.#inflated !== undefined) return this.#takeInflated();
    if (this.#isInflating || this.#fault !== undefined) return undefined;
    const message = this.#reader.next();
    if (message === undefined) return undefined;
    if (!message.compressed) return message.bytes;
    this.#inflate(message.bytes);
    return this.#takeInflated();
  }

  #takeInflated(): Uint8Array | undefined {
    const bytes = this.#inflated;
    this.#inflated = undefined;
    return bytes;
  }

  #inflate(bytes: Uint8Array): void {
    const compression = this.#compression;
    if (compression === undefined) {
      this.#fault = { code: Status.INTERNAL, isLimit: false, text: this.#unknownEncoding() };
      return;
    }
    this.#isInflating = true;
    let isSynchronous = true;
    compression.decompress(bytes, this.limitBytes, (result) => {
      this.#isInflating = false;
      this.#settle(result);
      if (!isSynchronous) this.#owner.inflated();
    });
    isSynchronous = false;
  }

  #settle(result: Inflated): void {
    switch (result.kind) {
      case 'ok':
        this.#inflated = result.bytes;
        break;
      case 'too-large': {
        const text = `a message has more than the ${this.limitBytes} octets that are allowed once it is decompressed`;
        this.#fault = { code: Status.RESOURCE_EXHAUSTED, isLimit: true, text };
        break;
      }
      case 'corrupt': {
        const text = `a message cannot be decompressed with ${this.#encoding}: ${result.detail}`;
        this.#fault = { code: Status.INTERNAL, isLimit: false, text };
        break;
      }
    }
  }

  /** gRPC "Compression": both cases "MUST fail with INTERNAL". */
  #unknownEncoding(): string {
    if (this.#encoding === 'identity')
      return 'a message is flagged as compressed, but grpc-encoding names no compression';
    return `a message is compressed with ${this.#encoding.slice(0, 40)}, which was not offered`;
  }
}
