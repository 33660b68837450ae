/** One connection between two programs: two links, two pipes, what a passive watcher sees of it, and the faults it can have. */
import type { Endpoint, Side } from '#base';
import type { End, FlowHandler, FlowSink } from '#trace';
import type { Address } from '#transport';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { gaveUpOn, resetBy, SimLink } from './link.ts';
import type { Path } from './path.ts';
import { type Mangle, Pipe, type Segment } from './pipe.ts';

/** Which direction or end: `client` is the one that dialled, and the direction of what it sends. */
export type Reach = Side | 'both';

export interface WireOptions {
  readonly id: number;
  readonly world: World;
  readonly path: Path;
  readonly client: { readonly process: Process; readonly address: Address };
  readonly server: { readonly process: Process; readonly address: Address };
  /** Sees segments as they leave, as a capture at their sender would. */
  readonly tap: FlowSink | undefined;
  readonly packet: () => number;
  /** See `PipeEnds.mangle`. */
  readonly mangle: ((from: Side) => Mangle) | undefined;
  /** Both ends are closed. */
  readonly gone: (wire: Wire) => void;
}

export class Wire {
  readonly id: number;
  readonly client: SimLink;
  readonly server: SimLink;
  /** What was done to it, for checkers: an end of it needs no other explanation. */
  readonly faults: string[] = [];
  readonly #options: WireOptions;
  readonly #flow: FlowHandler | undefined;
  readonly #up: Pipe;
  readonly #down: Pipe;
  #lastTrafficMs: number;
  #gone = false;

  constructor(options: WireOptions) {
    const { id, world, path, client, server, tap } = options;
    this.id = id;
    this.#options = options;
    this.client = new SimLink(world, client.process, client.address, server.address);
    this.server = new SimLink(world, server.process, server.address, client.address);
    // Each direction of each connection draws for itself: what happens on one changes no other.
    const chance = world.chance.fork('wire').fork(id);
    this.#up = new Pipe(world, path, chance.fork('up'), this.#ends('a', this.client, this.server));
    this.#down = new Pipe(world, path, chance.fork('down'), this.#ends('b', this.server, this.client));
    const closed = (): void => this.#closed();
    this.client.attach({ outgoing: this.#up, incoming: this.#down, closed });
    this.server.attach({ outgoing: this.#down, incoming: this.#up, closed });
    this.#lastTrafficMs = world.now();
    const a = endpoint(client.address);
    const b = endpoint(server.address);
    this.#flow = tap?.opened({ a, b, handshake: 'seen' }, world.now(), options.packet());
    this.#flow?.established(world.now(), options.packet());
  }

  get isGone(): boolean {
    return this.#gone;
  }

  /** Somebody between them, or a system, resets it: these ends hear of it at once. */
  cut(reach: Reach): void {
    this.#note(`cut ${reach}`);
    const { world, packet } = this.#options;
    if (reach !== 'server') {
      this.#flow?.rst('b', undefined, undefined, world.now(), packet());
      this.client.fail(resetBy(this.client.remote));
    }
    if (reach !== 'client') {
      this.#flow?.rst('a', undefined, undefined, world.now(), packet());
      this.server.fail(resetBy(this.server.remote));
    }
  }

  /** Somebody between them ends it in peace, as load balancers do: these ends get a FIN, and RST if they send on. */
  close(reach: Reach): void {
    this.#note(`close ${reach}`);
    if (reach !== 'server') this.#down.abandon();
    if (reach !== 'client') this.#up.abandon();
  }

  /** What goes in this direction vanishes from now on, and nobody says so. */
  swallow(reach: Reach): void {
    this.#note(`swallow ${reach}`);
    if (reach !== 'server') {
      this.#up.swallow();
      this.#down.unhear();
    }
    if (reach !== 'client') {
      this.#down.swallow();
      this.#up.unhear();
    }
  }

  /** Nothing leaves in this direction for so long; nothing is lost. */
  stall(reach: Reach, forMs: number): void {
    this.#note(`stall ${reach} ${Math.round(forMs)}`);
    const untilMs = this.#options.world.now() + forMs;
    if (reach !== 'server') this.#up.stall(untilMs);
    if (reach !== 'client') this.#down.stall(untilMs);
  }

  /** The server's system has accepted it, and no program reads it. */
  leave(): void {
    this.#note('mute');
    this.server.leave();
  }

  /** The world is over. */
  end(): void {
    if (!this.#gone) this.#flow?.done('capture-ended', this.#options.world.now());
  }

  #note(fault: string): void {
    this.faults.push(fault);
    this.#options.world.digest.text(`${this.id} ${fault}`);
  }

  #ends(from: End, sender: SimLink, receiver: SimLink): ConstructorParameters<typeof Pipe>[3] {
    return {
      departed: (segment) => this.#departed(from, segment),
      arrived: (segment) => receiver.arrived(segment),
      drained: () => sender.drained(),
      finished: () => sender.finished(),
      gaveUp: () => sender.fail(gaveUpOn(sender.remote)),
      mangle: this.#options.mangle?.(from === 'a' ? 'client' : 'server'),
    };
  }

  #departed(from: End, segment: Segment): void {
    const { world, path, packet } = this.#options;
    const nowMs = world.now();
    if (nowMs - this.#lastTrafficMs > path.forgetMs) this.swallow('both');
    this.#lastTrafficMs = nowMs;
    world.digest.time(nowMs);
    world.digest.text(`${this.id}${from}${segment.kind}`);
    if (segment.kind === 'fin') this.#flow?.fin(from, nowMs, packet());
    else if (segment.kind === 'rst') this.#flow?.rst(from, undefined, undefined, nowMs, packet());
    else {
      const { bytes, start } = segment;
      world.digest.bytes(bytes, start, bytes.length);
      this.#flow?.bytes(from, bytes, start, bytes.length, nowMs, packet());
    }
  }

  #closed(): void {
    if (this.#gone || !this.client.isClosed || !this.server.isClosed) return;
    this.#gone = true;
    this.#flow?.done('closed', this.#options.world.now());
    this.#options.gone(this);
  }
}

function endpoint(address: Address): Endpoint {
  return address.kind === 'tcp' ? { address: address.host, port: address.port } : { address: address.path, port: 0 };
}
