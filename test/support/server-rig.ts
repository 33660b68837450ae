/** A server core in virtual time, with handlers that tests look into, and clients made of frames. */
import { fromLatin1, toLatin1 } from '#base';
import { Timers } from '#drive';
import type { MethodKind } from '#grpc';
import {
  type CallCancel,
  type ServerCall,
  type ServerCallListener,
  ServerCore,
  type ServerEvent,
  type ServerOptions,
} from '#server';
import type { Compression } from '#transport';
import { Attacker, type Fields } from './attacker.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What a handler saw of one call, and the call itself for the test to go on with. */
export class Seat implements ServerCallListener {
  readonly call: ServerCall;
  readonly log: string[] = [];
  readonly cancels: CallCancel[] = [];
  onMessage: ((bytes: Uint8Array) => void) | undefined = undefined;

  constructor(call: ServerCall) {
    this.call = call;
  }

  message(bytes: Uint8Array): void {
    this.log.push(bytes.length > 40 ? `message of ${bytes.length}` : `message ${toLatin1(bytes)}`);
    this.onMessage?.(bytes);
  }
  halfClosed(): void {
    this.log.push('half-closed');
  }
  writable(): void {
    this.log.push('writable');
  }
  cancelled(why: CallCancel): void {
    this.log.push(`cancelled ${why.kind}`);
    this.cancels.push(why);
  }
}

export class ServerRig {
  readonly clock = new VirtualClock();
  readonly timers = new Timers(this.clock);
  readonly events: ServerEvent[] = [];
  readonly core: ServerCore;
  /** The calls of the `seat` handlers, in the order in which they came. */
  readonly seats: Seat[] = [];

  constructor(options: ServerOptions = {}, compressions: readonly Compression[] = [], chance = 0.5) {
    this.core = new ServerCore(
      { onEvent: (event) => this.events.push(event), ...options },
      { clock: this.clock, timers: this.timers, chance: () => chance, compressions },
    );
  }

  /** A unary method that answers with what it got. */
  echo(path = '/test.Echo/Unary'): this {
    this.core.handle(path, {
      kind: 'unary',
      start: (call) => {
        call.pull(1);
        return {
          message: (bytes) => {
            call.send(bytes);
            call.end(0);
          },
          halfClosed() {},
          cancelled: () => call.end(1),
        };
      },
    });
    return this;
  }

  /** A method whose calls do nothing by themselves: tests take them out of `seats`. */
  seat(kind: MethodKind, path = '/test.Seat/Call', begin?: (call: ServerCall) => void): this {
    this.core.handle(path, {
      kind,
      start: (call) => {
        const seat = new Seat(call);
        this.seats.push(seat);
        begin?.(call);
        return seat;
      },
    });
    return this;
  }

  get last(): Seat {
    const seat = this.seats.at(-1);
    if (seat === undefined) throw new Error('no call came');
    return seat;
  }

  /** A client whose connection is made; with `begin` it has sent its preface. */
  client(begin = true): Attacker {
    const client = new Attacker(this.clock);
    this.core.accept(client.link);
    this.clock.settle();
    return begin ? client.preface() : client;
  }

  settle(): this {
    this.clock.settle();
    return this;
  }

  rules(): string[] {
    return this.events.flatMap((event) => ('rule' in event ? [event.rule] : []));
  }
}

export const text = (bytes: string): Uint8Array => fromLatin1(bytes);

/** A browser's request. */
export const GET: Fields = { ':method': 'GET', ':scheme': 'http', ':path': '/', ':authority': 'svc' };
