/** From a target to a connection that takes calls: names, addresses, SETTINGS, failures, pauses, and who waits. */
import { describe, expect, it } from 'vitest';
import { Status } from '#grpc';
import { ErrorCode } from '#h2';
import type { Link } from '#transport';
import { Rig, type Server, text } from './rig.ts';

const answerAll = (server: Server): void => {
  server.onRequest = (request) => request.answer();
};

describe('a first call', () => {
  it('makes the channel connect, and finds it ready', () => {
    const rig = new Rig();
    answerAll(rig.serve());
    expect(rig.channel.state).toBe('idle');
    const caller = rig.call();
    expect(rig.channel.state).toBe('connecting');
    rig.pass();
    expect(caller.code).toBe(0);
    expect(rig.states).toEqual(['connecting', 'ready']);
    expect(caller.failure).toBeUndefined();
  });

  it('is not sent before the server has spoken', () => {
    const rig = new Rig({ path: { latencyMs: 10 } });
    const server = rig.serve();
    rig.call();
    rig.pass(25);
    expect(server.ends.length).toBe(0);
    rig.pass(10);
    expect([server.ends.length, rig.channel.state]).toEqual([1, 'connecting']);
    rig.pass(6);
    expect([rig.channel.state, server.requests.length]).toEqual(['ready', 0]);
    rig.pass(30);
    expect(server.requests.length).toBe(1);
  });

  it('`connect` leaves idle without a call', () => {
    const rig = new Rig();
    rig.serve();
    rig.channel.connect();
    rig.pass();
    expect(rig.channel.state).toBe('ready');
    rig.channel.connect();
    rig.pass();
    expect(rig.connections).toBe(1);
  });
});

describe('a server that accepts and never sends SETTINGS (grpc-node#2785)', () => {
  it('is left after the connect timeout, and tried again after a pause', () => {
    const rig = new Rig();
    rig.network.host('10.0.0.1').welcome = { kind: 'mute' };
    rig.serve();
    const caller = rig.call();
    rig.pass(19_900);
    expect(caller.heard).toEqual([]);
    rig.pass(200);
    expect(caller.code).toBe(Status.UNAVAILABLE);
    expect(caller.failure).toMatchObject({ origin: 'connect', processed: 'no', attempts: 0 });
    expect(caller.result?.message).toContain(
      '10.0.0.1:50051 accepted the connection but sent no HTTP/2 SETTINGS within 20 s',
    );
    // The pause counts from the beginning of the attempt, so it is over.
    rig.pass(100);
    expect(rig.connections).toBe(2);
    rig.network.host('10.0.0.1').welcome = { kind: 'normal' };
    rig.pass(25_000);
    expect(rig.channel.state).toBe('ready');
  });

  it('sooner with settingsTimeoutMs', () => {
    const rig = new Rig({ settingsTimeoutMs: 1_000 });
    rig.network.host('10.0.0.1').welcome = { kind: 'mute' };
    rig.serve();
    const caller = rig.call();
    rig.pass(1_100);
    expect(caller.result?.message).toContain(
      '10.0.0.1:50051 accepted the connection but sent no HTTP/2 SETTINGS within 1 s',
    );
  });
});

describe('a server that does not speak HTTP/2', () => {
  it('is told as what it is', () => {
    const rig = new Rig();
    const listening = { kind: 'tcp', host: '10.0.0.1', port: 50_051 } as const;
    const accept = (link: Link): void => {
      link.start({ bytes: () => {}, drained: () => {}, ended: () => {}, closed: () => {} });
      link.write([text('HTTP/1.1 400 Bad Request\r\n\r\n')]);
    };
    rig.network
      .host('10.0.0.1')
      .acceptor(rig.process)
      .listen(listening, accept, () => {});
    const caller = rig.call();
    rig.pass(100);
    expect(caller.code).toBe(Status.UNAVAILABLE);
    expect(caller.failure?.origin).toBe('connect');
    expect(caller.result?.message).toContain('broke a rule of HTTP/2');
  });
});

describe('an address that cannot be reached', () => {
  it('is told as that', () => {
    const rig = new Rig();
    rig.network.host('10.0.0.1').welcome = { kind: 'swallow' };
    const caller = rig.call();
    rig.pass(20_100);
    expect(caller.result?.message).toContain('10.0.0.1:50051 could not be reached within 20 s');
    expect(caller.failure).toMatchObject({ origin: 'connect', culprit: 'unknown' });
  });
});

