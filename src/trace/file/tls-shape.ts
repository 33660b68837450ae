/** The shapes of what TLS events tell, one a step. */
import type { TlsNews } from '../tls.ts';
import { count, flag, isRecord, listOf, maybe, number, oneOf, record, type Shape, text } from './shape.ts';

type Step = TlsNews['step'];
type Shapes = { readonly [S in Step]: Shape<Extract<TlsNews, { readonly step: S }>> };

const outcomes = [
  'decrypted',
  'no-keys',
  'missing-secret',
  'wrong-keys',
  'unsupported',
  'handshake-not-captured',
  'lost-place',
] as const;

const shapes: Shapes = {
  'client-hello': record({
    step: oneOf(['client-hello']),
    serverName: maybe(text),
    alpn: listOf(text),
    version: text,
    resumes: flag,
    earlyData: flag,
    library: maybe(text),
  }),
  'server-hello': record({
    step: oneOf(['server-hello']),
    retry: flag,
    version: text,
    cipher: text,
    alpn: maybe(text),
    resumed: flag,
  }),
  extensions: record({ step: oneOf(['extensions']), alpn: maybe(text), earlyData: flag }),
  'certificate-request': record({ step: oneOf(['certificate-request']) }),
  certificate: record({ step: oneOf(['certificate']), empty: flag }),
  finished: record({ step: oneOf(['finished']) }),
  'key-update': record({ step: oneOf(['key-update']) }),
  alert: record({ step: oneOf(['alert']), fatal: flag, code: maybe(count), name: text, inHandshake: flag }),
  content: record({ step: oneOf(['content']), outcome: oneOf(outcomes) }),
  traffic: record({
    step: oneOf(['traffic']),
    records: count,
    bytes: count,
    silenceMs: maybe(number),
    pings: maybe(count),
    pingIntervalMs: maybe(number),
    goawaySized: maybe(flag),
  }),
};

const steps: ReadonlyMap<unknown, Shape<TlsNews>> = new Map(Object.entries(shapes));

export function isTlsNews(value: unknown): value is TlsNews {
  const shape = isRecord(value) ? steps.get(value.step) : undefined;
  return shape?.(value) ?? false;
}
