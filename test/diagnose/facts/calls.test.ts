/** Calls of a connection: when they are active, when they are over, and how much of them is kept. */
import { describe, expect, it } from 'vitest';
import { Calls } from '../../../src/diagnose/facts/calls.ts';
import { traitsOf } from '../../../src/diagnose/facts/traits.ts';

function mark(timeMs: number) {
  return { index: timeMs, packet: timeMs, timeMs };
}

describe('a call', () => {
  it('is active until the server has ended it, and over when both have', () => {
    const calls = new Calls();
    const call = calls.start(1, mark(1), 0);
    expect(calls.active).toBe(1);
    calls.serverEnded(call, mark(2));
    expect(calls.active).toBe(0);
    expect(call).toMatchObject({ answered: true, over: false });
    calls.clientEnded(call, mark(3));
    expect(call.over).toBe(true);
    expect(calls.open.values()).toEqual([]);
  });

  it('that was reset is no longer active, and its answer in flight changes nothing', () => {
    const calls = new Calls();
    const call = calls.start(1, mark(1), 0);
    calls.reset(call, 'client', 8, mark(2));
    expect(calls.active).toBe(0);
    calls.serverEnded(calls.find(1)!, mark(3));
    expect(calls.active).toBe(0);
    expect(calls.waiting()).toEqual([]);
    expect(calls.tally('client-reset').count).toBe(1);
  });

  it('is reset once: the first RST_STREAM stands', () => {
    const calls = new Calls();
    const call = calls.start(1, mark(1), 0);
    calls.reset(call, 'server', 7, mark(2));
    calls.reset(call, 'client', 8, mark(3));
    expect(call.reset).toMatchObject({ by: 'server', code: 7 });
    expect(calls.resetsBy).toEqual({ client: 0, server: 1 });
  });

  it('knows how many others were active when it began', () => {
    const calls = new Calls();
    expect([1, 3, 5].map((stream) => calls.start(stream, mark(stream), 0).concurrency)).toEqual([1, 2, 3]);
    expect(calls.highestStream).toBe(5);
  });
});

describe('waiting', () => {
  it('are the calls that the server owes an answer', () => {
    const calls = new Calls();
    const [answered, reset, waiting] = [1, 3, 5].map((stream) => calls.start(stream, mark(stream), 0));
    calls.serverEnded(answered!, mark(10));
    calls.reset(reset!, 'client', 8, mark(11));
    expect(calls.waiting()).toEqual([waiting]);
  });
});

describe('traits', () => {
  function ended(change: (call: ReturnType<Calls['start']>) => void): readonly string[] {
    const call = new Calls().start(1, mark(1), 0);
    call.contentType = 'application/grpc';
    call.responseContentType = 'application/grpc';
    call.httpStatus = 200;
    call.client.ended = mark(2);
    call.server.headers = mark(3);
    call.server.ended = mark(4);
    call.grpcStatus = 0;
    change(call);
    return traitsOf(call);
  }

  it('a plain call is well and nothing else', () => expect(ended(() => {})).toEqual(['ok']));
  it('another status is a status', () => {
    expect(ended((call) => (call.grpcStatus = 5))).toEqual(['status']);
  });
  it('a call without gRPC is well when it is answered', () => {
    const traits = ended((call) => {
      call.contentType = 'text/plain';
      call.grpcStatus = undefined;
      call.responseContentType = 'text/html';
    });
    expect(traits).toEqual(['ok']);
  });
  it('no call is both well and a failure of its transport', () => {
    const cut = ended((call) => {
      call.grpcStatus = undefined;
      call.server.ended = undefined;
      call.reset = { ...mark(5), by: 'server', code: 0 };
    });
    expect(cut).toEqual(['response-truncated']);
  });
});

describe('bounds', () => {
  it('many calls leave a count and a few examples', () => {
    const calls = new Calls();
    for (let stream = 1; stream < 20_001; stream += 2) {
      calls.reset(calls.start(stream, mark(stream), 0), 'client', 8, mark(stream + 1));
    }
    const { count, examples } = calls.tally('client-reset');
    expect(count).toBe(10_000);
    expect(examples.length).toBeLessThan(100);
    expect(calls.open.values()).toEqual([]);
    expect(calls.find(1)).toBeUndefined();
    expect(calls.find(19_999)?.stream).toBe(19_999);
    expect(calls.resetSpanMs).toBe(19_998);
  });
});