describe('when no address can be reached', () => {
  it('calls fail with the reason of each address, and those that wait for it wait', () => {
    const rig = new Rig({ target: ['10.0.0.1:50051', '10.0.0.2:50051'] });
    const caller = rig.call();
    const patient = rig.call('x', { waitForReady: true });
    rig.pass();
    expect(caller.code).toBe(Status.UNAVAILABLE);
    expect(caller.failure?.addresses.map(({ address, fault }) => [address, fault.kind])).toEqual([
      [{ kind: 'tcp', host: '10.0.0.1', port: 50_051 }, 'refused'],
      [{ kind: 'tcp', host: '10.0.0.2', port: 50_051 }, 'refused'],
    ]);
    expect(caller.result?.message).toMatch(
      /^No connection to 10.* could be made: 10\.0\.0\.1:50051 refused the connection \(ECONNREFUSED\); 10\.0\.0\.2:50051 /,
    );
    expect(caller.result?.message).toContain('calling again is safe');
    expect(caller.failure?.culprit).toBe('server');
    expect(patient.heard).toEqual([]);
    expect(rig.channel.state).toBe('transient-failure');
    const later = rig.call();
    expect(later.code).toBe(Status.UNAVAILABLE);
    answerAll(rig.serve('10.0.0.2'));
    rig.pass(2_000);
    expect(patient.code).toBe(0);
    expect(rig.states).toEqual(['connecting', 'transient-failure', 'ready']);
  });

  it('a call that waits for a connection has its deadline, which tells the failure', () => {
    const rig = new Rig();
    const caller = rig.call('x', { waitForReady: true, deadlineMs: rig.now + 5_000 });
    rig.pass(5_100);
    expect(caller.code).toBe(Status.DEADLINE_EXCEEDED);
    expect(caller.result?.message).toMatch(/the next attempt to connect was due in .*The last attempt failed.*refused/);
  });

  it('passes follow with growing pauses, and begin anew after a good connection', () => {
    const rig = new Rig();
    rig.call('x', { waitForReady: true });
    rig.pass(30_000);
    const failures = rig.events.filter(({ kind }) => kind === 'connect-failed');
    // After pauses of 1, 1.6, 2.56, 4.1, 6.55 and 10.5 s.
    expect(failures.length).toBe(7);
    const server = rig.serve();
    rig.pass(15_000);
    expect(rig.channel.state).toBe('ready');
    rig.pass(2_000);
    rig.network.host('10.0.0.1').welcome = { kind: 'refuse' };
    rig.network.wires.at(-1)?.cut('both');
    rig.events.length = 0;
    rig.call('x', { waitForReady: true });
    rig.pass(2_000);
    expect(
      rig.events.map((event) => (event.kind === 'connect-failed' ? Math.round(event.pauseMs) : event.kind)),
    ).toEqual(['closed', 998, 1_598]);
    expect(server.ends.length).toBe(1);
  });

  it('goes on trying without calls, until the channel is idle', () => {
    const rig = new Rig({ idleTimeoutMs: 60_000 });
    rig.call();
    rig.pass(59_000);
    const dials = rig.network.dials;
    expect(dials).toBeGreaterThan(5);
    rig.pass(10_000);
    expect(rig.channel.state).toBe('idle');
    rig.pass(600_000);
    expect(rig.network.dials).toBeLessThanOrEqual(dials + 1);
    expect(rig.timers.size).toBe(0);
  });

  it('each address gets 250 ms before the next is tried, and one attempt does not hold up the others', () => {
    const rig = new Rig({ target: ['10.0.0.1:50051', '10.0.0.2:50051', '10.0.0.3:50051'] });
    rig.network.host('10.0.0.1').welcome = { kind: 'swallow' };
    rig.network.host('10.0.0.2').welcome = { kind: 'mute' };
    rig.serve('10.0.0.2');
    const server = rig.serve('10.0.0.3');
    answerAll(server);
    const caller = rig.call();
    rig.pass(499);
    expect(caller.heard).toEqual([]);
    rig.pass(30);
    expect(caller.code).toBe(0);
    rig.pass(5_000);
    expect([...rig.network.live].map((wire) => wire.client.remote)).toEqual([
      { kind: 'tcp', host: '10.0.0.3', port: 50_051 },
    ]);
  });
});

