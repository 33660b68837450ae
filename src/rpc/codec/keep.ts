/**
 * Copies of short octets out of long buffers: who keeps an id of sixteen octets must not keep the whole chunk of a socket alive
 * with it. Short messages need none: they come in pages (`messageView`).
 */
import { PAGED_BYTES_MAX } from '#grpc';

/** V8 has typed arrays of up to 64 octets inside its heap: one of its own costs no more than a view, and holds nothing else. */
export const OWN_BYTES_MAX = 64;
/** Copies share buffers of this size, which is that of Node's pool; more than one in a thousand must be kept to matter. */
const POOL_BYTES = 8_192;
/** Longer ones get a buffer of their own: in the pool they would waste more than a quarter of it. */
const POOLED_BYTES_MAX = 2_048;

let pool = new Uint8Array(0);
let free = 0;

/** A copy of `bytes[from .. to)`. */
export function keep(bytes: Uint8Array, from: number, to: number): Uint8Array {
  const length = to - from;
  if (length > POOLED_BYTES_MAX) return new Uint8Array(bytes.subarray(from, to));
  if (free + length > pool.length) {
    pool = new Uint8Array(POOL_BYTES);
    free = 0;
  }
  pool.set(bytes.subarray(from, to), free);
  const copy = pool.subarray(free, free + length);
  free += length;
  return copy;
}

/** True if a view of a long message would keep more than twice the message alive. */
export function isBorrowed(bytes: Uint8Array): boolean {
  return bytes.length > PAGED_BYTES_MAX && bytes.length * 2 < bytes.buffer.byteLength;
}
