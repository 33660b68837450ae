/** One connection captured at two places: what no recording shows, with what looks alike and is well. */
import { describe, expect, it } from 'vitest';
import { type Compared, HopComparer } from '#compare';
import type { TraceEvent } from '#trace';
import { capture, type Script, script } from '../support/script.ts';
import { begunLate, compare, recordingOf, told } from './support.ts';

type Tell = (story: Script) => Script;

const NUMBER = 0x9e3779b1;

/** The same ends, a tenth of a millisecond apart; `initial` names the connection. */
function place(tell: Tell, at: number, initial: number | undefined): readonly TraceEvent[] {
  const story = tell(script({ client: '10.0.0.1', server: '10.0.0.9', at }).open().after(10));
  return capture(story).events.map((event) => (event.kind === 'opened' ? { ...event, initial } : event));
}

function between(left: Tell, right: Tell, initial: number | undefined = NUMBER): Compared {
  const comparer = new HopComparer();
  for (const event of place(left, 0, NUMBER)) comparer.first(event);
  const second = comparer.second();
  for (const event of place(right, 0.02, initial)) second(event);
  return comparer.finish(0);
}

function paths(left: Tell, right: Tell): string[] {
  return told(between(left, right)).flatMap(({ finding: { id, variant, certainty, culprit } }) =>
    /^hop\//.test(id) ? [`${id} (${variant}) ${certainty} ${culprit}`] : [],
  );
}

const answered: Tell = (story) => story.request(1).after(5).answer(1);
const thrice =
  (upMs: number): Tell =>
  (story) => {
    for (const stream of [1, 3]) story.request(stream).after(5).answer(stream).after(10);
    return story.after(upMs).request(5).after(5).answer(5);
  };

describe('one connection at two places', () => {
  it('is known by its initial sequence number, and nothing happened', () => {
    const compared = between(answered, answered);
    expect(compared.comparison).toMatchObject({ relation: 'path', swapped: false, calls: { certain: 1 } });
    expect(compared.comparison.routes).toEqual([{ clientSide: 1, serverSide: 101, calls: 1 }]);
    expect(told(compared)).toEqual([]);
  });

  it('is another one where the number is another', () => {
    expect(between(answered, answered, 7).comparison.relation).not.toBe('path');
  });

  it.each<[string, Tell, Tell]>([
    [
      'hop/reset-injected (busy) likely middlebox',
      (story) => story.request(1).after(50).rst('server', 255, 63),
      (story) => story.request(1),
    ],
    [
      'hop/reset-injected (busy) certain middlebox',
      (story) => story.request(1).after(50).rst('server', 255, 63),
      (story) => story.request(1).after(50).rst('client', 255, 63),
    ],
    [
      'hop/reset-injected (idle) certain middlebox',
      (story) => answered(story).after(60_000).request(3).after(1).rst('server'),
      (story) => answered(story).after(90_000).ping('server'),
    ],
    [
      'hop/path-dropped (idle) likely network',
      (story) => answered(story).after(60_000).request(3).after(5_000),
      answered,
    ],
    [
      'hop/path-dropped (busy) certain network',
      (story) => story.request(1).after(5_000).ping('client'),
      (story) => story.request(1).after(5).answer(1).after(6_000).ping('server'),
    ],
    [
      'hop/path-dropped (idle) likely network',
      (story) =>
        answered(story)
          .pings(3, 10_000)
          .after(20_000)
          .ping('client')
          .after(5_000)
          .segments('client', 'retransmission', 3),
      (story) => answered(story).pings(3, 10_000),
    ],
  ])('%s', (finding, left, right) => {
    expect(paths(left, right)).toEqual([finding]);
  });

  it('requests that were held back', () => {
    const late = (story: Script): Script => {
      for (const stream of [1, 3]) story.request(stream).after(5).answer(stream).after(10);
      return story.request(5).after(805).answer(5);
    };
    expect(paths(late, thrice(800))).toEqual(['hop/path-delayed (request) certain network']);
  });

  it.each<[string, Tell, Tell]>([
    [
      'a RST that the server sent',
      (story) => story.request(1).after(50).rst('server'),
      (story) => story.request(1).after(50).rst('server'),
    ],
    ['a RST that the client sent and that did not arrive', (story) => answered(story).rst('client'), answered],
    [
      'frames that were under way when one capture ended',
      (story) => story.request(1).after(20).ping('client'),
      (story) => story.request(1),
    ],
    [
      'a server that is slow itself',
      (story) => story.request(1).after(900).answer(1),
      (story) => story.request(1).after(900).answer(1),
    ],
    [
      'a capture that lost packets',
      (story) => story.request(1).after(5_000).ping('client'),
      (story) => story.request(1).lost('client', 40).after(5_000),
    ],
  ])('%s is nothing of the path', (_name, left, right) => {
    expect(paths(left, right)).toEqual([]);
  });

  it('captures that begin late are matched by their ends, and claim less', () => {
    for (const name of ['path-reset-injected', 'path-dropped-busy', 'path-delayed']) {
      const left = begunLate(recordingOf(name, 'client-side'), 0.3);
      const right = begunLate(recordingOf(name, 'server-side'), 0.3);
      const compared = compare(left, right);
      expect(compared.comparison.relation, name).toBe('path');
      expect(
        told(compared).filter(({ finding }) => finding.culprit === 'server' && finding.certainty === 'certain'),
      ).toEqual([]);
    }
  });
});
