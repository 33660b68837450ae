/** How many ended calls are kept as examples, of one connection and of many. */
import { describe, expect, it } from 'vitest';
import { Calls } from '../../../src/diagnose/facts/calls.ts';
import { ExampleAllowance } from '../../../src/diagnose/facts/examples.ts';

const mark = (timeMs: number) => ({ index: timeMs, packet: timeMs, timeMs });

function reset(calls: Calls, count: number): Calls {
  for (let call = 0; call < count; call++)
    calls.reset(calls.start(2 * call + 1, mark(call), 0), 'client', 8, mark(call));
  return calls;
}

describe('examples', () => {
  it('are forty a trait of one connection; all are counted', () => {
    const { count, examples } = reset(new Calls(), 100).tally('client-reset');
    expect(count).toBe(100);
    expect(examples).toHaveLength(40);
  });

  it('are few a connection once many connections have had theirs, and none of calls that went well', () => {
    const allowance = new ExampleAllowance();
    for (let connection = 0; connection < 500; connection++) reset(new Calls(allowance), 41).nextFrame();
    const late = reset(new Calls(allowance), 10).tally('client-reset');
    expect(late).toMatchObject({ count: 10 });
    expect(late.examples).toHaveLength(2);
    expect(allowance.take(0, true)).toBe(false);
  });

  it('keep the places of their events, and no events', () => {
    const calls = new Calls();
    const call = calls.start(1, { ...mark(1), fields: [] } as never, 0);
    call.client.headers = { ...mark(1), fields: [] } as never;
    calls.reset(call, 'client', 8, mark(2));
    const [kept] = calls.tally('client-reset').examples;
    expect(kept?.opened).toEqual(mark(1));
    expect(kept?.client.headers).toEqual(mark(1));
  });
});
