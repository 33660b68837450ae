/** Undoes the compressions that gRPC names, in bounded memory. Synchronous: messages are small and shown in order. */
import { gunzipSync, inflateRawSync, inflateSync, type ZlibOptions, constants as zlib } from 'node:zlib';

type Undo = (bytes: Uint8Array, options: ZlibOptions) => Uint8Array;

/** gRPC's `deflate` is zlib's format (RFC 1950); some libraries send the bare one (RFC 1951). */
const undo: Readonly<Record<string, readonly Undo[]>> = {
  gzip: [gunzipSync],
  deflate: [inflateSync, inflateRawSync],
  identity: [(bytes) => bytes],
};

export type InflatedMessage =
  | { readonly kind: 'inflated'; readonly bytes: Uint8Array }
  | { readonly kind: 'unknown-encoding' | 'damaged' | 'too-large' };

/** The octets that `bytes` stands for; of octets that end too early, as many as they give. */
export function inflateMessage(encoding: string, bytes: Uint8Array, bytesMax: number): InflatedMessage {
  const ways = Object.hasOwn(undo, encoding) ? undo[encoding] : undefined;
  if (ways === undefined) return { kind: 'unknown-encoding' };
  // A sync flush lets zlib give what it has instead of failing at an early end.
  const options: ZlibOptions = { maxOutputLength: bytesMax, finishFlush: zlib.Z_SYNC_FLUSH };
  for (const way of ways) {
    try {
      return { kind: 'inflated', bytes: way(bytes, options) };
    } catch (error) {
      if (error instanceof RangeError) return { kind: 'too-large' };
    }
  }
  return { kind: 'damaged' };
}
