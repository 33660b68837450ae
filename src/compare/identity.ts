/**
 * What in a request may tell that it is the same call on both hops: ids that clients, proxies and tracers give, and any
 * other field whose value happens to be unique. Values are kept as hashes: they may be secrets, and they are only compared.
 */
import type { HeaderField } from '#h2';

export interface Identity {
  /** Name of the field and hash of what identifies the call in it. */
  readonly key: string;
  /** The field is made to be unique: equal values are the same call, or attempts of it. */
  readonly isId: boolean;
}

/** The part of a value that stays the same from hop to hop. A tracer gives each hop a span of its own within one trace. */
type Part = (value: string) => string;

const whole: Part = (value) => value;
/** W3C trace context: version-traceid-parentid-flags. */
const traceparent: Part = (value) => value.slice(3, 35);
/** OpenCensus binary: a version octet, then field 0 with 16 octets of trace id, in base64: the first 24 characters. */
const binaryTrace: Part = (value) => value.slice(0, 24);
const beforeColon: Part = (value) => value.split(':')[0] ?? value;
const beforeSlash: Part = (value) => value.split('/')[0] ?? value;

const ID_FIELDS: Readonly<Record<string, Part>> = {
  'x-request-id': whole,
  'request-id': whole,
  'x-correlation-id': whole,
  'x-amzn-trace-id': whole,
  'x-b3-traceid': whole,
  'x-datadog-trace-id': whole,
  'x-cloud-trace-context': beforeSlash,
  'uber-trace-id': beforeColon,
  'grpc-trace-bin': binaryTrace,
  traceparent,
};

/** Fields that every call has, that each hop writes anew, or that tell of the connection. */
const COMMON: ReadonlySet<string> = new Set([
  ...['content-type', 'te', 'user-agent', 'grpc-timeout', 'grpc-encoding', 'grpc-accept-encoding', 'accept-encoding'],
  ...['accept', 'content-length', 'host', 'via', 'x-forwarded-for', 'x-forwarded-proto', 'x-real-ip', 'date'],
]);

/** Shorter values are words and small numbers, alike by chance. */
const OTHER_CHARACTERS_MIN = 8;
/** Identities kept a call: ids first, and few others. */
const IDENTITIES_MAX = 8;

/** The identities in the fields of a request. */
export function identitiesOf(fields: readonly HeaderField[]): readonly Identity[] {
  const ids: Identity[] = [];
  const others: Identity[] = [];
  for (const { name, value, unknown } of fields) {
    if (unknown !== 'nothing' || name.startsWith(':') || COMMON.has(name) || name.startsWith('x-envoy-')) continue;
    const part = ID_FIELDS[name];
    if (part !== undefined) ids.push({ key: keyOf(name, part(value)), isId: true });
    else if (value.length >= OTHER_CHARACTERS_MIN) others.push({ key: keyOf(name, value), isId: false });
  }
  return ids.length + others.length === 0 ? NONE : [...ids, ...others].slice(0, IDENTITIES_MAX);
}

const NONE: readonly Identity[] = [];

/** FNV-1a over the value, twice with different bases: 64 bits, so that chance equality needs no thought. */
function keyOf(name: string, value: string): string {
  let one = 0x811c9dc5;
  let other = 0x050c5d1f;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x01000193);
  }
  return `${name} ${(one >>> 0).toString(36)} ${(other >>> 0).toString(36)} ${value.length}`;
}
