/** Happy eyeballs with attempts that the test decides (RFC 8305 §5), and lookups (`resolver.ts`). */
import { describe, expect, it } from 'vitest';
import type { AddressFault } from '#client';
import { Timers } from '#drive';
import { type Address, type Attempt, formatAddress, type LinkFault } from '#transport';
import { ATTEMPTS_MAX, Race } from '../../src/client/race.ts';
import { Resolver } from '../../src/client/resolver.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

const FAULT: LinkFault = { kind: 'refused', code: 'ECONNREFUSED', text: 'it refused' };

class RaceRig {
  readonly clock = new VirtualClock();
  readonly log: string[] = [];
  readonly done = new Map<string, (attempt: Attempt<string>) => void>();
  readonly race: Race<string>;
  faults: readonly AddressFault[] = [];
  readonly #beganMs = this.clock.nowMs;

  constructor(count: number, immediate?: 'fault' | 'ok') {
    const addresses = Array.from(
      { length: count },
      (_, at): Address => ({ kind: 'tcp', host: `10.0.0.${at + 1}`, port: 1 }),
    );
    this.race = new Race<string>(addresses, new Timers(this.clock), 20_000, {
      start: (address, done) => {
        const name = formatAddress(address);
        this.#note(`start ${name}`);
        if (immediate === 'fault') done({ kind: 'fault', fault: FAULT });
        if (immediate === 'ok') done({ kind: 'ok', value: name });
        this.done.set(name, done);
        return { lacks: `${name} did not come`, cancel: () => this.#note(`cancel ${name}`) };
      },
      won: (value) => this.#note(`won ${value}`),
      lost: (faults) => {
        this.faults = faults;
        this.#note(`lost ${faults.map(({ fault }) => fault.kind)}`);
      },
    });
    this.race.start();
  }

  #note(what: string): void {
    this.log.push(`${this.clock.nowMs - this.#beganMs} ${what}`);
  }

  fail(name: string): void {
    this.done.get(name)?.({ kind: 'fault', fault: FAULT });
  }
}

describe('a race', () => {
  it('tries the next address 250 ms after the one before, and cancels all others when one is ready', () => {
    const rig = new RaceRig(4);
    rig.clock.advance(600);
    rig.done.get('10.0.0.2:1')?.({ kind: 'ok', value: 'two' });
    rig.clock.advance(60_000);
    expect(rig.log).toEqual([
      '0 start 10.0.0.1:1',
      '250 start 10.0.0.2:1',
      '500 start 10.0.0.3:1',
      '600 cancel 10.0.0.1:1',
      '600 cancel 10.0.0.3:1',
      '600 won two',
    ]);
  });

  it('does not wait for the delay after a failure, and tells all of them when all failed', () => {
    const rig = new RaceRig(3);
    rig.clock.advance(100);
    rig.fail('10.0.0.1:1');
    rig.clock.advance(100);
    rig.fail('10.0.0.2:1');
    rig.clock.advance(1_000);
    rig.fail('10.0.0.3:1');
    expect(rig.log).toEqual([
      '0 start 10.0.0.1:1',
      '100 start 10.0.0.2:1',
      '200 start 10.0.0.3:1',
      '1200 lost refused,refused,refused',
    ]);
  });

  it('gives each address its timeout', () => {
    const rig = new RaceRig(2);
    rig.clock.advance(20_100);
    expect(rig.log.slice(2)).toEqual(['20000 cancel 10.0.0.1:1']);
    rig.clock.advance(1_000);
    expect(rig.log.slice(3)).toEqual(['20250 cancel 10.0.0.2:1', '20250 lost timed-out,timed-out']);
    expect(rig.faults[0]?.fault.text).toBe('10.0.0.1:1 did not come within 20 s');
  });

  it('never has more than ten attempts under way', () => {
    const rig = new RaceRig(30);
    rig.clock.advance(15_000);
    expect(rig.log.length).toBe(ATTEMPTS_MAX);
    rig.fail('10.0.0.4:1');
    expect(rig.log.at(-1)).toBe('15000 start 10.0.0.11:1');
    rig.clock.advance(3_000);
    expect(rig.log.length).toBe(ATTEMPTS_MAX + 1);
  });

  it('takes answers that come at once', () => {
    expect(new RaceRig(2, 'ok').log).toEqual(['0 start 10.0.0.1:1', '0 won 10.0.0.1:1']);
    const lost = new RaceRig(2, 'fault');
    expect(lost.log).toEqual(['0 start 10.0.0.1:1', '0 start 10.0.0.2:1', '0 lost refused,refused']);
  });

  it('says nothing after it was cancelled, and leaves no timer', () => {
    const rig = new RaceRig(3);
    rig.race.cancel();
    rig.done.get('10.0.0.1:1')?.({ kind: 'ok', value: 'late' });
    rig.clock.advance(60_000);
    expect(rig.log).toEqual(['0 start 10.0.0.1:1', '0 cancel 10.0.0.1:1']);
    expect(rig.clock.isAsleep).toBe(true);
  });
});

