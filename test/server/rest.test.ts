/** What idle connections let go of, and that nobody notices. */
import { describe, expect, it } from 'vitest';
import { Recorder } from '#drive';
import { ServerRig } from '../support/server-rig.ts';

const SECOND_MS = 1_000;

function rigOf(): { readonly rig: ServerRig; readonly recorders: Recorder[] } {
  const recorders: Recorder[] = [];
  const recorder = (): Recorder => {
    const made = new Recorder();
    recorders.push(made);
    return made;
  };
  return { rig: new ServerRig({ recorder }).echo().seat('bidi-streaming'), recorders };
}

describe('an idle connection', () => {
  it('serves calls after a rest as before', () => {
    const { rig } = rigOf();
    const client = rig.client();
    let id = 1;
    for (let round = 0; round < 5; round++) {
      for (let call = 0; call < 30; call++, id += 2) client.request(id, '/test.Echo/Unary');
      rig.settle();
      expect(client.story(id - 2).at(-1)).toBe('status:0 END');
      rig.clock.advance(20 * SECOND_MS);
    }
    expect(rig.core.stats.calls.succeeded).toBe(150);
    expect(rig.core.stats.connections.open).toBe(1);
  });

  it('keeps of its recording the beginning and the last calls, and says that something is missing', () => {
    const { rig, recorders } = rigOf();
    const client = rig.client();
    for (let id = 1; id < 200; id += 2) client.request(id, '/test.Echo/Unary');
    rig.settle();
    const [recorder] = recorders;
    const before = recorder!.events();
    const pushedOut = recorder!.forgotten;
    rig.clock.advance(20 * SECOND_MS);
    const after = recorder!.events();
    expect(recorder!.forgotten - pushedOut).toBe(512 - 16);
    const headersOf = (events: typeof before) => events.filter(({ kind }) => kind === 'headers');
    expect(headersOf(after).at(0)).toMatchObject({ stream: 1, from: 'client' });
    expect(headersOf(after).at(-1)).toMatchObject({ stream: 199, from: 'server', role: 'trailers' });
    expect(after.filter(({ kind }) => kind === 'lost').length).toBe(2);
    const octets = (events: typeof before): number =>
      events.reduce((sum, event) => {
        if (event.kind === 'lost') return sum + event.length;
        return event.kind === 'frame' ? sum + 9 + event.frame.length : sum;
      }, 0);
    expect(octets(after)).toBe(octets(before));
  });

  it('goes on recording after a rest', () => {
    const { rig, recorders } = rigOf();
    const client = rig.client();
    for (let id = 1; id < 200; id += 2) client.request(id, '/test.Echo/Unary');
    rig.clock.advance(20 * SECOND_MS);
    for (let id = 201; id < 2_001; id += 2) client.request(id, '/test.Echo/Unary');
    rig.settle();
    const headers = recorders[0]!.events().filter(({ kind }) => kind === 'headers');
    expect(headers[0]).toMatchObject({ stream: 1 });
    expect(headers.at(-1)).toMatchObject({ stream: 1_999, role: 'trailers' });
    // The ring behind the head holds 512 entries again.
    expect(headers.length).toBeGreaterThan(150);
  });

  it('is not one with a stream open, however quiet', () => {
    const { rig, recorders } = rigOf();
    const client = rig.client();
    for (let id = 1; id < 200; id += 2) client.request(id, '/test.Echo/Unary');
    client.request(201, '/test.Seat/Call', { message: 'none', end: false });
    const { forgotten } = recorders[0]!;
    rig.clock.advance(600 * SECOND_MS);
    expect(recorders[0]!.forgotten).toBe(forgotten);
  });

  it('needs no timer once all are at rest, and thousands come to rest in small portions', () => {
    const { rig, recorders } = rigOf();
    for (let count = 0; count < 300; count++) {
      const client = rig.client();
      for (let id = 1; id < 40; id += 2) client.request(id, '/test.Echo/Unary');
    }
    rig.settle();
    rig.clock.advance(5 * SECOND_MS);
    const rested = () => recorders.filter(({ forgotten }) => forgotten > 0).length;
    expect(rested()).toBeGreaterThan(0);
    expect(rested()).toBeLessThan(300);
    rig.clock.advance(SECOND_MS);
    expect(rested()).toBe(300);
    rig.clock.advance(120 * SECOND_MS);
    // Keepalive of each, and nothing else.
    expect(rig.timers.size).toBe(300);
  });
});
