import { describe, expect, it } from 'vitest';
import { Setting } from '#h2';
import { Causality } from '../../../src/h2/observer/causality.ts';
import { Claims } from '../../../src/h2/observer/claims.ts';
import { SettingsView } from '../../../src/h2/settings-view.ts';

const window = (value: number) => ({ id: Setting.INITIAL_WINDOW_SIZE, value });

describe('SettingsView', () => {
  it('knows a range until the acknowledgement, then one value', () => {
    const view = new SettingsView();
    view.announce([window(10)], 1);
    view.announce([window(90_000)], 2);
    expect([view.least.initialWindow, view.inForce.initialWindow, view.most.initialWindow]).toEqual([
      10, 65_535, 90_000,
    ]);
    expect(view.acknowledge()).toBe(1);
    expect([view.least.initialWindow, view.inForce.initialWindow, view.most.initialWindow]).toEqual([10, 10, 90_000]);
    expect(view.acknowledge()).toBe(2);
    expect(view.least).toEqual(view.most);
  });

  it('pairs an acknowledgement that is shown before its SETTINGS', () => {
    const view = new SettingsView();
    expect(view.acknowledge()).toBe(0);
    view.announce([window(10)], 1);
    expect(view.inForce.initialWindow).toBe(10);
  });

  it('ignores values that a receiver must refuse', () => {
    const view = new SettingsView();
    view.impose([window(0x8000_0000), { id: Setting.MAX_FRAME_SIZE, value: 100 }]);
    expect(view.inForce).toMatchObject({ initialWindow: 65_535, frameBytes: 16_384 });
  });

  it('gives up on a flood of unacknowledged SETTINGS', () => {
    const view = new SettingsView();
    for (let at = 1; at <= 65; at++) view.announce([window(at)], at);
    expect(view.known).toBe(false);
    expect(view.acknowledge()).toBe(0);
  });
});

describe('Causality', () => {
  it('learns from an acknowledged PING what its sender had received', () => {
    const causality = new Causality();
    causality.count('client');
    causality.count('client');
    causality.ping('client', 'aa');
    expect(causality.pingAcknowledged('server', 'bb')).toBe(0);
    expect(causality.pingAcknowledged('server', 'aa')).toBe(2);
    expect(causality.saw('server', 2)).toBe(true);
    expect(causality.saw('server', 1)).toBe(false);
    expect([causality.seenBy('server'), causality.seenBy('client')]).toEqual([2, 0]);
  });

  it('remembers the newest PINGs only', () => {
    const causality = new Causality();
    for (let number = 0; number < 20; number++) causality.ping('client', String(number));
    causality.count('client');
    causality.ping('client', 'last');
    expect(causality.pingAcknowledged('server', '0')).toBe(0);
    expect(causality.pingAcknowledged('server', 'last')).toBe(1);
  });
});

describe('Claims', () => {
  function claims() {
    const causality = new Causality();
    const told: string[] = [];
    return { causality, told, claims: new Claims(causality, ({ rule, stream }) => told.push(`${rule} ${stream}`)) };
  }
  const claim = { rule: 'window/overrun', by: 'client', detail: '', at: 5, holds: () => true } as const;

  it('wait until the other side has shown that it received the frame', () => {
    const { causality, told, claims: open } = claims();
    open.add({ ...claim, stream: 1 });
    causality.saw('server', 4);
    open.settle();
    expect(told).toEqual([]);
    causality.saw('server', 5);
    open.settle();
    expect(told).toEqual(['window/overrun 1']);
    expect(open.waiting).toBe(false);
  });

  it('are dropped when they no longer hold, and when frames were lost', () => {
    const { causality, told, claims: open } = claims();
    open.add({ ...claim, stream: 1, holds: () => false });
    causality.saw('server', 5);
    open.settle();
    open.add({ ...claim, stream: 3 });
    open.drop();
    open.settle();
    expect(told).toEqual([]);
  });

  it('are confirmed by the error code of their rule, on their stream or by GOAWAY', () => {
    const { told, claims: open } = claims();
    for (const stream of [1, 3, 0]) open.add({ ...claim, stream });
    open.confirm('server', 1, 1);
    open.confirm('client', 3, 1);
    expect(told).toEqual([]);
    open.confirm('server', 3, 1);
    expect(told).toEqual(['window/overrun 1']);
    open.confirm('server', 3, 0);
    expect(told).toEqual(['window/overrun 1', 'window/overrun 3', 'window/overrun 0']);
  });

  it('are bounded, open and told', () => {
    const { causality, told, claims: open } = claims();
    causality.saw('server', 5);
    for (let stream = 1; stream < 500; stream += 2) {
      open.add({ ...claim, stream });
      open.add({ ...claim, stream });
      if (stream % 7 === 0) open.settle();
    }
    open.settle();
    expect(told.length).toBeGreaterThan(8);
    expect(told.length).toBeLessThanOrEqual(40);
    expect(new Set(told).size).toBe(told.length);
  });
});
