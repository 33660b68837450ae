/** The static table (RFC 7541 appendix A), and where a name stands in it. */
import type { HeaderField } from '../headers/field.ts';
import { isSoundField } from '../headers/sound.ts';

/** One entry a line, from index 1 on: the name, and after a space the value if there is one. */
const ENTRIES = `:authority
:method GET
:method POST
:path /
:path /index.html
:scheme http
:scheme https
:status 200
:status 204
:status 206
:status 304
:status 400
:status 404
:status 500
accept-charset
accept-encoding gzip, deflate
accept-language
accept-ranges
accept
access-control-allow-origin
age
allow
authorization
cache-control
content-disposition
content-encoding
content-language
content-length
content-location
content-range
content-type
cookie
date
etag
expect
expires
from
host
if-match
if-modified-since
if-none-match
if-range
if-unmodified-since
last-modified
link
location
max-forwards
proxy-authenticate
proxy-authorization
range
referer
refresh
retry-after
server
set-cookie
strict-transport-security
transfer-encoding
user-agent
vary
via
www-authenticate`;

/** The entries by index; index 0 does not exist and repeats the first entry. */
export const staticFields: readonly HeaderField[] = (() => {
  const fields = ENTRIES.split('\n').map(staticField);
  return [fields[0]!, ...fields];
})();

/** The highest static index; dynamic entries follow (RFC 7541 §2.3.3). */
export const STATIC_COUNT = staticFields.length - 1;

/** Where a name stands in the table. */
export interface NameEntries {
  /** The first index with this name. */
  readonly index: number;
  readonly indexByValue: ReadonlyMap<string, number>;
}

const entriesByName: ReadonlyMap<string, NameEntries> = (() => {
  const table = new Map<string, { index: number; indexByValue: Map<string, number> }>();
  for (let index = 1; index <= STATIC_COUNT; index++) {
    const { name, value } = staticFields[index]!;
    const entries = table.get(name) ?? { index, indexByValue: new Map<string, number>() };
    entries.indexByValue.set(value, index);
    table.set(name, entries);
  }
  return table;
})();

/** The entries with this name, if there are any. */
export function staticEntries(name: string): NameEntries | undefined {
  return entriesByName.get(name);
}

/** The index of an entry with this name; 0 when there is none. */
export function staticNameIndex(name: string): number {
  return entriesByName.get(name)?.index ?? 0;
}

/** The index of the entry with this name and value; 0 when there is none. */
export function staticFieldIndex(name: string, value: string): number {
  return entriesByName.get(name)?.indexByValue.get(value) ?? 0;
}

function staticField(line: string): HeaderField {
  const space = line.indexOf(' ');
  const name = shared(space < 0 ? line : line.slice(0, space));
  const value = shared(space < 0 ? '' : line.slice(space + 1));
  return { name, value, neverIndexed: false, unknown: 'nothing', sound: isSoundField(name, value) };
}

/**
 * The same text as the very object that literals of the program are: names are compared in every block, and comparing an
 * object with itself is ten times as fast. Engines keep property names that way.
 */
function shared(text: string): string {
  return Object.keys({ [text]: true })[0] ?? text;
}
