/**
 * Envoy's access log in JSON, as Istio and most installations write it: field names differ, the values do not. It is
 * brought into the order of the default text format, so that one set of wordings serves both.
 */

type Fields = Readonly<Record<string, unknown>>;

const FLAGS = ['response_flags', 'responseFlags', 'RESPONSE_FLAGS'];
const DETAILS = ['response_code_details', 'responseCodeDetails', 'RESPONSE_CODE_DETAILS'];
const STATUS = ['response_code', 'responseCode', 'RESPONSE_CODE', 'status'];
const PATH = ['path', 'x-envoy-original-path', 'authority_path', 'uri_path'];
const UPSTREAM = ['upstream_host', 'upstreamHost', 'UPSTREAM_HOST'];
const PROTOCOL = ['protocol', 'PROTOCOL'];
const DURATION = ['duration', 'DURATION'];
const FAILURE = ['upstream_transport_failure_reason', 'upstreamTransportFailureReason'];

/** Undefined for an object that is no such entry. */
export function accessLine(object: Fields): string | undefined {
  const flags = first(object, FLAGS);
  if (flags === undefined || !/^(?:-|[A-Z]{2,6}(?:,[A-Z]{2,6})*)$/.test(flags)) return undefined;
  const protocol = first(object, PROTOCOL) ?? 'HTTP/2';
  const request = `"${first(object, ['method']) ?? 'POST'} ${first(object, PATH) ?? '-'} ${protocol}"`;
  const details = (first(object, DETAILS) ?? '').replaceAll(' ', '_');
  const status = first(object, STATUS);
  if (status === undefined) return undefined;
  const failure = first(object, FAILURE) ?? '-';
  const duration = first(object, DURATION) ?? '-';
  const rest = `"${failure}" 0 0 ${duration} - "-" "${first(object, UPSTREAM) ?? '-'}"`;
  return [request, status, flags, details, rest].filter((part) => part !== '').join(' ');
}

function first(object: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = object[name];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
  }
  return undefined;
}
