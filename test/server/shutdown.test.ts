/** How a server goes: no call is lost that can be finished, and none keeps it for ever. */
import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { eventText } from '#server';
import { ServerRig } from '../support/server-rig.ts';

describe('shutdown', () => {
  it('of a server without connections is done at once', () => {
    const rig = new ServerRig();
    let done = 0;
    rig.core.shutdown(1_000, () => done++);
    expect(done).toBe(1);
    expect(rig.timers.size).toBe(0);
  });

  it('waits for running calls, and closes idle connections as soon as they have read the GOAWAY', () => {
    const rig = new ServerRig().echo().seat('server-streaming');
    const [idle, busy] = [rig.client(), rig.client()];
    busy.request(1, '/test.Seat/Call');
    let done = 0;
    rig.core.shutdown(60_000, () => done++);
    rig.settle();
    expect(idle.of('goaway').map(({ last, debug }) => [last, debug])).toEqual([
      [0x7fffffff, 'server_shutdown'],
      [0, 'server_shutdown'],
    ]);
    expect([idle.link.isEnded, busy.link.isEnded]).toEqual([true, false]);
    rig.clock.advance(30_000);
    expect(done).toBe(0);
    rig.last.call.send(new Uint8Array(1));
    rig.last.call.end(0);
    rig.settle();
    expect(busy.story(1)).toEqual(['200', 'data:6', 'status:0 END']);
    expect(done).toBe(1);
    rig.clock.advance(60_000);
    expect(done).toBe(1);
    expect(rig.rules()).toEqual([]);
    expect(rig.timers.size).toBe(0);
  });

  it('tells running calls and their clients when the grace is over', () => {
    const rig = new ServerRig().seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call');
    rig.last.call.send(new Uint8Array(1));
    let done = 0;
    rig.core.shutdown(5_000, () => done++);
    rig.clock.advance(4_999);
    expect(done).toBe(0);
    rig.clock.advance(1);
    expect(rig.last.log).toEqual(['cancelled shutdown']);
    expect(client.story(1)).toEqual(['200', 'data:6', 'status:14 END']);
    expect(rig.events.map(eventText).at(-2)).toMatch(/shutdown-grace: 1 calls had not ended after 5000 ms$/);
    expect(client.link.isEnded).toBe(true);
    expect(done).toBe(1);
    expect(rig.events.map(eventText).at(-1)).toMatch(/closed after 1 calls: this server closed it: shutdown$/);
  });

  it('is done when the links are closed, because the last answers are on their way until then', () => {
    const rig = new ServerRig().echo();
    const client = rig.client().request(1, '/test.Echo/Unary');
    client.isHonest = false;
    let done = 0;
    rig.core.shutdown(10_000, () => done++);
    rig.settle();
    client.ping(client.of('ping').at(-1)?.payload, true);
    expect([client.link.isEnded, done, rig.core.stats.connections.open]).toEqual([true, 0, 1]);
    rig.clock.advance(9_999);
    expect(done).toBe(0);
    rig.clock.advance(1_001);
    expect([client.link.isDestroyed, done, rig.core.stats.connections.open]).toEqual([true, 1, 0]);
    expect(rig.timers.size).toBe(0);
  });

  it('takes no new connections, and says why', () => {
    const rig = new ServerRig().seat('server-streaming');
    rig.client().request(1, '/test.Seat/Call');
    rig.core.shutdown(5_000);
    const late = rig.client();
    expect(late.goaway).toMatchObject({ last: 0, code: 'NO_ERROR', debug: 'shutdown' });
    expect(rig.core.stats.connections).toEqual({ open: 1, accepted: 1, refused: 1 });
  });

  it('may be hurried', () => {
    const rig = new ServerRig().seat('server-streaming');
    rig.client().request(1, '/test.Seat/Call');
    const done: string[] = [];
    rig.core.shutdown(Number.POSITIVE_INFINITY, () => done.push('patient'));
    rig.core.shutdown(60_000, () => done.push('first'));
    rig.core.shutdown(1_000, () => done.push('second'));
    rig.core.shutdown(90_000, () => done.push('third'));
    rig.clock.advance(1_001);
    expect(done).toEqual(['patient', 'first', 'second', 'third']);
    expect(() => rig.core.shutdown(Number.NaN)).toThrow(UsageError);
  });

  it('without any grace tells calls all the same', () => {
    const rig = new ServerRig().seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call');
    rig.core.shutdown(0);
    rig.clock.advance(1);
    expect(client.story(1)).toEqual(['200 status:14 END']);
  });

  it('finishes also when clients leave', () => {
    const rig = new ServerRig().seat('server-streaming');
    const clients = [rig.client().request(1, '/test.Seat/Call'), rig.client()];
    let done = 0;
    rig.core.shutdown(60_000, () => done++);
    for (const client of clients) client.cut();
    expect(done).toBe(1);
  });
});

describe('close', () => {
  it('ends everything now', () => {
    const rig = new ServerRig().seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call');
    let done = 0;
    rig.core.shutdown(60_000, () => done++);
    rig.core.close();
    rig.settle();
    expect(done).toBe(1);
    expect(rig.last.cancels).toMatchObject([{ kind: 'connection', ending: { kind: 'local', reason: 'shutdown' } }]);
    expect(client.goaway).toMatchObject({ last: 1, code: 'NO_ERROR', debug: 'shutdown' });
    expect(client.link.isEnded).toBe(true);
    rig.last.call.end(0);
    expect(rig.core.stats.calls.running).toBe(0);
  });
});
