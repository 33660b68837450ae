/**
 * What follows `grpc-status` in trailers: the message, percent-encoded, and the trailing metadata, within what the client takes.
 * A header list that is too large would cost the client the status itself: it answers with a reset or drops the connection.
 */
import { encodePercent, type Metadata } from '#grpc';
import type { EncodableField } from '#h2';

/** What a field costs beside its octets (RFC 9113 §6.5.2). */
const FIELD_OVERHEAD_BYTES = 32;
const MESSAGE_NAME = 'grpc-message';

/**
 * The longest message, encoded, whatever the client takes: half of the 8 KiB that grpc-java and Netty take for the whole list,
 * because proxies with limits of their own stand in between and are not seen.
 */
const MESSAGE_BYTES_MAX = 4_096;

/**
 * `roomBytes` is what the client's SETTINGS_MAX_HEADER_LIST_SIZE leaves. The message is cut first; metadata that does not fit is
 * left out as a whole, and the message says so.
 */
export function boundedStatusFields(
  message: string,
  trailers: Metadata | undefined,
  roomBytes: number,
): readonly EncodableField[] | undefined {
  const trailersBytes = trailers?.sizeBytes ?? 0;
  if (trailersBytes > roomBytes) {
    const note = `trailing metadata of ${trailersBytes} octets left out: the client takes ${Math.max(0, roomBytes)}`;
    return messageFields(message === '' ? note : `${message} (${note})`, roomBytes);
  }
  const fields = messageFields(message, roomBytes - trailersBytes);
  if (trailersBytes === 0 || trailers === undefined) return fields;
  return fields === undefined ? trailers.toFields() : [...fields, ...trailers.toFields()];
}

function messageFields(message: string, roomBytes: number): readonly EncodableField[] | undefined {
  if (message === '') return undefined;
  const room = Math.min(MESSAGE_BYTES_MAX, roomBytes - MESSAGE_NAME.length - FIELD_OVERHEAD_BYTES);
  if (room <= 0) return undefined;
  // An encoded character is at least one octet, so characters beyond the room need no encoding.
  const value = cutEncoded(encodePercent(message.slice(0, room)), room);
  return value === '' ? undefined : [{ name: MESSAGE_NAME, value, neverIndexed: false }];
}

/** The first `length` octets of percent-encoded UTF-8, without a torn escape or character at the end. */
export function cutEncoded(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = length;
  if (text.charAt(end - 1) === '%') end -= 1;
  else if (text.charAt(end - 2) === '%') end -= 2;
  if (!isContinuation(text, end)) return text.slice(0, end);
  // The cut is within a character: its octets before the cut go too, down to the one that begins it.
  while (isContinuation(text, end)) end -= 3;
  return text.slice(0, end);
}

/** At `at` stands an escape `%80` to `%BF`: an octet of UTF-8 that continues a character. */
function isContinuation(text: string, at: number): boolean {
  return text.charAt(at) === '%' && /^[89ABab]/.test(text.charAt(at + 1));
}
