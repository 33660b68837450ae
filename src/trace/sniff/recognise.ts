/** What the first octets of one end of a connection say it speaks. */
import { type Side, toLatin1 } from '#base';
import { CLIENT_PREFACE, FRAME_HEADER_BYTES, frameTypeName, plausibleFrameHeader } from '#h2';
import type { Protocol } from '../events.ts';
import { recogniseHttp1, type Upgrade } from './http1.ts';
import { firstLine } from './text.ts';
import { recogniseTls } from './tls.ts';

export interface Sign {
  readonly protocol: Protocol;
  /** Evidence: see `ProtocolEvent.text`. */
  readonly text: string;
  /** The side that this end must be, if the octets tell. */
  readonly side: Side | undefined;
  readonly upgrade: Upgrade | undefined;
}

/** SETTINGS and GOAWAY, with which a server begins, are short; nothing is known yet that would allow more. */
const LIMITS = { maxFrameBytes: 16_384, maxStream: 0x7fff_ffff };

/**
 * Reads `bytes[0 .. length)`, the first octets of an end. `more`: they may be the beginning of something; `unlike`: they
 * begin nothing that is known here. `whole`: no more will come.
 */
export function recognise(bytes: Uint8Array, length: number, whole: boolean): Sign | 'more' | 'unlike' {
  if (length === 0) return 'more';
  const preface = recognisePreface(bytes, length, whole);
  if (preface !== undefined) return preface;
  const tls = recogniseTls(bytes, length, whole);
  if (tls !== undefined) return tls === 'more' ? tls : { ...tls, protocol: 'tls', upgrade: undefined };
  const http1 = recogniseHttp1(bytes, length, whole);
  if (http1 !== undefined) return http1 === 'more' ? http1 : { ...http1, protocol: 'http/1' };
  return 'unlike';
}

/** The server's first frame, where the octets are known to be its first ones. */
export function recogniseFirstFrame(bytes: Uint8Array, length: number): Sign | 'more' | 'unlike' {
  if (length < FRAME_HEADER_BYTES) return 'more';
  if (!plausibleFrameHeader(bytes, 0, LIMITS)) return 'unlike';
  return { protocol: 'h2', text: frameText(bytes, 0), side: undefined, upgrade: undefined };
}

/** "SETTINGS frame". */
export function frameText(bytes: Uint8Array, at: number): string {
  return `${frameTypeName(bytes[at + 3]!)} frame`;
}

/** Octets that match nothing. */
export function otherSign(bytes: Uint8Array, length: number): Sign {
  return { protocol: 'other', text: firstLine(bytes, 0, length), side: undefined, upgrade: undefined };
}

function recognisePreface(bytes: Uint8Array, length: number, whole: boolean): Sign | 'more' | undefined {
  const start = toLatin1(bytes, 0, Math.min(length, CLIENT_PREFACE.length));
  if (!CLIENT_PREFACE.startsWith(start)) return undefined;
  if (start.length < CLIENT_PREFACE.length && !whole) return 'more';
  return { protocol: 'h2', text: firstLine(bytes, 0, length), side: 'client', upgrade: undefined };
}