describe('names', () => {
  const TARGET = { target: 'dns:///orders:50051' };

  it('are looked up once for many connections within 30 s', () => {
    const rig = new Rig(TARGET);
    rig.network.names.set('orders', ['10.0.0.1']);
    const server = rig.serve();
    server.onRequest = (request) => {
      request.answer();
      request.end.goAway(request.id);
    };
    for (let round = 0; round < 20; round++) {
      rig.call();
      rig.pass(1_000);
    }
    expect(server.ends.length).toBeGreaterThanOrEqual(20);
    expect(rig.network.names.lookups).toBe(1);
  });

  it('are not looked up while the channel rests or is connected', () => {
    const rig = new Rig(TARGET);
    rig.network.names.set('orders', ['10.0.0.1']);
    answerAll(rig.serve());
    rig.call();
    rig.pass(3_600_000);
    expect(rig.network.names.lookups).toBe(1);
    expect(rig.channel.state).toBe('idle');
  });

  it('that cannot be looked up fail the calls, and are asked again after each pause', () => {
    const rig = new Rig(TARGET);
    rig.network.names.fail('orders', 'name-not-found');
    const caller = rig.call();
    const patient = rig.call('x', { waitForReady: true });
    rig.pass(10);
    expect(caller.code).toBe(Status.UNAVAILABLE);
    expect(caller.failure).toMatchObject({ origin: 'resolve', processed: 'no' });
    expect(caller.result?.message).toContain('The target dns:///orders:50051 has no address');
    expect(caller.result?.message).toContain('ENOTFOUND');
    rig.pass(10_000);
    expect(rig.network.names.lookups).toBeGreaterThan(3);
    expect(rig.network.names.lookups).toBeLessThan(7);
    rig.network.names.mend('orders');
    rig.network.names.set('orders', ['10.0.0.1']);
    answerAll(rig.serve());
    rig.pass(12_000);
    expect(patient.code).toBe(0);
  });

  it('that are looked up slowly do not hold up a reconnection to addresses that still serve', () => {
    const rig = new Rig(TARGET);
    rig.network.names.set('orders', ['10.0.0.1']);
    answerAll(rig.serve());
    rig.call();
    rig.pass(40_000);
    rig.network.names.latencyMs = 10_000;
    rig.network.wires[0]?.cut('both');
    const caller = rig.call();
    rig.pass(90);
    expect(caller.heard).toEqual([]);
    rig.pass(20);
    expect(caller.code).toBe(0);
  });

  it('that changed are used when the old addresses fail, without a pause', () => {
    const rig = new Rig(TARGET);
    rig.network.names.set('orders', ['10.0.0.1']);
    const old = rig.serve('10.0.0.1');
    answerAll(old);
    rig.call();
    rig.pass(40_000);
    // A deploy: another pod at another address, and the name server is slow to tell.
    rig.network.names.set('orders', ['10.0.0.2']);
    rig.network.names.latencyMs = 300;
    const young = rig.serve('10.0.0.2');
    answerAll(young);
    old.process.kill();
    rig.network.closeAll(old.process);
    rig.pass();
    const caller = rig.call();
    rig.pass(290);
    expect([caller.heard, rig.network.dialFaults]).toEqual([[], 1]);
    rig.pass(20);
    expect([caller.code, young.requests.length]).toEqual([0, 1]);
  });

  it('fresh ones are preferred when they come soon', () => {
    const rig = new Rig(TARGET);
    rig.network.names.set('orders', ['10.0.0.1']);
    const old = rig.serve('10.0.0.1');
    answerAll(old);
    rig.call();
    rig.pass(40_000);
    rig.network.names.set('orders', ['10.0.0.2', '10.0.0.1']);
    const young = rig.serve('10.0.0.2');
    answerAll(young);
    rig.network.wires[0]?.cut('both');
    rig.call();
    rig.pass(100);
    expect([old.requests.length, young.requests.length]).toEqual([1, 1]);
  });
});

describe('a server that ends connections at once', () => {
  it('is left for a pause after the third, so nothing spins', () => {
    const rig = new Rig();
    const server = rig.serve();
    server.onAccept = (end) =>
      server.process.at(server.process.now() + 4, () =>
        end.engine.close('shutdown', ErrorCode.INTERNAL_ERROR, 'no', server.process.now()),
      );
    for (let round = 0; round < 600; round++) {
      rig.call('x', { waitForReady: true });
      rig.pass(100);
      if (round === 8) expect(server.ends.length).toBe(3);
    }
    expect(server.ends.length).toBeLessThan(15);
    expect(rig.channel.state).toBe('transient-failure');
    const caller = rig.call();
    expect(caller.result?.message).toMatch(
      /lived long enough for a call: connection \d+ to .*GOAWAY INTERNAL_ERROR "no"/,
    );
  });

  it('one or two are bad luck in a rolling restart', () => {
    const rig = new Rig();
    const server = rig.serve();
    server.onAccept = (end) => {
      if (server.ends.length <= 2) server.process.at(server.process.now() + 2, () => end.goAway(0));
    };
    answerAll(server);
    const caller = rig.call();
    rig.pass(200);
    expect(caller.code).toBe(0);
  });
});
