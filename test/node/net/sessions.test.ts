import { describe, expect, it } from 'vitest';
import { TlsSessions } from '../../../src/node/net/sessions.ts';

const session = (text: string) => ({ ticket: Buffer.from(text), subject: text });

describe('TLS sessions', () => {
  it('are kept by peer, the newest of each', () => {
    const sessions = new TlsSessions();
    expect(sessions.newest('a', 1)).toBeUndefined();
    sessions.put('a', 1, session('first'));
    sessions.put('a', 1, session('second'));
    sessions.put('b', 1, session('other'));
    expect(sessions.newest('a', 1)?.subject).toBe('second');
    expect(sessions.newest('a', 1)?.subject).toBe('second');
    expect(sessions.newest('b', 1)?.subject).toBe('other');
    sessions.forget('a');
    expect(sessions.newest('a', 1)).toBeUndefined();
  });

  it('of earlier credentials are dropped, and late ones not taken', () => {
    const sessions = new TlsSessions();
    sessions.put('a', 1, session('old'));
    expect(sessions.newest('a', 2)).toBeUndefined();
    sessions.put('a', 1, session('late'));
    expect(sessions.newest('a', 2)).toBeUndefined();
    sessions.put('a', 2, session('new'));
    expect(sessions.newest('a', 2)?.subject).toBe('new');
  });

  it('are bounded: the oldest goes first', () => {
    const sessions = new TlsSessions();
    for (let at = 0; at < 64; at++) sessions.put(`peer ${at}`, 1, session('x'));
    sessions.put('peer 0', 1, session('renewed'));
    for (let at = 64; at < 100; at++) sessions.put(`peer ${at}`, 1, session('x'));
    expect(sessions.size).toBe(64);
    expect(sessions.newest('peer 1', 1)).toBeUndefined();
    expect(sessions.newest('peer 0', 1)?.subject).toBe('renewed');
    expect(sessions.newest('peer 99', 1)).toBeDefined();
  });
});
