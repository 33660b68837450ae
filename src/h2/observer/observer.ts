/**
 * Watches an HTTP/2 connection from between its ends: reads both directions, keeps streams, windows and settings as both
 * ends see them, and judges both sides by the rules. It answers nobody and never throws, whatever the octets are.
 *
 * What cannot be known is not judged: frames that may have crossed each other, streams whose opening was not seen, windows
 * after a loss. A healthy connection yields no violation, however late the observer joined and whatever it missed.
 */
import type { Side } from '#base';
import type { SettingEntry } from '../frames/frame.ts';
import { streamStates } from '../stream/state.ts';
import { Half } from './half.ts';
import { applySettings } from './handlers/connection-frames.ts';
import { Session } from './session.ts';
import type { LossPlace, ObserverSink } from './sink.ts';

export class Observer {
  readonly #session: Session;
  readonly #client: Half;
  readonly #server: Half;

  constructor(sink: ObserverSink) {
    this.#session = new Session(sink);
    this.#client = new Half(this.#session, this.#session.client);
    this.#server = new Half(this.#session, this.#session.server);
  }

  /** What `side` sent before the next octets was not seen: no preface, no table, no windows. Before any of its octets. */
  joinMiddle(side: Side): void {
    this.#half(side).joinMiddle();
  }

  /**
   * The connection began as HTTP/1.1 with `Upgrade: h2c`: its request is stream 1, half-closed by the client, and the
   * HTTP2-Settings field holds from the start (RFC 7540 §3.2). The preface of the client still follows.
   */
  upgrade(settings: readonly SettingEntry[]): void {
    const { client, streams } = this.#session;
    client.settings.impose(settings);
    applySettings(this.#session, client);
    const stream = streams.hold(1, streamStates['half-closed-client']);
    stream.client.part = 'content';
    stream.openedAt = 1;
  }

  /** Octets that `from` sent. Their cuts matter only to the search for a boundary after a loss. */
  receive(from: Side, bytes: Uint8Array, start: number, end: number): void {
    this.#half(from).receive(bytes, start, end);
  }

  /** What the next `length` octets of `from` belong to, if no frame is missing with them. */
  lacksWithin(from: Side, length: number): LossPlace | undefined {
    return this.#half(from).lacksWithin(length);
  }

  /** `length` octets of `from` are missing for ever. */
  gap(from: Side, length: number): void {
    this.#half(from).gap(length);
  }

  /** Lets go of what only makes it faster, and of streams that have ended: frames that come late for those are not judged. */
  rest(): void {
    const { streams, client, server } = this.#session;
    streams.rest();
    client.rest();
    server.rest();
  }

  /** Nothing more will come from `from`. */
  end(from: Side): void {
    this.#half(from).end();
  }

  #half(side: Side): Half {
    return side === 'client' ? this.#client : this.#server;
  }
}