describe('a resolver', () => {
  const setUp = (answer: () => Attempt<readonly string[]>, afterMs = 10) => {
    const clock = new VirtualClock();
    const log: string[] = [];
    const names = {
      lookup: (host: string, done: (attempt: Attempt<readonly string[]>) => void) => {
        log.push(`lookup ${host}`);
        const cancel = clock.at(clock.nowMs + afterMs, () => done(answer()));
        return () => {
          log.push('cancel');
          cancel();
        };
      },
    };
    const endpoints = { kind: 'dns', host: 'orders', port: 7 } as const;
    const resolver = new Resolver(endpoints, names, new Timers(clock), 20_000, () =>
      log.push(`done ${resolver.addresses.map(formatAddress)}`),
    );
    return { clock, log, resolver };
  };

  it('asks at most every 30 s after a success, and not twice at a time', () => {
    const { clock, log, resolver } = setUp(() => ({ kind: 'ok', value: ['10.0.0.1', '10.0.0.1', '::1'] }));
    resolver.refresh();
    resolver.refresh();
    clock.advance(10);
    expect(log).toEqual(['lookup orders', 'done 10.0.0.1:7,[::1]:7']);
    clock.advance(29_990);
    resolver.refresh();
    expect(log.length).toBe(2);
    clock.advance(20);
    resolver.refresh();
    expect(log.at(-1)).toBe('lookup orders');
  });

  it('may ask at once after a failure, and keeps what it knew', () => {
    let answer: Attempt<readonly string[]> = { kind: 'ok', value: ['10.0.0.1'] };
    const { clock, log, resolver } = setUp(() => answer);
    resolver.refresh();
    clock.advance(31_000);
    answer = { kind: 'fault', fault: { ...FAULT, kind: 'name-lookup-failed' } };
    resolver.refresh();
    clock.advance(10);
    expect(resolver.fault?.kind).toBe('name-lookup-failed');
    expect(resolver.addresses.length).toBe(1);
    resolver.refresh();
    expect(log.filter((line) => line === 'lookup orders').length).toBe(3);
    answer = { kind: 'ok', value: ['10.0.0.2'] };
    clock.advance(10);
    expect([resolver.fault, resolver.addresses.map(formatAddress)]).toEqual([undefined, ['10.0.0.2:7']]);
  });

  it('does not wait for ever for a name server that does not answer', () => {
    const { clock, log, resolver } = setUp(() => ({ kind: 'ok', value: ['10.0.0.1'] }), 1_000_000);
    resolver.refresh();
    clock.advance(20_001);
    expect(log).toEqual(['lookup orders', 'cancel', 'done ']);
    expect(resolver.fault?.text).toContain('was not looked up within 20000 ms');
    clock.advance(1_000_000);
    expect(resolver.addresses).toEqual([]);
  });

  it('gives a lookup up', () => {
    const { clock, log, resolver } = setUp(() => ({ kind: 'ok', value: ['10.0.0.1'] }));
    resolver.refresh();
    resolver.stop();
    clock.advance(100);
    expect(log).toEqual(['lookup orders', 'cancel']);
    expect(resolver.isLooking).toBe(false);
  });
});
