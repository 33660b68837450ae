/** What no recording shows: each finding between two hops as a story, with one beside it that looks alike and is well. */
import { describe, expect, it } from 'vitest';
import { HopComparer } from '#compare';
import { capture, type Script, script } from '../support/script.ts';
import { told } from './support.ts';

type Tell = (story: Script) => Script;

/** The client's hop, and the proxy's own: what is told of the latter begins a millisecond later. */
const outer = (tell: Tell): Script =>
  tell(script({ client: '10.0.0.1', server: '10.0.0.5', port: 80 }).open().after(10));
const inner = (tell: Tell): Script => tell(script({ client: '10.0.0.5', server: '10.0.0.9' }).open().after(11));

function between(left: Tell, right: Tell): string[] {
  const comparer = new HopComparer();
  for (const event of capture(outer(left)).events) comparer.first(event);
  const second = comparer.second();
  for (const event of capture(inner(right)).events) second(event);
  return told(comparer.finish(0))
    .filter(({ finding }) => finding.id.startsWith('hop/'))
    .map(
      ({ finding: { id, variant, severity } }) => `${id}${variant === undefined ? '' : ` (${variant})`} ${severity}`,
    );
}

const answered: Tell = (story) => story.request(1).after(5).answer(1);
const slowly: Tell = (story) => story.request(1).after(20).answer(1);
const status =
  (code: number, ms: number): Tell =>
  (story) =>
    story.request(1).after(ms).trailersOnly(1, code, 'no');
const reset =
  (code: 'REFUSED_STREAM' | 'INTERNAL_ERROR' | 'PROTOCOL_ERROR', ms: number): Tell =>
  (story) =>
    story.request(1).after(ms).reset('server', 1, code);
const timed =
  (timeout: string, ms: number): Tell =>
  (story) =>
    story.request(1, '/pkg.Svc/Get', { timeout }).after(ms).answer(1);

interface Story {
  readonly finding: string;
  readonly left: Tell;
  readonly right: Tell;
}

const stories: readonly Story[] = [
  {
    finding: 'hop/trailers-lost error',
    left: (story) => story.request(1).after(20).begin(1).message('server', 1, 20).reset('server', 1, 'INTERNAL_ERROR'),
    right: answered,
  },
  {
    finding: 'hop/response-dropped (part) error',
    left: (story) => story.request(1).after(20).begin(1).reset('server', 1, 'INTERNAL_ERROR'),
    right: answered,
  },
  { finding: 'hop/response-dropped (whole) error', left: reset('INTERNAL_ERROR', 20), right: answered },
  {
    finding: 'hop/answered-by-proxy (too-early) error',
    left: status(14, 5),
    right: (story) => story.request(1).after(300).answer(1),
  },
  {
    finding: 'hop/answered-by-proxy (gave-up) error',
    left: status(14, 20),
    right: (story) => story.request(1).after(15).reset('client', 1),
  },
  { finding: 'hop/status-rewritten warning', left: status(14, 20), right: status(7, 5) },
  {
    finding: 'hop/reset-translated (code) warning',
    left: reset('INTERNAL_ERROR', 20),
    right: reset('REFUSED_STREAM', 5),
  },
  { finding: 'hop/reset-translated (status) warning', left: status(13, 20), right: reset('REFUSED_STREAM', 5) },
  {
    finding: 'hop/reset-swallowed warning',
    left: (story) => story.request(1).after(10).reset('client', 1).after(3_000),
    right: (story) => story.request(1).after(2_000).answer(1),
  },
  { finding: 'hop/deadline-changed (dropped) warning', left: timed('2S', 20), right: answered },
  { finding: 'hop/deadline-changed (raised) warning', left: timed('2S', 20), right: timed('15S', 5) },
  { finding: 'hop/deadline-changed (lowered) info', left: timed('2S', 20), right: timed('500m', 5) },
  {
    finding: 'hop/added-delay (request) warning',
    left: (story) => story.request(1).after(1_000).answer(1),
    right: (story) => story.after(900).request(1).after(5).answer(1),
  },
  {
    finding: 'hop/added-delay (response) warning',
    left: (story) => story.request(1).after(1_000).answer(1),
    right: answered,
  },
  {
    finding: 'hop/never-forwarded error',
    left: (story) => slowly(story).request(3, '/pkg.Svc/Put').after(5).trailersOnly(3, 14, 'no healthy upstream'),
    right: (story) => answered(story).after(100),
  },
  {
    finding: 'hop/retried warning',
    left: status(14, 20),
    right: (story) => story.request(1).after(2).trailersOnly(1, 14, 'no').request(3).after(2).trailersOnly(3, 14, 'no'),
  },
  {
    finding: 'hop/proxy-restarted error',
    left: (story) => story.request(1).after(50).fin('server'),
    right: (story) => story.request(1).after(49).fin('client'),
  },
  {
    finding: 'hop/keepalive-not-forwarded info',
    left: (story) => slowly(story).pings(4, 15_000).after(5_000),
    right: (story) => answered(story).after(55_000).fin('server'),
  },
];

