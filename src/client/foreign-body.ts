/**
 * The beginning of a response that is none of gRPC: what a proxy writes there ("upstream connect error", an HTML page) often
 * is the only hint at the cause.
 */
import { toLatin1 } from '#base';
import type { ResponseHead } from '#grpc';
import { printable } from './failure-text.ts';

/** As much as a sentence quotes. */
const BYTES_MAX = 120;

export class ForeignBody {
  readonly head: ResponseHead;
  #text = '';

  constructor(head: ResponseHead) {
    this.head = head;
  }

  /** True when no more is needed. */
  push(bytes: Uint8Array, start: number, end: number): boolean {
    this.#text += toLatin1(bytes, start, Math.min(end, start + BYTES_MAX - this.#text.length));
    return this.#text.length >= BYTES_MAX;
  }

  /** One English sentence with a full stop. */
  get text(): string {
    const body = printable(this.#text.replace(/\s+/g, ' ').trim());
    const said = body === '' ? '' : `, and says "${body}"`;
    const { message } = this.head.status;
    return `${message.charAt(0).toUpperCase()}${message.slice(1)}${said}. A proxy or a web server answered instead of a gRPC server.`;
  }
}
