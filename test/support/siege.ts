/**
 * An attack on a server that others use: the attacker repeats its step until the server has had enough, or until the test gives
 * up; all the while an honest client makes calls, and each of them must be answered.
 */
import { expect } from 'vitest';
import type { ServerOptions } from '#server';
import type { Attacker } from './attacker.ts';
import { ServerRig } from './server-rig.ts';

/** Between calls of the honest client. */
const STEPS_PER_CALL = 50;

export interface SiegeOptions {
  readonly server?: ServerOptions;
  /** What the attacker does before its steps. */
  readonly begin?: (attacker: Attacker, rig: ServerRig) => void;
  /** One step of the attack; `n` counts from 0. */
  readonly step: (attacker: Attacker, n: number, rig: ServerRig) => void;
  /** Steps after which the attack is called off. */
  readonly steps: number;
  /** Virtual time that each step takes. */
  readonly stepMs?: number;
  /** Sends its own preface in `begin`. */
  readonly raw?: boolean;
}

export interface SiegeReport {
  readonly rig: ServerRig;
  readonly attacker: Attacker;
  /** Steps until the connection was ended; `steps` if it was not. */
  readonly survived: number;
  /** The most that was seen at any time. */
  readonly most: { readonly running: number; readonly partialBytes: number; readonly unsentBytes: number };
  /** Calls of the honest client, all of them answered with OK. */
  readonly served: number;
}

export function siege(options: SiegeOptions): SiegeReport {
  const { server = {}, begin, step, steps, stepMs = 0, raw = false } = options;
  const rig = new ServerRig(server).echo().seat('bidi-streaming');
  const honest = rig.client();
  const attacker = rig.client(!raw);
  begin?.(attacker, rig);
  const most = { running: 0, partialBytes: 0, unsentBytes: 0 };
  let served = 0;
  let survived = 0;
  const callHonestly = () => {
    const stream = 1 + 2 * served++;
    honest.request(stream, '/test.Echo/Unary', { message: Uint8Array.of(served & 0x7f) });
    expect(honest.story(stream), `call ${served} of the honest client`).toEqual(['200', 'data:6', 'status:0 END']);
    // What was checked need not be kept.
    honest.seen.length = 0;
  };
  /** The attacker may be deaf: the server knows when it has had enough. */
  let heard = 0;
  const isOver = () => {
    const isClosed = rig.events.slice(heard).some(({ kind }) => kind === 'connection-closed');
    if (!isClosed) heard = rig.events.length;
    return isClosed;
  };
  callHonestly();
  for (; survived < steps && !isOver(); survived++) {
    step(attacker, survived, rig);
    if (stepMs > 0) rig.clock.advance(stepMs);
    const { calls, partialMessageBytes } = rig.core.stats;
    most.running = Math.max(most.running, calls.running);
    most.partialBytes = Math.max(most.partialBytes, partialMessageBytes);
    most.unsentBytes = Math.max(most.unsentBytes, attacker.link.unsentBytes);
    if (survived % STEPS_PER_CALL === 0) callHonestly();
  }
  callHonestly();
  expect(honest.goaway).toBeUndefined();
  return { rig, attacker, survived, most, served };
}
