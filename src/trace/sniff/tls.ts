/** TLS records by their first octets (RFC 8446 §5.1, §4, §6): enough to say that it is TLS, and what the record means. */
import type { Side } from '#base';
import { readU16 } from '#base';

/** Octets before a record's content. */
const RECORD_HEADER_BYTES = 5;
/** 2^14 and what encryption may add (RFC 5246 §6.2.3). */
const RECORD_BYTES_MAX = 16_384 + 2_048;

const ContentType = { CHANGE_CIPHER_SPEC: 20, ALERT: 21, HANDSHAKE: 22, APPLICATION_DATA: 23 } as const;

export interface TlsSign {
  /** "ClientHello", "alert 40", "application data". */
  readonly text: string;
  /** The side that alone may send it, if that is so. */
  readonly side: Side | undefined;
}

/**
 * What the octets say if they are the beginning of TLS records; `more` if they may be and are too few to tell what the
 * record means. `whole`: no more octets will come.
 */
export function recogniseTls(bytes: Uint8Array, length: number, whole: boolean): TlsSign | 'more' | undefined {
  if (length === 0 || !isContentType(bytes[0]!)) return undefined;
  if (length > 1 && bytes[1] !== 3) return undefined;
  if (length > 2 && bytes[2]! > 4) return undefined;
  if (length < RECORD_HEADER_BYTES) return whole ? undefined : 'more';
  const recordBytes = readU16(bytes, 3);
  if (recordBytes === 0 || recordBytes > RECORD_BYTES_MAX) return undefined;
  const needed = RECORD_HEADER_BYTES + Math.min(2, recordBytes);
  return length < needed && !whole ? 'more' : meaning(bytes, length, recordBytes);
}

function isContentType(byte: number): boolean {
  return byte >= ContentType.CHANGE_CIPHER_SPEC && byte <= ContentType.APPLICATION_DATA;
}

function meaning(bytes: Uint8Array, length: number, recordBytes: number): TlsSign {
  const type = bytes[0]!;
  if (type === ContentType.CHANGE_CIPHER_SPEC) return { text: 'ChangeCipherSpec', side: undefined };
  if (type === ContentType.APPLICATION_DATA) return { text: 'application data', side: undefined };
  if (type === ContentType.HANDSHAKE) return handshake(bytes[RECORD_HEADER_BYTES]);
  // An encrypted alert is longer than the level and the description.
  if (recordBytes !== 2 || length < RECORD_HEADER_BYTES + 2) return { text: 'alert', side: undefined };
  return { text: `alert ${bytes[RECORD_HEADER_BYTES + 1]!}`, side: undefined };
}

function handshake(type: number | undefined): TlsSign {
  if (type === 1) return { text: 'ClientHello', side: 'client' };
  if (type === 2) return { text: 'ServerHello', side: 'server' };
  return { text: 'handshake', side: undefined };
}
