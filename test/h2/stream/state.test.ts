import { describe, expect, it } from 'vitest';
import type { Side } from '#base';
import { rules, StreamInput, type StreamState, streamStates } from '#h2';

const states = Object.values(streamStates);
const sides: readonly Side[] = ['client', 'server'];
const inputs = Object.entries(StreamInput);

function outcomeOf(state: StreamState, from: Side, input: StreamInput) {
  return state[from][input];
}

describe('the stream table', () => {
  it('answers every input in every state with a state, a rule that exists, or a crossing', () => {
    for (const state of states) {
      for (const side of sides) {
        expect(state[side]).toHaveLength(inputs.length);
        for (const outcome of state[side]) {
          expect(states).toContain(outcome.next);
          if (outcome.rule !== undefined) {
            expect(rules).toHaveProperty([outcome.rule]);
            expect(outcome.next).toBe(state);
          }
          if (outcome.crossing) expect(outcome.rule).toBeUndefined();
        }
      }
    }
  });

  it('lets PRIORITY pass in every state and changes nothing by it (RFC 9113 §5.1)', () => {
    for (const state of states) {
      for (const side of sides) {
        expect(outcomeOf(state, side, StreamInput.PRIORITY)).toEqual({ next: state, rule: undefined, crossing: false });
      }
    }
  });

  it('never lets a client push (§8.4)', () => {
    for (const state of states) {
      expect(outcomeOf(state, 'client', StreamInput.PUSH_PROMISE)?.rule).toBe('push/from-client');
      expect(outcomeOf(state, 'client', StreamInput.PROMISED)?.rule).toBe('push/from-client');
    }
  });

  it('leads out of every live state by RST_STREAM of either side', () => {
    for (const state of states.filter((one) => one.live)) {
      expect(outcomeOf(state, 'client', StreamInput.RST_STREAM)?.next.name).toBe('reset-by-client');
      expect(outcomeOf(state, 'server', StreamInput.RST_STREAM)?.next.name).toBe('reset-by-server');
    }
  });

  it('never comes back to life, and never from known to idle', () => {
    for (const state of states.filter((one) => !one.live && one.name !== 'idle')) {
      for (const side of sides) for (const outcome of state[side]) expect(outcome.next).toBe(state);
    }
    for (const state of states.filter((one) => one.name !== 'idle')) {
      for (const side of sides) for (const outcome of state[side]) expect(outcome.next.name).not.toBe('idle');
    }
  });

  it('treats both sides alike where the specification does', () => {
    const mirror = (name: string) =>
      name.replace(/client|server/, (side) => (side === 'client' ? 'server' : 'client')) as keyof typeof streamStates;
    const symmetric = [StreamInput.HEADERS, StreamInput.HEADERS_END, StreamInput.DATA, StreamInput.DATA_END];
    for (const name of ['open', 'half-closed-client', 'half-closed-server', 'closed', 'reset-by-client'] as const) {
      for (const input of symmetric) {
        const one = outcomeOf(streamStates[name], 'client', input);
        const other = outcomeOf(streamStates[mirror(name)], 'server', input);
        expect(other?.next.name).toBe(mirror(one?.next.name ?? ''));
        expect([other?.rule, other?.crossing]).toEqual([one?.rule, one?.crossing]);
      }
    }
  });

  it('tells the ways a stream can be closed apart (§5.1)', () => {
    const dataAfter = (name: keyof typeof streamStates, from: Side) =>
      outcomeOf(streamStates[name], from, StreamInput.DATA);
    expect(dataAfter('half-closed-client', 'client')?.rule).toBe('stream/half-closed-frame');
    expect(dataAfter('closed', 'client')?.rule).toBe('stream/closed-frame');
    expect(dataAfter('reset-by-client', 'client')?.rule).toBe('stream/closed-frame');
    expect(dataAfter('reset-by-client', 'server')?.crossing).toBe(true);
    expect(outcomeOf(streamStates.skipped, 'client', StreamInput.HEADERS)?.rule).toBe('stream/id-not-increasing');
    expect(rules['stream/half-closed-frame']).toMatchObject({ scope: 'stream', code: 'STREAM_CLOSED' });
    expect(rules['stream/closed-frame']).toMatchObject({ scope: 'connection', code: 'STREAM_CLOSED' });
    expect(rules['stream/idle-frame']).toMatchObject({ scope: 'connection', code: 'PROTOCOL_ERROR' });
  });

  it('says nothing against frames of streams that it does not know', () => {
    for (const side of sides) {
      for (const [name, input] of inputs) {
        const outcome = outcomeOf(streamStates.unknown, side, input);
        if (side === 'client' && name.startsWith('P') && name !== 'PRIORITY') continue;
        expect(outcome?.rule).toBeUndefined();
      }
    }
  });
});
