/** HTTP/1 by its first line, and the change from it to HTTP/2 in clear text (RFC 9112 §2, §3, §4; RFC 7540 §3.2). */
import { readU16, readU32, type Side, toLatin1 } from '#base';
import { decodeBase64 } from '#grpc';
import type { SettingEntry } from '#h2';
import { firstLine } from './text.ts';

/** The head of a request or response is waited for up to this length: servers refuse longer ones (nginx, Apache, Node). */
export const HEAD_BYTES_MAX = 8_192;

/** Longer words are no method: the longest registered one is UPDATEREDIRECTREF with 17 letters. */
const METHOD_MAX = 20;

export interface Http1Sign {
  /** The first line. */
  readonly text: string;
  /** Requests come from the client, status lines from the server. */
  readonly side: Side;
  /** What the message does about HTTP/2, once its head is complete. */
  readonly upgrade: Upgrade | undefined;
}

export type Upgrade =
  /** The request asks for HTTP/2; its own octets, body included, are `skip`. */
  | { readonly kind: 'asked'; readonly settings: readonly SettingEntry[]; readonly skip: number }
  /** The answer is 101: after `skip` octets HTTP/2 begins. */
  | { readonly kind: 'granted'; readonly skip: number };

/** What the octets say if they begin an HTTP/1 message; `more` if more of it must be seen. */
export function recogniseHttp1(bytes: Uint8Array, length: number, whole: boolean): Http1Sign | 'more' | undefined {
  const side = sideOf(bytes, length);
  if (side === undefined) return undefined;
  if (side === 'more') return whole ? undefined : 'more';
  if (side === 'client' && !isRequestLine(bytes, length)) return undefined;
  const head = headEnd(bytes, length);
  if (head < 0 && length < HEAD_BYTES_MAX && !whole) return 'more';
  const text = firstLine(bytes, 0, length);
  return { text, side, upgrade: head < 0 ? undefined : upgradeOf(toLatin1(bytes, 0, head), side, head) };
}

const STATUS_LINE = 'HTTP/1.';

/** By a status line or a method in capitals; `more` while it may become either. */
function sideOf(bytes: Uint8Array, length: number): Side | 'more' | undefined {
  const start = toLatin1(bytes, 0, Math.min(length, METHOD_MAX + 2));
  if (start.startsWith(STATUS_LINE)) return 'server';
  if (start.length < STATUS_LINE.length && STATUS_LINE.startsWith(start)) return 'more';
  if (/^[A-Z]{3,20} [/*A-Za-z]/.test(start)) return 'client';
  return start.length <= METHOD_MAX && /^[A-Z]{1,20} ?$/.test(start) ? 'more' : undefined;
}

/** Whether the first line names HTTP/1, once it is complete: other protocols begin with capitals as well. */
function isRequestLine(bytes: Uint8Array, length: number): boolean {
  const end = bytes.indexOf(0x0a);
  return end < 0 || end >= length || / HTTP\/1\.[01]\r?$/.test(toLatin1(bytes, Math.max(0, end - 12), end));
}

/** The offset after the empty line that ends the head; -1 if it has not come. */
function headEnd(bytes: Uint8Array, length: number): number {
  for (let at = 3; at < length; at++) {
    if (bytes[at] === 0x0a && bytes[at - 1] === 0x0d && bytes[at - 2] === 0x0a) return at + 1;
  }
  return -1;
}

function upgradeOf(head: string, side: Side, headBytes: number): Upgrade | undefined {
  if (side === 'server') return /^HTTP\/1\.1 101\b/.test(head) ? { kind: 'granted', skip: headBytes } : undefined;
  if (!/\r\nupgrade:[ \t]*[^\r]*\bh2c\b/i.test(head)) return undefined;
  const settings = /\r\nhttp2-settings:[ \t]*([^\r \t]*)/i.exec(head)?.[1];
  const bodyBytes = /\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*\r/i.exec(head)?.[1];
  return { kind: 'asked', settings: decodeSettings(settings ?? ''), skip: headBytes + Number(bodyBytes ?? 0) };
}

/** The payload of a SETTINGS frame in base64url (RFC 7540 §3.2.1); nothing if it is none. */
function decodeSettings(text: string): readonly SettingEntry[] {
  const decoded = decodeBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
  const settings: SettingEntry[] = [];
  if (decoded === undefined) return settings;
  for (let at = 0; at + 6 <= decoded.length; at += 6) {
    settings.push({ id: readU16(decoded, at), value: readU32(decoded, at + 2) });
  }
  return settings;
}
