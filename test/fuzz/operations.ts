/** Octets as a list of operations on a connection: how a mutant becomes deliveries, losses and endings. */
export interface Operation {
  /** 0 to 15: what to do. */
  readonly code: number;
  readonly from: 'client' | 'server';
  readonly bytes: Uint8Array;
}

/** Each operation is an octet of code and direction, an octet of length, and that many octets. */
export function operations(bytes: Uint8Array): Operation[] {
  const list: Operation[] = [];
  for (let at = 0; at + 1 < bytes.length; ) {
    const head = bytes[at]!;
    const end = Math.min(bytes.length, at + 2 + bytes[at + 1]!);
    list.push({ code: head >>> 4, from: head & 1 ? 'server' : 'client', bytes: bytes.subarray(at + 2, end) });
    at = end;
  }
  return list;
}

/** The octets of deliveries, for seeds. */
export function deliveries(
  chunks: readonly { readonly from: 'client' | 'server'; readonly bytes: Uint8Array }[],
): Uint8Array {
  const octets: number[] = [];
  for (const { from, bytes } of chunks) {
    for (let at = 0; at < bytes.length; at += 255) {
      const piece = bytes.subarray(at, at + 255);
      octets.push(from === 'server' ? 1 : 0, piece.length, ...piece);
    }
  }
  return Uint8Array.from(octets);
}
