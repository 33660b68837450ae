/** Streams after their answers: clients that go on sending, and clients that take nothing (incident 4, CVE-2019-9517). */
import { describe, expect, it } from 'vitest';
import { Setting } from '#h2';
import { GET, ServerRig } from '../support/server-rig.ts';

describe('a client that goes on sending after its answer', () => {
  it('has time to end by itself, and no RST_STREAM then', () => {
    const rig = new ServerRig().seat('bidi-streaming');
    const client = rig.client().request(1, '/test.Seat/Call', { end: false });
    rig.last.call.end(0);
    rig.clock.advance(900);
    client.data(1, new Uint8Array(100)).data(1, new Uint8Array(0), true);
    rig.clock.advance(10_000);
    expect(client.story(1)).toEqual(['200 status:0 END']);
  });

  it('is asked to stop with RST_STREAM(NO_ERROR) one to two seconds later', () => {
    const rig = new ServerRig().seat('bidi-streaming');
    const client = rig.client().request(1, '/test.Seat/Call', { end: false });
    rig.last.call.end(0);
    rig.clock.advance(999);
    expect(client.story(1)).toEqual(['200 status:0 END']);
    rig.clock.advance(1_001);
    expect(client.story(1)).toEqual(['200 status:0 END', 'rst:NO_ERROR']);
  });

  it('is asked earlier when it sends more than was on the way', () => {
    const rig = new ServerRig().seat('bidi-streaming');
    const client = rig.client().request(1, '/test.Seat/Call', { end: false });
    rig.last.call.end(0);
    rig.settle();
    for (let at = 0; at < 16; at++) client.data(1, new Uint8Array(16_384));
    expect(client.story(1)).toEqual(['200 status:0 END']);
    client.data(1, new Uint8Array(16_384));
    expect(client.story(1)).toEqual(['200 status:0 END', 'rst:NO_ERROR']);
  });

  it('keeps its place no longer than that, and neither do others who only ask for a web page', () => {
    const rig = new ServerRig({ maxConcurrentStreams: 2 }).echo();
    const client = rig.client();
    client.headers(1, { ...GET, ':method': 'POST' }).headers(3, { ...GET, ':method': 'POST' });
    client.request(5, '/test.Echo/Unary');
    expect(client.story(5)).toEqual(['rst:REFUSED_STREAM']);
    rig.clock.advance(2_000);
    client.request(7, '/test.Echo/Unary');
    expect(client.story(7).at(-1)).toBe('status:0 END');
  });

  it('is not reset while the answer waits for its window', () => {
    const rig = new ServerRig().seat('bidi-streaming');
    const client = rig.client(false).preface([{ id: Setting.INITIAL_WINDOW_SIZE, value: 10 }]);
    client.request(1, '/test.Seat/Call', { end: false });
    rig.last.call.send(new Uint8Array(50));
    rig.last.call.end(0);
    rig.clock.advance(5_000);
    expect(client.story(1)).toEqual(['200', 'data:10']);
    client.windowUpdate(1, 100);
    expect(client.story(1)).toEqual(['200', 'data:10', 'data:45', 'status:0 END']);
    rig.clock.advance(3_000);
    expect(client.story(1).at(-1)).toBe('rst:NO_ERROR');
  });
});

describe('a client that takes nothing of its answer', () => {
  it('is reset after the stall timeout, which each octet begins anew', () => {
    const rig = new ServerRig({ responseStallTimeoutMs: 30_000 }).seat('server-streaming');
    const client = rig.client(false).preface([{ id: Setting.INITIAL_WINDOW_SIZE, value: 0 }]);
    client.request(1, '/test.Seat/Call');
    rig.last.call.send(new Uint8Array(50));
    rig.last.call.end(0);
    rig.clock.advance(29_000);
    client.windowUpdate(1, 1);
    rig.clock.advance(29_000);
    expect(client.story(1)).toEqual(['200', 'data:1']);
    rig.clock.advance(3_000);
    expect(client.story(1)).toEqual(['200', 'data:1', 'rst:CANCEL']);
    expect(rig.events.at(-1)).toMatchObject({
      rule: 'response-stall-timeout',
      path: '/test.Seat/Call',
      text: '54 octets of the answer wait, and the client has taken none for 30 s',
    });
    // Keepalive alone, once the connection has come to rest.
    rig.clock.advance(10_000);
    expect(rig.timers.size).toBe(1);
  });

  it('is left alone while the handler has not ended: it may read as slowly as it likes', () => {
    const rig = new ServerRig({ responseStallTimeoutMs: 30_000 }).seat('server-streaming');
    const client = rig.client(false).preface([{ id: Setting.INITIAL_WINDOW_SIZE, value: 0 }]);
    client.request(1, '/test.Seat/Call');
    expect(rig.last.call.send(new Uint8Array(70_000))).toBe(false);
    rig.clock.advance(600_000);
    expect(client.story(1)).toEqual(['200']);
    expect(rig.last.log).toEqual([]);
  });
});
