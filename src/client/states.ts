/**
 * The states of a channel as a table (gRPC "Connectivity Semantics and API"), and who hears of changes.
 * TRANSIENT_FAILURE stays until a connection is ready, however often is tried meanwhile (gRFC A62): calls that do not
 * wait fail at once instead of hanging on every attempt.
 */
import type { ChannelState } from './call-face.ts';

export type StateEvent =
  /** A connection is needed. */
  | 'wanted'
  /** A connection is ready. */
  | 'connected'
  /** No address could be reached, or what was reached did not live. */
  | 'failed'
  /** The last usable connection is gone. */
  | 'lost'
  /** No call for the idle timeout: everything was closed. */
  | 'rested'
  | 'closed';

export const channelStates: Readonly<Record<ChannelState, Readonly<Record<StateEvent, ChannelState>>>> = {
  idle: {
    wanted: 'connecting',
    connected: 'ready',
    failed: 'transient-failure',
    lost: 'idle',
    rested: 'idle',
    closed: 'shutdown',
  },
  connecting: {
    wanted: 'connecting',
    connected: 'ready',
    failed: 'transient-failure',
    lost: 'connecting',
    rested: 'idle',
    closed: 'shutdown',
  },
  ready: {
    wanted: 'ready',
    connected: 'ready',
    // One more connection could not be made; the present ones go on.
    failed: 'ready',
    lost: 'idle',
    rested: 'idle',
    closed: 'shutdown',
  },
  'transient-failure': {
    wanted: 'transient-failure',
    connected: 'ready',
    failed: 'transient-failure',
    lost: 'transient-failure',
    rested: 'idle',
    closed: 'shutdown',
  },
  shutdown: {
    wanted: 'shutdown',
    connected: 'shutdown',
    failed: 'shutdown',
    lost: 'shutdown',
    rested: 'shutdown',
    closed: 'shutdown',
  },
};

export type StateListener = (state: ChannelState) => void;

export class ChannelStates {
  state: ChannelState = 'idle';
  readonly #threw: (error: unknown) => void;
  #listeners: readonly StateListener[] = [];
  /** Changes that are still to be told: a listener may cause the next one. */
  readonly #untold: ChannelState[] = [];
  #isTelling = false;

  /** `threw` gets what a listener throws: the work that changed the state must go on. */
  constructor(threw: (error: unknown) => void) {
    this.#threw = threw;
  }

  /** Hears every change from now on, in order; the answer stops that. */
  listen(listener: StateListener): () => void {
    // Lists are replaced, not changed: a listener may leave while it is told.
    const entry: StateListener = (state) => listener(state);
    this.#listeners = [...this.#listeners, entry];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== entry);
    };
  }

  happen(event: StateEvent): void {
    const next = channelStates[this.state][event];
    if (next === this.state) return;
    this.state = next;
    this.#untold.push(next);
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (let state = this.#untold.shift(); state !== undefined; state = this.#untold.shift()) this.#tell(state);
    this.#isTelling = false;
  }

  #tell(state: ChannelState): void {
    for (const listener of this.#listeners) {
      try {
        listener(state);
      } catch (error) {
        this.#threw(error);
      }
    }
  }
}
