/** One connection on one link: one write a turn, backpressure, and each way in which the two can end each other. */
import { describe, expect, it } from 'vitest';
import { Diagnosis } from '#diagnose';
import { RESPONSE, TRAILERS } from '../h2/observer/script.ts';
import { SessionRig } from './rig.ts';

describe('output', () => {
  it('of one turn is one write', () => {
    const rig = new SessionRig();
    const before = rig.link.writes;
    for (let count = 0; count < 20; count++) rig.open();
    expect(rig.link.writes).toBe(before);
    rig.clock.settle();
    expect(rig.link.writes).toBe(before + 1);
  });

  it('waits while the transport is full, and goes on when it has drained', () => {
    const rig = new SessionRig();
    rig.link.full = true;
    rig.open();
    rig.exchange();
    rig.open();
    rig.server.ping('00000000000000aa');
    expect(rig.exchange()).toEqual([]);
    rig.link.drain();
    expect(rig.exchange()).toEqual(['HEADERS 3 END_STREAM|END_HEADERS', 'PING 0 ACK 00000000000000aa']);
  });

  it('that the peer never takes ends the connection', () => {
    const rig = new SessionRig(undefined, 5_000);
    rig.link.full = true;
    const call = rig.open();
    rig.exchange();
    rig.pass(5_100);
    expect(call.ending).toMatchObject({ ending: { kind: 'silent', what: 'progress', afterMs: 5_000 } });
    expect(rig.link.did).toContain('destroy');
  });
});

describe('the end', () => {
  it('of our own is written, then FIN, then the link is given a grace', () => {
    const rig = new SessionRig();
    rig.session.connection.shutdown('idle', rig.clock.nowMs);
    expect(rig.exchange()).toEqual(['GOAWAY 0 0 NO_ERROR idle']);
    expect(rig.link.did).toEqual(['end']);
    rig.pass(19_900);
    expect(rig.link.did).toEqual(['end']);
    rig.pass(200);
    expect(rig.link.did).toEqual(['end', 'destroy']);
    expect(rig.notes.heard.filter((line) => line.startsWith('closed'))).toEqual(['closed local']);
  });

  it('after a breach leaves the peer just the time to read the GOAWAY', () => {
    const rig = new SessionRig();
    rig.server.data(1, 1);
    expect(rig.exchange().at(-1)).toMatch(/^GOAWAY 0 0 PROTOCOL_ERROR stream\/idle-frame/);
    rig.pass(1_100);
    expect(rig.link.did).toEqual(['end', 'destroy']);
  });

  it("of the peer's closes our direction too", () => {
    const rig = new SessionRig();
    const call = rig.open();
    rig.exchange();
    rig.link.handler!.ended();
    rig.exchange();
    expect(rig.link.did).toEqual(['end']);
    expect(call.ending).toMatchObject({ kind: 'connection', by: 'server', ending: { kind: 'peer-closed' } });
  });

  it('by the network keeps its reason', () => {
    const rig = new SessionRig();
    const call = rig.open();
    rig.exchange();
    rig.link.fault({ kind: 'reset', code: 'ECONNRESET', text: '10.0.0.2:50051 reset the connection.' });
    expect(call.ending).toMatchObject({ ending: { kind: 'transport', code: 'ECONNRESET' } });
    rig.pass(100_000);
    expect(rig.clock.isAsleep).toBe(true);
  });
});

describe('the recorder', () => {
  it('gives the events that a capture would give, and the same verdict', () => {
    const rig = new SessionRig({ intervalMs: 1_000, withoutCalls: true });
    for (let count = 0; count < 4; count++) {
      rig.pass(1_100);
      rig.server.ping('63616c6d6b656570', true);
      rig.exchange();
    }
    rig.server.goAway(0, 11, 'too_many_pings');
    rig.exchange();
    rig.link.handler!.ended();
    rig.exchange();
    rig.link.handler!.closed(undefined);
    const diagnosis = new Diagnosis();
    for (const event of rig.recorder.events()) diagnosis.event(event);
    const [finding] = diagnosis.finish().findings;
    expect(finding).toMatchObject({ id: 'keepalive/too-many-pings', certainty: 'certain', culprit: 'client' });
    expect(finding!.evidence.length).toBeGreaterThan(1);
  });

  it('of a healthy connection shows no failure, and its calls', () => {
    const rig = new SessionRig();
    for (let count = 0; count < 5; count++) {
      rig.open();
      rig.exchange();
      const id = count * 2 + 1;
      rig.server.headers(id, RESPONSE).message(id, 10).headers(id, TRAILERS, true);
      rig.exchange();
    }
    rig.session.connection.shutdown('idle', rig.clock.nowMs);
    rig.exchange();
    rig.link.handler!.closed(undefined);
    const diagnosis = new Diagnosis();
    for (const event of rig.recorder.events()) diagnosis.event(event);
    const verdict = diagnosis.finish();
    expect(verdict.connections[0]).toMatchObject({ calls: { total: 5, ok: 5, failed: 0 } });
    expect(verdict.findings.filter(({ severity }) => severity !== 'info')).toEqual([]);
  });

  it('keeps the beginning and the latest, and says that something is missing between', () => {
    const rig = new SessionRig();
    for (let count = 0; count < 300; count++) {
      rig.open();
      rig.exchange();
      const id = count * 2 + 1;
      rig.server.headers(id, RESPONSE).headers(id, TRAILERS, true);
      rig.exchange();
    }
    const events = rig.recorder.events();
    expect(rig.recorder.forgotten).toBeGreaterThan(1_000);
    expect(events.filter(({ kind }) => kind === 'lost').length).toBe(2);
    expect(events.length).toBeLessThan(120);
    const frames = events.filter((event) => event.kind === 'frame');
    expect(frames[0]!.frame.kind).toBe('settings');
    expect(frames.at(-1)!.frame.stream).toBe(599);
    expect(frames.map(({ index }) => index)).toEqual(frames.map((_, at) => at + 1));
  });
});
