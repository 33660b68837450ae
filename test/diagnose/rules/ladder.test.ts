/** Deadlines over two hops: what the caller had left against what its server gave the next one. */
import { describe, expect, it } from 'vitest';
import { type Capture, capture, type Script, script } from '../../support/script.ts';
import { expectHealthy, finding, has } from './verdicts.ts';

interface Hops {
  /** `grpc-timeout` of the outer and the inner calls. */
  readonly outer?: string;
  readonly inner?: string;
  readonly pairs?: number;
  /** From the outer request to the inner one. */
  readonly afterMs?: number;
  readonly method?: string;
  /** The inner call takes so long. */
  readonly takesMs?: number;
  readonly client?: string;
}

function hops(options: Hops): { upper: Script; lower: Script } {
  const { pairs = 3, afterMs = 200, method = '/back.Stock/Take', takesMs = 10, client = '10.0.0.2' } = options;
  const upper = script({ client: '10.0.0.1', server: '10.0.0.2' }).open();
  const lower = script({ client, server: '10.0.0.3', at: 0.03 }).open();
  for (let pair = 0; pair < pairs; pair++) {
    const stream = 2 * pair + 1;
    upper.request(stream, '/front.Shop/Buy', options.outer === undefined ? {} : { timeout: options.outer });
    lower.after(upper.timeMs - lower.timeMs + afterMs);
    lower.request(stream, method, options.inner === undefined ? {} : { timeout: options.inner });
    lower.after(takesMs).answer(stream);
    upper.after(lower.timeMs - upper.timeMs + 5).answer(stream);
  }
  return { upper, lower };
}

function told(options: Hops): Capture {
  const { upper, lower } = hops(options);
  return capture(upper, lower);
}

describe('a server gives its own calls', () => {
  it('more time than its caller has', () => {
    const found = finding(told({ outer: '1S', inner: '30S' }), 'deadline/not-propagated');
    expect(found).toMatchObject({ variant: 'longer', severity: 'warning', certainty: 'likely', connections: [2] });
    expect(found.params).toMatchObject({ calls: 3, method: '/back.Stock/Take', upstreamMethod: '/front.Shop/Buy' });
    expect(found.params.upstreamTimeoutMs).toBeCloseTo(800, -1);
  });

  it('the same fixed time again: the second rung of a ladder', () => {
    expect(finding(told({ outer: '1S', inner: '1S' }), 'deadline/not-propagated').params.downstreamTimeoutMs).toBe(
      1_000,
    );
  });

  it('no limit at all', () => {
    expect(finding(told({ outer: '1S' }), 'deadline/not-propagated')).toMatchObject({ variant: 'none' });
  });

  it('what the caller has left: that is right', () => expectHealthy(told({ outer: '1S', inner: '799m' })));

  it('the same, rounded up to two digits as C-core does', () => expectHealthy(told({ outer: '1S', inner: '810m' })));

  it('less than that', () => expectHealthy(told({ outer: '1S', inner: '100m' })));

  it('any time, where its caller set none', () => expectHealthy(told({ inner: '30S' })));
});

it('work that goes on when the caller has given up is counted', () => {
  const { upper, lower } = hops({ outer: '1S', inner: '30S' });
  upper.request(7, '/front.Shop/Buy', { timeout: '1S' });
  lower.after(upper.timeMs - lower.timeMs + 100).request(7, '/back.Stock/Take', { timeout: '30S' });
  upper.after(1_000).reset('client', 7);
  lower.after(4_000).answer(7);
  const { params } = finding(capture(upper, lower), 'deadline/not-propagated');
  expect(params).toMatchObject({ calls: 4, wasted: 1 });
  expect(params.outlivedMs).toBeCloseTo(3_100, -2);
});

describe('what is no habit is not told', () => {
  const silent = (story: Capture): void => expect(has(story, 'deadline/not-propagated')).toBe(false);

  it('two pairs', () => silent(told({ outer: '1S', inner: '30S', pairs: 2 })));

  it('a proxy that passes the call on', () => silent(told({ outer: '1S', inner: '1S', method: '/front.Shop/Buy' })));

  it('calls of another host', () => silent(told({ outer: '1S', inner: '30S', client: '10.0.0.77' })));

  it('calls that also come outside of any caller', () => {
    const { upper, lower } = hops({ outer: '1S', inner: '30S' });
    lower.after(5_000).request(99, '/back.Stock/Take', { timeout: '30S' }).answer(99);
    silent(capture(upper, lower));
  });

  it('calls that some callers cause and most do not', () => {
    const { upper, lower } = hops({ outer: '1S', inner: '30S' });
    for (let stream = 101; stream < 121; stream += 2) {
      upper.request(stream, '/front.Shop/Buy', { timeout: '1S' }).after(20).answer(stream);
    }
    silent(capture(upper, lower));
  });
});
