/**
 * Envoy's access log: response flags and `%RESPONSE_CODE_DETAILS%`, in the default text format, in Istio's, and in JSON,
 * which `envelope/access.ts` brings into the same order. Only HTTP/2 requests are read: gRPC is nothing else.
 */
import type { ReadingId } from '#diagnose';
import type { StackWordings, Wording } from '../wording.ts';

/** `"POST /pkg.Svc/Get HTTP/2" 200 UF,URX upstream_reset_before_response_started{...} ...` */
function line(flag: string, detail: string): RegExp {
  return new RegExp(
    `"[A-Z]{3,7} (?<method>\\S{1,200}) HTTP/2(?:\\.0)?" (?<status>\\d{1,3}) (?:[A-Z]{2,6},){0,4}(?<flag>${flag})(?:,[A-Z]{2,6}){0,4} ${detail}`,
  );
}

/** The word behind the flags, if the format has it: details begin with a letter, octet counts do not. */
const ANY_DETAIL = '(?:(?:via_upstream|(?<detail>[a-z]\\S{0,200})) )?';

interface Flag {
  readonly flag: string;
  readonly reading: ReadingId;
  readonly detail?: string;
  readonly example: string;
}

const flags: readonly Flag[] = [
  {
    flag: 'UF',
    detail: '(?<detail>\\S{0,200}(?:Connection_refused|delayed_connect_error:_111)\\S{0,100})',
    reading: 'connect-refused',
    example:
      '[2026-11-21T13:25:59.632Z] "POST /lab.Echo/Unary HTTP/2" 200 UF upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_111} - "delayed_connect_error:_111" 7 0 0 - "-" "grpc-node-js/1.14.7" "04dcdd21" "127.0.0.1:17411" "127.0.0.1:17412"',
  },
  {
    flag: 'UF',
    detail: '(?<detail>\\S{0,200}(?:connection_timeout|connect_timeout)\\S{0,100})',
    reading: 'connect-timeout',
    example:
      '[2026-11-21T13:25:59.632Z] "POST /lab.Echo/Unary HTTP/2" 200 UF upstream_reset_before_response_started{connection_timeout} - "-" 7 0 1000 - "-" "grpc-node-js/1.14.7" "04dcdd21" "orders:443" "10.0.0.9:50051"',
  },
  {
    flag: 'UF',
    detail: '(?<detail>\\S{0,200}TLS_error\\S{0,200}WRONG_VERSION_NUMBER\\S{0,100})',
    reading: 'tls-to-plaintext',
    example:
      '[2026-11-21T13:25:59.632Z] "POST /lab.Echo/Unary HTTP/2" 200 UF upstream_reset_before_response_started{remote_connection_failure|TLS_error:|268435703:SSL_routines:OPENSSL_internal:WRONG_VERSION_NUMBER:TLS_error_end} - "-" 7 0 3 - "-" "-" "04dcdd21" "orders" "10.0.0.9:50051"',
  },
  {
    flag: 'UF',
    reading: 'connect-failed',
    example:
      '[2026-11-21T13:25:59.632Z] "POST /lab.Echo/Unary HTTP/2" 200 UF 7 0 0 - "-" "grpc-node-js/1.14.7" "04dcdd21-19e2-4f31-be7e-b13311c00c68" "127.0.0.1:17411" "127.0.0.1:17412"',
  },
  {
    flag: 'UC',
    reading: 'backend-closed',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 200 UC upstream_reset_before_response_started{connection_termination} - "-" 7 0 7 - "-" "grpc-node-js/1.14.7" "8739c86a" "orders" "10.0.0.9:50051"',
  },
  {
    flag: 'UR',
    detail: '(?<detail>\\S{0,100}remote_refused\\S{0,100})',
    reading: 'reset-refused',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 200 UR upstream_reset_before_response_started{remote_refused_stream_reset} - "-" 7 0 7 - "-" "-" "8739c86a" "orders" "10.0.0.9:50051"',
  },
  {
    flag: 'UR',
    reading: 'backend-reset',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 200 UR upstream_reset_after_response_started{remote_reset} - "-" 7 11125 7 - "-" "-" "8739c86a" "orders" "10.0.0.9:50051"',
  },
  {
    flag: 'UT',
    reading: 'proxy-timeout',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 200 UT response_timeout - "-" 7 0 15000 - "-" "-" "8739c86a" "orders" "10.0.0.9:50051"',
  },
  {
    flag: 'UMSDR|DT',
    reading: 'proxy-timeout',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 200 UMSDR max_duration_timeout - "-" 7 0 15000 - "-" "-" "8739c86a" "orders" "10.0.0.9:50051"',
  },
  {
    flag: 'SI',
    reading: 'proxy-idle',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Stream HTTP/2" 200 SI stream_idle_timeout - "-" 7 120 300004 - "-" "-" "8739c86a" "orders" "10.0.0.9:50051"',
  },
  {
    flag: 'UO',
    reading: 'proxy-overflow',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 200 UO upstream_reset_before_response_started{overflow} - "-" 7 0 0 - "-" "-" "8739c86a" "orders" "-"',
  },
  {
    flag: 'UH',
    reading: 'proxy-no-backend',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 200 UH no_healthy_upstream - "-" 0 0 0 - "-" "-" "8739c86a" "orders" "-"',
  },
  {
    flag: 'NR|NC|NFCF',
    reading: 'proxy-no-route',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 404 NR route_not_found - "-" 0 0 0 - "-" "-" "8739c86a" "orders" "-"',
  },
  {
    flag: 'URX',
    reading: 'proxy-retries',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 200 URX via_upstream - "-" 7 0 31 - "-" "-" "8739c86a" "orders" "10.0.0.9:50051"',
  },
  {
    flag: 'DPE',
    detail: '(?<detail>http2\\.\\S{0,60}flood\\S{0,60})',
    reading: 'goaway-flood',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 0 DPE http2.outbound_control_flood - "-" 0 0 0 - "-" "-" "8739c86a" "orders" "-"',
  },
  {
    flag: 'DPE',
    reading: 'client-broke-rules',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 0 DPE http2.invalid.header.field - "-" 0 0 0 - "-" "-" "8739c86a" "orders" "-"',
  },
  {
    flag: 'UPE',
    reading: 'server-broke-rules',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 200 UPE upstream_reset_before_response_started{protocol_error} - "-" 7 0 1 - "-" "-" "8739c86a" "orders" "10.0.0.9:50051"',
  },
  {
    flag: 'DC|DR',
    reading: 'client-left',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 0 DC downstream_remote_disconnect - "-" 7 0 2001 - "-" "-" "8739c86a" "orders" "10.0.0.9:50051"',
  },
  {
    flag: 'LR',
    reading: 'proxy-reset',
    example:
      '[2026-11-21T13:26:05.114Z] "POST /lab.Echo/Unary HTTP/2" 200 LR upstream_reset_before_response_started{local_reset} - "-" 7 0 2001 - "-" "-" "8739c86a" "orders" "10.0.0.9:50051"',
  },
];

/** As the prefilter sees a flag: after the status or another flag, before the details or another one; in JSON in quotes. */
function keywordsOf(flag: string): readonly string[] {
  const word = flag.toLowerCase();
  return [` ${word} `, ` ${word},`, `,${word} `, `"${word}"`, `"${word},`, `,${word}"`];
}

function wordingsOf({ flag, reading, detail, example }: Flag): Wording[] {
  const match = line(flag, detail ?? ANY_DETAIL);
  return flag.split('|').flatMap((name) => keywordsOf(name).map((keyword) => ({ keyword, match, reading, example })));
}

export const envoy: StackWordings = {
  stack: 'envoy',
  writer: 'middlebox',
  source: 'access log: response flags and response code details',
  wordings: flags.flatMap(wordingsOf),
};
