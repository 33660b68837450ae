/** Answers that the server gave and the client did not get, whole or in part. RFC 9113 §8.1. */
import { type Draft, draft } from '#diagnose';
import { errorCodeName } from '#h2';
import type { Comparison } from '../comparison.ts';
import * as lines from '../lines.ts';
import { diedWith, type Pair } from '../pair.ts';
import { fateKey, methodOf, outerKey, type Rule, shared, type Told, together, withFate } from './common.ts';

/** Octets of the answer are missing before the proxy. */
export const responseDropped: Rule = (comparison) =>
  together(withFate(comparison, 'response-dropped'), kindOf).map((told) => {
    const { pairs, first } = told;
    const whole = first.outer.server.headers === undefined;
    return draft({
      ...lossOf(comparison, told),
      id: 'hop/response-dropped',
      variant: whole ? 'whole' : 'part',
      params: {
        streams: pairs.length,
        proxy: comparison.proxy,
        method: methodOf(pairs),
        sentBytes: first.inner.server.dataBytes,
        passedBytes: first.outer.server.dataBytes,
        trailers: first.outer.isGrpc && first.outer.grpcStatus === undefined ? true : undefined,
        ...endOf(first),
      },
    });
  });

/** All octets came through, and grpc-status did not. */
export const trailersLost: Rule = (comparison) =>
  together(withFate(comparison, 'trailers-lost'), kindOf).map((told) =>
    draft({
      ...lossOf(comparison, told),
      id: 'hop/trailers-lost',
      params: {
        streams: told.pairs.length,
        proxy: comparison.proxy,
        method: methodOf(told.pairs),
        grpcStatus: told.first.inner.grpcStatus,
        ...endOf(told.first),
      },
    }),
  );

function lossOf(
  comparison: Comparison,
  told: Told,
): Pick<Draft, 'connections' | 'streams' | 'evidence' | 'victims' | 'certainty' | 'culprit' | 'about' | 'explains'> {
  return {
    ...shared(comparison, told, ({ left, right, outer, inner }) => [
      ...lines.request(comparison, left, outer),
      ...lines.octets(comparison, right, inner),
      ...lines.trailers(comparison, right, inner),
      ...lines.reset(comparison, right, inner),
      ...lines.octets(comparison, left, outer),
      ...lines.trailers(comparison, left, outer),
      ...lines.reset(comparison, left, outer),
    ]),
    culprit: 'middlebox',
    about: told.pairs.map(fateKey),
    explains: told.pairs.map(outerKey),
  };
}

/** Pairs that lost as much and ended alike are one finding. */
function kindOf(pair: Pair): string {
  const { end, errorCode } = endOf(pair);
  return `${pair.outer.server.headers === undefined} ${end} ${errorCode}`;
}

function endOf({ outer, inner, left }: Pair): {
  end: 'reset' | 'close' | 'nothing' | 'ended';
  errorCode: string | undefined;
  serverCode: string | undefined;
} {
  const serverCode = inner.reset?.by === 'server' ? errorCodeName(inner.reset.code) : undefined;
  const { reset } = outer;
  if (reset !== undefined) return { end: 'reset', errorCode: errorCodeName(reset.code), serverCode };
  const end = outer.server.ended !== undefined ? 'ended' : diedWith(left, outer) === undefined ? 'nothing' : 'close';
  return { end, errorCode: undefined, serverCode };
}
