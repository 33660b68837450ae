/** The programs of a world: servers that can be killed, frozen and recycled, and clients with a channel. */
import { ChannelCore, type ChannelOptions } from '#client';
import { Timers } from '#drive';
import type { MethodKind } from '#grpc';
import { ServerCore, type ServerOptions } from '#server';
import type { Address, Listening } from '#transport';
import type { Ledger } from '../check/ledger.ts';
import type { SimHost } from '../network/host.ts';
import type { SimNetwork } from '../network/network.ts';
import type { Prng } from '../prng.ts';
import { Process } from '../process.ts';
import type { World } from '../world.ts';
import { pathOf } from './caller.ts';
import { simCompression } from './compression.ts';
import { Responder } from './responder.ts';

export const PORT = 50_051;
/** Monotonic clocks begin anywhere within 50 days. */
const ORIGIN_MAX_MS = 4_300_000_000;
const LISTEN_AGAIN_MS = 500;
const KINDS: readonly MethodKind[] = ['unary', 'client-streaming', 'server-streaming', 'bidi-streaming'];

/** One run of a server program. A restart makes another one. */
export interface Incarnation {
  readonly process: Process;
  readonly timers: Timers;
  readonly core: ServerCore;
  listening: Listening | undefined;
  /** When it was asked to go, and how long calls had then; world time. */
  shutdownMs: number;
  graceMs: number;
  /** Its shutdown is complete. */
  isDone: boolean;
}

export interface ServerProgramOptions {
  readonly name: string;
  readonly network: SimNetwork;
  readonly ledger: Ledger;
  readonly address: string;
  readonly options: ServerOptions;
}

export class ServerProgram {
  readonly name: string;
  readonly address: string;
  readonly options: ServerOptions;
  /** All runs so far, the present one last. */
  readonly incarnations: Incarnation[] = [];
  readonly #network: SimNetwork;
  readonly #ledger: Ledger;
  readonly #world: World;
  readonly #host: SimHost;

  constructor({ name, network, ledger, address, options }: ServerProgramOptions) {
    this.name = name;
    this.address = address;
    this.options = options;
    this.#network = network;
    this.#ledger = ledger;
    this.#world = network.world;
    this.#host = network.host(address);
    this.start();
  }

  get host(): SimHost {
    return this.#host;
  }

  get present(): Incarnation {
    return this.incarnations[this.incarnations.length - 1]!;
  }

  start(): void {
    const name = `${this.name}.${this.incarnations.length + 1}`;
    const chance = this.#world.chance.fork('server').fork(name);
    const process = new Process(this.#world, name, chance.between(0, ORIGIN_MAX_MS));
    const timers = new Timers(process);
    const compressions = [simCompression(process, chance.fork('compression'))];
    const core = new ServerCore(this.options, {
      clock: process,
      timers,
      chance: chance.fork('core').next,
      compressions,
    });
    for (const kind of KINDS) {
      core.handle(pathOf(kind), new Responder(kind, this.#ledger, process, chance.fork(kind)));
    }
    const shutdownMs = Number.POSITIVE_INFINITY;
    const self: Incarnation = { process, timers, core, listening: undefined, shutdownMs, graceMs: 0, isDone: false };
    this.incarnations.push(self);
    process.run(() => this.#listen(self));
  }

  #listen(self: Incarnation): void {
    const { process, core } = self;
    const address: Address = { kind: 'tcp', host: this.address, port: PORT };
    this.#host.acceptor(process).listen(
      address,
      (link) => core.accept(link),
      (attempt) => {
        if (attempt.kind === 'ok') self.listening = attempt.value;
        // The one before it is frozen and still holds the port: supervisors try again.
        else process.at(process.now() + LISTEN_AGAIN_MS, () => this.#listen(self));
      },
    );
  }

  /** Closes the listener, asks the clients to go, and gives calls so much time. */
  drain(graceMs: number): void {
    const self = this.present;
    if (!self.process.alive || self.shutdownMs !== Number.POSITIVE_INFINITY) return;
    self.shutdownMs = this.#world.now();
    self.graceMs = graceMs;
    self.process.run(() => {
      self.listening?.close(() => {});
      self.core.shutdown(graceMs, () => {
        self.isDone = true;
      });
    });
  }

  /** The program dies: its system closes the connections (FIN or RST), or the machine forgets them (RST). */
  kill(forgets: boolean): void {
    const { process } = this.present;
    if (!process.alive) return;
    this.#world.digest.text(`kill ${process.name}`);
    process.kill();
    if (forgets) this.#network.resetAll(process);
    else this.#network.closeAll(process);
  }
}

export interface ClientProgramOptions {
  readonly id: number;
  readonly network: SimNetwork;
  readonly target: string;
  readonly options: ChannelOptions;
}

export class ClientProgram {
  readonly id: number;
  readonly process: Process;
  readonly timers: Timers;
  readonly chance: Prng;
  readonly channel: ChannelCore;
  readonly options: ChannelOptions;
  readonly target: string;
  isDone = false;

  constructor({ id, network, target, options }: ClientProgramOptions) {
    const { world } = network;
    this.id = id;
    this.options = options;
    this.target = target;
    this.chance = world.chance.fork('client').fork(id);
    this.process = new Process(world, `client ${id}`, this.chance.between(0, ORIGIN_MAX_MS));
    this.timers = new Timers(this.process);
    const host = network.host(`10.0.1.${id}`);
    this.channel = new ChannelCore(target, options, {
      clock: this.process,
      timers: this.timers,
      chance: this.chance.fork('core').next,
      dialer: host.dialer(this.process),
      names: host.names(this.process),
      compressions: [simCompression(this.process, this.chance.fork('compression'))],
    });
  }

  shutdown(): void {
    this.process.run(() => {
      this.channel.shutdown(() => {
        this.isDone = true;
      });
    });
  }
}
