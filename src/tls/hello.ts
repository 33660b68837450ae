/** ClientHello, ServerHello and EncryptedExtensions, as far as decryption and diagnosis need them (RFC 8446 §4.1, §4.2, §4.3.1). */
import { decodeUtf8, toHex, toLatin1 } from '#base';
import { Cursor } from './cursor.ts';
import { helloLibrary } from './library.ts';

const Extension = {
  SERVER_NAME: 0,
  ALPN: 16,
  ENCRYPT_THEN_MAC: 22,
  SESSION_TICKET: 35,
  PRE_SHARED_KEY: 41,
  EARLY_DATA: 42,
  SUPPORTED_VERSIONS: 43,
} as const;

const TLS_1_2 = 0x0303;
const TLS_1_3 = 0x0304;
/** Protocols named in one hello that are kept; browsers send three. */
const PROTOCOLS_MAX = 16;
/** A host name has at most 253 characters (RFC 1035 §3.1). */
const NAME_MAX = 255;

/** The random of a ServerHello that is a HelloRetryRequest (RFC 8446 §4.1.3). */
const RETRY_RANDOM = 'cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c';

export interface ClientHello {
  readonly random: Uint8Array;
  readonly sessionId: string;
  readonly serverName: string | undefined;
  readonly alpn: readonly string[];
  readonly version: string;
  readonly resumes: boolean;
  readonly earlyData: boolean;
  readonly library: string | undefined;
}

export interface ServerHello {
  readonly random: Uint8Array;
  readonly sessionId: string;
  readonly cipher: number;
  readonly version: string;
  readonly retry: boolean;
  readonly alpn: string | undefined;
  readonly encryptThenMac: boolean;
  /** TLS 1.3: the server takes the offered PSK. */
  readonly presharedKey: boolean;
}

export interface ServerExtensions {
  readonly alpn: string | undefined;
  readonly earlyData: boolean;
}

export function versionName(version: number): string {
  if (version === 0x0300) return 'SSL 3.0';
  if (version >= 0x0301 && version <= TLS_1_3) return `TLS 1.${version - 0x0301}`;
  return `0x${version.toString(16)}`;
}

/** The body of a ClientHello; undefined if it is none. */
export function readClientHello(bytes: Uint8Array, start: number, end: number): ClientHello | undefined {
  const cursor = new Cursor(bytes, start, end);
  const legacy = cursor.u16();
  const random = cursor.raw(32).slice();
  const session = cursor.vector(1);
  const ciphers = readU16s(cursor.vector(2));
  cursor.vector(1);
  if (cursor.broken) return undefined;
  const extensions = readExtensions(cursor);
  const versions = readU16s(extensions.get(Extension.SUPPORTED_VERSIONS)?.vector(1)).filter(isVersion);
  const ticket = extensions.get(Extension.SESSION_TICKET);
  const sessionId = toHex(bytes, session.at, session.end);
  const best = versions.length === 0 ? legacy : Math.max(...versions);
  return {
    random,
    sessionId,
    serverName: readServerName(extensions.get(Extension.SERVER_NAME)),
    alpn: readAlpn(extensions.get(Extension.ALPN)),
    version: versionName(best),
    // In TLS 1.3 a session id is there for old middleboxes only (RFC 8446 §D.4).
    resumes:
      extensions.has(Extension.PRE_SHARED_KEY) || (ticket?.left ?? 0) > 0 || (best <= TLS_1_2 && sessionId !== ''),
    earlyData: extensions.has(Extension.EARLY_DATA),
    library: helloLibrary(ciphers, [...extensions.keys()]),
  };
}

/** The body of a ServerHello; undefined if it is none. */
export function readServerHello(bytes: Uint8Array, start: number, end: number): ServerHello | undefined {
  const cursor = new Cursor(bytes, start, end);
  const legacy = cursor.u16();
  const random = cursor.raw(32).slice();
  const session = cursor.vector(1);
  const cipher = cursor.u16();
  cursor.u8();
  if (cursor.broken) return undefined;
  const extensions = readExtensions(cursor);
  return {
    random,
    sessionId: toHex(bytes, session.at, session.end),
    cipher,
    version: versionName(extensions.get(Extension.SUPPORTED_VERSIONS)?.u16() ?? legacy),
    retry: toHex(random) === RETRY_RANDOM,
    alpn: readAlpn(extensions.get(Extension.ALPN))[0],
    encryptThenMac: extensions.has(Extension.ENCRYPT_THEN_MAC),
    presharedKey: extensions.has(Extension.PRE_SHARED_KEY),
  };
}

export function readServerExtensions(bytes: Uint8Array, start: number, end: number): ServerExtensions {
  const extensions = readExtensions(new Cursor(bytes, start, end));
  return { alpn: readAlpn(extensions.get(Extension.ALPN))[0], earlyData: extensions.has(Extension.EARLY_DATA) };
}

/** By type, in the order of the message. At most 65,535 octets hold them, so they are bounded. */
function readExtensions(cursor: Cursor): Map<number, Cursor> {
  const found = new Map<number, Cursor>();
  if (cursor.left === 0) return found;
  const list = cursor.vector(2);
  while (list.left > 0) {
    const type = list.u16();
    const body = list.vector(2);
    if (!list.broken) found.set(type, body);
  }
  return found;
}

/** RFC 6066 §3: a list whose entries of type 0 are host names. */
function readServerName(extension: Cursor | undefined): string | undefined {
  const list = extension?.vector(2);
  while (list !== undefined && list.left > 0) {
    const type = list.u8();
    const name = list.vector(2);
    if (type === 0 && name.left > 0) return toLatin1(name.bytes, name.at, Math.min(name.end, name.at + NAME_MAX));
  }
  return undefined;
}

/** RFC 7301 §3.1. */
function readAlpn(extension: Cursor | undefined): string[] {
  const names: string[] = [];
  const list = extension?.vector(2);
  while (list !== undefined && list.left > 0 && names.length < PROTOCOLS_MAX) {
    const name = list.vector(1);
    // GREASE values are no protocols (RFC 8701 §2).
    if (name.left > 0 && !isGreaseName(name)) names.push(decodeUtf8(name.bytes, name.at, name.end));
  }
  return names;
}

function isGreaseName({ bytes, at, left }: Cursor): boolean {
  return left === 2 && ((bytes[at] ?? 0) & 0x0f) === 0x0a && bytes[at] === bytes[at + 1];
}

function readU16s(cursor: Cursor | undefined): number[] {
  const numbers: number[] = [];
  while (cursor !== undefined && cursor.left >= 2) numbers.push(cursor.u16());
  return numbers;
}

function isVersion(version: number): boolean {
  return version >= 0x0300 && version <= TLS_1_3;
}
