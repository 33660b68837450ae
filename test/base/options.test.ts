/** What options may be, and what is said of those that may not. */
import { describe, expect, it } from 'vitest';
import { checkNames, durationOption, flagOption, groupOption, UsageError, wholeOption } from '#base';

describe('options', () => {
  it('that are missing take what holds then', () => {
    expect(durationOption('idleMs', undefined, 5)).toBe(5);
    expect(wholeOption('calls', undefined, 7)).toBe(7);
    expect(flagOption('on', undefined, true)).toBe(true);
    expect(groupOption('group', undefined, {})).toEqual({});
  });

  it('durations: from one millisecond up, never included, nothing only where it means something', () => {
    expect(durationOption('idleMs', 1.5, 5)).toBe(1.5);
    expect(durationOption('idleMs', Number.POSITIVE_INFINITY, 5)).toBe(Number.POSITIVE_INFINITY);
    expect(durationOption('graceMs', 0, 5, true)).toBe(0);
    expect(() => durationOption('graceMs', -1, 5, true)).toThrow('graceMs must be 0 or a number of 1 or more, not -1');
    for (const value of [0, 0.5, -1, Number.NaN]) {
      expect(() => durationOption('idleMs', value, 5)).toThrow(`idleMs must be a number of 1 or more, not ${value}`);
    }
  });

  it('counts: whole, within their bounds', () => {
    expect(wholeOption('window', 0, 5, 0, 10)).toBe(0);
    expect(wholeOption('calls', Number.POSITIVE_INFINITY, 5)).toBe(Number.POSITIVE_INFINITY);
    for (const value of [-1, 1.5, 11, Number.POSITIVE_INFINITY, Number.NaN]) {
      const said = new UsageError(`window must be a whole number from 0 to 10, not ${value}`);
      expect(() => wholeOption('window', value, 5, 0, 10)).toThrow(said);
    }
  });

  it('of another type, from programs that check none', () => {
    const text = '5' as unknown as number;
    expect(() => durationOption('idleMs', text, 5)).toThrow("idleMs must be a number of 1 or more, not '5'");
    expect(() => wholeOption('calls', text, 5)).toThrow("calls must be a whole number of at least 1, not '5'");
    expect(() => flagOption('on', text as unknown as boolean, true)).toThrow("on must be true or false, not '5'");
    expect(() => groupOption('group', null as unknown as object, {})).toThrow('group must be an object, not null');
  });

  it('that there are not, with the one that was meant', () => {
    const names = { idleTimeoutMs: true, keepalive: true, maxCalls: true } as const;
    const check = (options: object) => () =>
      checkNames('createThing', options as never, names, { 'old.idle': 'idleTimeoutMs' });
    expect(check({ idleTimeoutMs: 5, keepalive: undefined, other: undefined })).not.toThrow();
    expect(check({ keepAlive: {} })).toThrow(
      new UsageError("createThing has no option 'keepAlive': here that is keepalive"),
    );
    expect(check({ idle_timeout: 5 })).toThrow("createThing has no option 'idle_timeout': here that is idleTimeoutMs");
    expect(check({ 'old.idle': 5 })).toThrow("createThing has no option 'old.idle': here that is idleTimeoutMs");
    expect(check({ colour: 5 })).toThrow(
      "createThing has no option 'colour': its options are idleTimeoutMs, keepalive, maxCalls",
    );
    expect(check({ constructor: 5 })).toThrow("createThing has no option 'constructor'");
    expect(check(null as unknown as object)).toThrow('the options of createThing must be an object, not null');
    expect(() => groupOption('keepalive', { interval: 5 } as object, { intervalMs: true } as never)).toThrow(
      "keepalive has no option 'interval': here that is intervalMs",
    );
  });
});
