/** A peer that speaks HTTP/1 to an HTTP/2 port, or answers so: the commonest wrong address, and worth its name. */
import { toLatin1 } from '#base';

/** Enough for a status line and for most request lines. */
const LINE_BYTES_MAX = 80;
const STATUS_LINE = /^HTTP\/1\.[01] \d{3}/;
/** Methods of RFC 9110 §9; `PRI` begins HTTP/2's own preface. */
const REQUEST_LINE = /^(?:GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH) \S/;

/** The first line of what came first, printable, if it is HTTP/1's. */
export function http1Line(bytes: Uint8Array, start: number, end: number): string | undefined {
  const first = bytes[start]!;
  // All begin with a capital letter, and so does HTTP/2's preface: it alone needs a closer look.
  if (first < 0x41 || first > 0x5a) return undefined;
  const text = toLatin1(bytes, start, Math.min(end, start + LINE_BYTES_MAX));
  if (!STATUS_LINE.test(text) && !REQUEST_LINE.test(text)) return undefined;
  return (/^[^\r\n]*/.exec(text)?.[0] ?? '').replace(/[^ -~]/g, '?');
}
