import { describe, expect, it } from 'vitest';
import { Credit, StreamHalf, WINDOW_DEFAULT, WINDOW_MAX } from '#h2';

describe('Credit', () => {
  it('spends on the stream and on the connection, and gets back from each WINDOW_UPDATE', () => {
    const credit = new Credit();
    const half = new StreamHalf();
    credit.spend(half, 1_000);
    expect([credit.window(half), credit.connection]).toEqual([64_535, 64_535]);
    credit.grant(half, 600);
    credit.grantConnection(400);
    expect([credit.window(half), credit.connection]).toEqual([65_135, 64_935]);
  });

  it('moves every stream with the initial window, below zero too (RFC 9113 §6.9.2)', () => {
    const credit = new Credit();
    const half = new StreamHalf();
    credit.spend(half, 60 * 1_024);
    credit.initial = 16 * 1_024;
    expect(credit.window(half)).toBe(-44 * 1_024);
    expect(credit.connection).toBe(WINDOW_DEFAULT - 60 * 1_024);
  });

  it('spends on the connection alone where no stream is known', () => {
    const credit = new Credit();
    credit.spend(undefined, 5);
    expect(credit.connection).toBe(WINDOW_DEFAULT - 5);
  });

  it('calls it an overrun only beyond the most that may be in force', () => {
    const credit = new Credit();
    const half = new StreamHalf();
    credit.initialMost = 100_000;
    credit.spend(half, 100_000);
    expect([credit.isOverrun(half), credit.isConnectionOverrun]).toEqual([false, true]);
    credit.spend(half, 1);
    expect(credit.isOverrun(half)).toBe(true);
  });

  it('calls it an overflow only beyond the least that may be in force', () => {
    const credit = new Credit();
    const half = new StreamHalf();
    credit.initialLeast = 10;
    credit.grant(half, WINDOW_MAX - 10);
    expect(credit.isOverflow(half)).toBe(false);
    credit.grant(half, 1);
    expect(credit.isOverflow(half)).toBe(true);
    credit.grantConnection(WINDOW_MAX - WINDOW_DEFAULT);
    expect(credit.isConnectionOverflow).toBe(false);
    credit.grantConnection(1);
    expect(credit.isConnectionOverflow).toBe(true);
  });

  it('remembers the highest credit of any stream', () => {
    const credit = new Credit();
    const half = new StreamHalf();
    credit.grant(half, 700);
    credit.spend(half, 700);
    expect(credit.highest).toBe(700);
  });
});
