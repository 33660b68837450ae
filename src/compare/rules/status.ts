/** Calls that a proxy decided by itself, and what it made of the server's decision. */
import { draft, timersNear } from '#diagnose';
import { ErrorCode, errorCodeName } from '#h2';
import { toClientSide } from '../clock.ts';
import type { Comparison } from '../comparison.ts';
import { isFine } from '../hop.ts';
import * as lines from '../lines.ts';
import { diedWith, type Pair, proxyGaveUp } from '../pair.ts';
import { fateKey, innerKey, methodOf, outerKey, type Rule, shared, statusOf, together, withFate } from './common.ts';

/** The client has an answer that is not the server's. */
export const answeredByProxy: Rule = (comparison) =>
  together(withFate(comparison, 'answered-by-proxy').filter(isNotLostUpstream), kindOf).map((told) => {
    const { pairs, first } = told;
    const gaveUp = proxyGaveUp(first);
    const sinceRequestMs = gaveUp === undefined ? undefined : gaveUp.timeMs - first.inner.opened.timeMs;
    return draft({
      ...shared(comparison, told, ({ left, right, outer, inner }) => [
        ...lines.request(comparison, left, outer),
        ...lines.request(comparison, right, inner),
        ...lines.response(comparison, left, outer),
        ...lines.trailers(comparison, left, outer),
        ...lines.reset(comparison, left, outer),
        ...gaveUpLines(comparison, { right, inner }),
        ...lines.trailers(comparison, right, inner),
      ]),
      id: 'hop/answered-by-proxy',
      variant: gaveUp === undefined ? 'too-early' : 'gave-up',
      culprit: 'middlebox',
      params: {
        streams: pairs.length,
        proxy: comparison.proxy,
        method: methodOf(pairs),
        sinceRequestMs,
        timer: sinceRequestMs === undefined ? undefined : timersNear(sinceRequestMs),
        status: statusOf(first.outer),
        grpcStatus: first.outer.grpcStatus,
        lateMs: lateMs(comparison, first),
      },
      about: pairs.map(fateKey),
      explains: pairs.flatMap((pair) => [outerKey(pair), innerKey(pair)]),
    });
  });

function kindOf({ outer, inner, right }: Pair): string {
  return `${outer.httpStatus} ${outer.grpcStatus} ${proxyGaveUp({ inner, right }) === undefined}`;
}

/** The server took the connection away: then the proxy could not do better. */
function isNotLostUpstream({ right, inner }: Pair): boolean {
  return diedWith(right, inner)?.from !== 'server';
}

function gaveUpLines(
  comparison: Comparison,
  { right, inner }: Pick<Pair, 'right' | 'inner'>,
): ReturnType<typeof lines.reset> {
  if (inner.reset !== undefined) return lines.reset(comparison, right, inner);
  const end = proxyGaveUp({ right, inner });
  return end === undefined
    ? []
    : [comparison.evidence(right, end, 'client', 'fin', { openStreams: right.firstEnd?.waiting.length })];
}

/** How long after the proxy's answer that of the server came. */
function lateMs(comparison: Comparison, { outer, inner }: Pair): number | undefined {
  const [here, there] = [outer.server.ended, inner.server.ended];
  // A server that notices the closed connection ends its call with a status of its own: that is no late answer.
  if (here === undefined || there === undefined || !isFine(inner)) return undefined;
  const late = toClientSide(comparison.clock, there.timeMs) - here.timeMs;
  return late > 0 ? late : undefined;
}

/** Both hops have a complete answer, and they do not say the same. */
export const statusRewritten: Rule = (comparison) =>
  together(withFate(comparison, 'status-rewritten'), ({ outer, inner }) => `${code(outer)} ${code(inner)}`).map(
    (told) => {
      const { pairs, first } = told;
      return draft({
        ...shared(comparison, told, ({ left, right, outer, inner }) => [
          ...lines.request(comparison, left, outer),
          ...lines.trailers(comparison, right, inner),
          ...lines.trailers(comparison, left, outer),
        ]),
        id: 'hop/status-rewritten',
        culprit: 'middlebox',
        params: {
          streams: pairs.length,
          proxy: comparison.proxy,
          method: methodOf(pairs),
          serverStatus: code(first.inner),
          clientStatus: code(first.outer),
        },
        about: pairs.map(fateKey),
        explains: pairs.map(outerKey),
      });
    },
  );

function code({ grpcStatus, httpStatus }: Pair['outer']): number | undefined {
  return grpcStatus ?? httpStatus;
}

/** RFC 9113 §8.7: the server has not processed the call. */
const SAFE_CODES: ReadonlySet<number> = new Set([ErrorCode.REFUSED_STREAM]);
/** What a proxy may say for either without changing what a client does: the call failed, nobody knows how far. */
const VAGUE_CODES: ReadonlySet<number> = new Set([
  ErrorCode.INTERNAL_ERROR,
  ErrorCode.PROTOCOL_ERROR,
  ErrorCode.CANCEL,
]);

/** The server reset the call, and the client was told so in other words. */
export const resetTranslated: Rule = (comparison) =>
  together(
    withFate(comparison, 'reset-translated'),
    ({ outer, inner }) => `${inner.reset?.code} ${outer.reset?.code} ${outer.httpStatus} ${outer.grpcStatus}`,
  ).map((told) => {
    const { pairs, first } = told;
    const serverCode = first.inner.reset?.code ?? 0;
    const clientCode = first.outer.reset?.code;
    const safe = SAFE_CODES.has(serverCode) && !isUnavailable(first);
    return draft({
      ...shared(comparison, told, ({ left, right, outer, inner }) => [
        ...lines.request(comparison, left, outer),
        ...lines.reset(comparison, right, inner),
        ...lines.trailers(comparison, left, outer),
        ...lines.reset(comparison, left, outer),
      ]),
      id: 'hop/reset-translated',
      variant: clientCode === undefined ? 'status' : 'code',
      severity: safe || (clientCode !== undefined && !VAGUE_CODES.has(clientCode)) ? 'warning' : 'info',
      culprit: safe ? 'middlebox' : 'none',
      params: {
        streams: pairs.length,
        proxy: comparison.proxy,
        method: methodOf(pairs),
        serverCode: errorCodeName(serverCode),
        clientCode: clientCode === undefined ? undefined : errorCodeName(clientCode),
        status: clientCode === undefined ? statusOf(first.outer) : undefined,
        grpcStatus: clientCode === undefined ? first.outer.grpcStatus : undefined,
        safe: safe ? true : undefined,
      },
      about: pairs.map(fateKey),
      explains: pairs.map(outerKey),
    });
  });

/** UNAVAILABLE keeps the meaning: clients retry it. */
function isUnavailable({ outer }: Pair): boolean {
  return outer.grpcStatus === 14 || outer.reset?.code === ErrorCode.REFUSED_STREAM;
}
