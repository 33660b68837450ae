/** Hosts, names and the connections between them, in virtual time. */
import type { Side } from '#base';
import type { FlowSink } from '#trace';
import { type Address, type Attempt, type Cancel, formatAddress, type Link, type LinkFault } from '#transport';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import { type Listener, SimHost } from './host.ts';
import { SimNames } from './names.ts';
import { type Path, plainPath } from './path.ts';
import type { Mangle } from './pipe.ts';
import { Wire } from './wire.ts';

/** A SYN is repeated after these times, and given up after the last (Linux: tcp_syn_retries = 6). */
const SYN_REPEATS_MS: readonly number[] = [1_000, 3_000, 7_000, 15_000, 31_000, 63_000];
const SYN_GIVE_UP_MS = 127_000;

/** An attempt to connect, until it is decided. */
interface Dial {
  readonly from: SimHost;
  readonly process: Process;
  readonly to: SimHost;
  readonly address: Address;
  readonly beganMs: number;
  readonly done: (attempt: Attempt<Link>) => void;
  cancelled: boolean;
  wire: Wire | undefined;
}

export class SimNetwork {
  readonly world: World;
  readonly names: SimNames;
  /** Every connection there was. */
  readonly wires: Wire[] = [];
  /** Attempts to connect that were begun, and those that the network refused or let die. */
  dials = 0;
  dialFaults = 0;
  /** Called when a connection comes about, before either program knows of it: faults are planned here. */
  onWire: ((wire: Wire) => void) | undefined = undefined;
  /** For tests of the checkers: what becomes of the octets of connections made from now on. */
  mangle: ((connection: number, from: Side) => Mangle) | undefined = undefined;
  readonly #tap: FlowSink | undefined;
  readonly #path: (from: string, to: string) => Path;
  readonly #hosts = new Map<string, SimHost>();
  readonly #live = new Set<Wire>();
  #packets = 0;

  constructor(world: World, path: Path | ((from: string, to: string) => Path) = plainPath, tap?: FlowSink) {
    this.world = world;
    this.names = new SimNames(world);
    this.#path = typeof path === 'function' ? path : () => path;
    this.#tap = tap;
  }

  /** The machine with this IP address; there is one as soon as it is asked for. */
  host(address: string): SimHost {
    let host = this.#hosts.get(address);
    if (host === undefined) {
      host = new SimHost(this, address);
      this.#hosts.set(address, host);
    }
    return host;
  }

  /** Connections of which at least one end is open. */
  get live(): ReadonlySet<Wire> {
    return this.#live;
  }

  /** What the system does when a program ends: every connection is closed (FIN, or RST if octets were unread). */
  closeAll(process: Process): void {
    for (const wire of this.#live) {
      for (const link of [wire.client, wire.server]) {
        if (link.process !== process || link.isClosed) continue;
        wire.faults.push('killed');
        link.destroy();
      }
    }
  }

  /** The machine lost its memory: its connections are reset, at both ends. */
  resetAll(process: Process): void {
    for (const wire of this.#live) {
      if (wire.client.process === process || wire.server.process === process) wire.cut('both');
    }
  }

  /** No more will happen: tells the tap. */
  end(): void {
    for (const wire of this.#live) wire.end();
  }

  /** For `SimHost.dialer`. */
  dial(from: SimHost, process: Process, address: Address, done: (attempt: Attempt<Link>) => void): Cancel {
    this.dials++;
    const to = this.host(address.kind === 'tcp' ? address.host : from.address);
    const beganMs = this.world.now();
    const dial: Dial = { from, process, to, address, beganMs, done, cancelled: false, wire: undefined };
    this.#sendSyn(dial, 0);
    return () => {
      if (dial.cancelled) return;
      dial.cancelled = true;
      dial.wire?.client.destroy();
    };
  }

  #sendSyn(dial: Dial, repeat: number): void {
    if (dial.cancelled || !dial.process.alive) return;
    const path = this.#pathOf(dial);
    const { welcome } = dial.to;
    this.world.digest.text(`syn ${formatAddress(dial.address)} ${welcome.kind}`);
    if (welcome.kind === 'swallow') {
      const nextMs = SYN_REPEATS_MS[repeat];
      if (nextMs !== undefined) this.world.at(dial.beganMs + nextMs, () => this.#sendSyn(dial, repeat + 1));
      else this.#fail(dial, dial.beganMs + SYN_GIVE_UP_MS, timedOut(dial.address));
      return;
    }
    this.world.after(path.latencyMs, () => this.#takeSyn(dial, path));
  }

  #takeSyn(dial: Dial, path: Path): void {
    const listener = dial.to.listener(dial.address);
    const { welcome } = dial.to;
    if (listener === undefined || welcome.kind === 'refuse') {
      this.#fail(dial, this.world.now() + path.latencyMs, refused(dial.address));
      return;
    }
    const slowMs = welcome.kind === 'slow' ? welcome.byMs : 0;
    this.world.after(path.latencyMs, () => this.#establish(dial, listener, path, slowMs));
  }

  /** The SYN-ACK is back. Handshakes on top of the connection are only time here. */
  #establish(dial: Dial, listener: Listener, path: Path, slowMs: number): void {
    if (dial.cancelled || !dial.process.alive) return;
    const { from, process, address, to } = dial;
    const client: Address = { kind: 'tcp', host: from.address, port: from.nextPort() };
    const id = this.wires.length + 1;
    const { mangle } = this;
    const wire = new Wire({
      id,
      world: this.world,
      path,
      client: { process, address: client },
      server: { process: listener.process, address },
      tap: this.#tap,
      packet: () => ++this.#packets,
      mangle: mangle === undefined ? undefined : (side) => mangle(id, side),
      gone: () => this.#live.delete(wire),
    });
    this.wires.push(wire);
    this.#live.add(wire);
    dial.wire = wire;
    this.onWire?.(wire);
    const handshakeMs = path.handshakeTrips * 2 * path.latencyMs + slowMs;
    this.world.after(handshakeMs, () => {
      if (dial.cancelled) return;
      process.run(() => {
        if (dial.cancelled) return;
        dial.cancelled = true;
        dial.done({ kind: 'ok', value: wire.client });
      });
    });
    this.world.after(handshakeMs + path.latencyMs, () => {
      if (!listener.process.alive) wire.server.destroy();
      else if (to.welcome.kind === 'mute') wire.leave();
      else listener.process.run(() => listener.accept(wire.server));
    });
  }

  #fail(dial: Dial, atMs: number, fault: LinkFault): void {
    this.dialFaults++;
    this.world.at(atMs, () => {
      if (dial.cancelled) return;
      dial.process.run(() => {
        if (dial.cancelled) return;
        dial.cancelled = true;
        dial.done({ kind: 'fault', fault });
      });
    });
  }

  #pathOf(dial: Dial): Path {
    return this.#path(dial.from.address, dial.to.address);
  }
}

function refused(address: Address): LinkFault {
  return { kind: 'refused', code: 'ECONNREFUSED', text: `${formatAddress(address)} refused the connection.` };
}

function timedOut(address: Address): LinkFault {
  return { kind: 'timed-out', code: 'ETIMEDOUT', text: `${formatAddress(address)} did not answer for 127 s.` };
}