/** Alike, and nobody is to blame. */
const healthy: Readonly<Record<string, readonly [Tell, Tell]>> = {
  'an answer that came through': [slowly, answered],
  'an answer that the client did not wait for': [
    (story) => story.request(1).after(2).reset('client', 1),
    (story) => story.request(1).after(2).reset('client', 1),
  ],
  'the same status on both hops': [status(7, 20), status(7, 5)],
  'the same reset on both hops': [reset('REFUSED_STREAM', 20), reset('REFUSED_STREAM', 5)],
  'a cancellation that crossed the answer': [
    (story) => story.request(1).after(10).reset('client', 1).after(100),
    (story) => story.request(1).after(12).answer(1),
  ],
  'a deadline less what the call spent in the proxy': [timed('2S', 20), timed('1990m', 5)],
  'a server that is slow itself': [
    (story) => story.request(1).after(1_000).answer(1),
    (story) => story.request(1).after(950).answer(1),
  ],
  'a proxy that answers well by itself': [
    (story) => slowly(story).request(3, '/pkg.Svc/Cached').after(5).answer(3),
    (story) => answered(story).after(100),
  ],
  'clients that leave a proxy which lives on': [
    (story) => slowly(story).fin('client').fin('server'),
    (story) => answered(story).after(500),
  ],
  'PINGs behind the proxy too': [
    (story) => slowly(story).pings(4, 15_000).after(5_000),
    (story) => answered(story).pings(3, 15_000).after(10_000).fin('server'),
  ],
};

describe('between two hops', () => {
  it.each(stories)('$finding', ({ finding, left, right }) => {
    expect(between(left, right)).toEqual([finding]);
  });

  it.each(Object.entries(healthy))('nothing is told of %s', (_, [left, right]) => {
    expect(between(left, right)).toEqual([]);
  });

  /** Behind the proxy something of the request came after the answer had begun, so only the client's own hop shows that its end is late. */
  const resetBehind: Tell = (story) =>
    [1, 3].reduce(
      (all, stream) =>
        all
          .request(stream, '/pkg.Svc/Get', { end: false })
          .begin(stream)
          .data('client', stream, 0)
          .message('server', stream, 20)
          .trailers(stream)
          .reset('server', stream, 'NO_ERROR'),
      story,
    );
  const cutFirst =
    (end: boolean): Tell =>
    (story) => {
      const first = story.request(1, '/pkg.Svc/Get', { end }).request(3, '/pkg.Svc/Get', { end: false }).after(3);
      const ended = end ? first : first.halfClose(1);
      return ended.answer(3).reset('server', 3, 'NO_ERROR').begin(1).reset('server', 1, 'INTERNAL_ERROR');
    };

  it.each([
    [
      'a late end of requests that only the hop of the client shows explains what a proxy dropped',
      false,
      'stream/late-half-close client',
    ],
    ['a request that ended with its message was ended late by the proxy', true, 'stream/late-half-close middlebox'],
  ])('%s', (_, end, cause) => {
    const comparer = new HopComparer();
    for (const event of capture(outer(cutFirst(end))).events) comparer.first(event);
    const second = comparer.second();
    for (const event of capture(inner(resetBehind)).events) second(event);
    const all = comparer.finish(0).findings;
    const above = all.find(({ consequences }) => consequences.some(({ id }) => id === 'hop/response-dropped'));
    expect(`${above?.id} ${above?.culprit}`).toBe(cause);
  });

  it('a call that the server side began too late to see is not called lost', () => {
    const comparer = new HopComparer();
    for (const event of capture(outer((story) => status(14, 20)(story).after(900))).events) comparer.first(event);
    const late = script({ client: '10.0.0.5', server: '10.0.0.9', at: 400 }).joined().request(5).answer(5).after(10);
    const second = comparer.second();
    for (const event of capture(late).events) second(event);
    expect(told(comparer.finish(0)).filter(({ finding }) => finding.id.startsWith('hop/'))).toEqual([]);
  });

  it('calls that are alike and not as many on both sides stay unmatched', () => {
    const comparer = new HopComparer();
    const three: Tell = (story) => story.request(1).request(3).request(5).after(20).answer(1).answer(3).answer(5);
    const two: Tell = (story) => story.request(1).request(3).after(5).answer(1).answer(3);
    for (const event of capture(outer(three)).events) comparer.first(event);
    const second = comparer.second();
    for (const event of capture(inner(two)).events) second(event);
    const { calls } = comparer.finish(0).comparison;
    expect(calls.ambiguous).toEqual({ clientSide: 3, serverSide: 2 });
    expect(calls.certain + calls.likely + calls.possible).toBe(0);
  });

  it('an id settles what order cannot', () => {
    const comparer = new HopComparer();
    const id = (value: string) => ({ fields: { 'x-request-id': value } });
    const path = '/pkg.Svc/Get';
    const left: Tell = (story) =>
      story.request(1, path, id('aaaa')).request(3, path, id('bbbb')).after(20).answer(1).answer(3);
    const right: Tell = (story) => story.request(1, path, id('bbbb')).after(5).answer(1);
    for (const event of capture(outer(left)).events) comparer.first(event);
    const second = comparer.second();
    for (const event of capture(inner(right)).events) second(event);
    const { calls, example } = comparer.finish(0).comparison;
    expect(calls.certain).toBe(1);
    expect(example?.clientSide.stream).toBe(3);
  });
});
