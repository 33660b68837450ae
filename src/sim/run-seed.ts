/** One world from its seed to its verdict. */
import { type Frame, FrameType } from '#h2';
import { type TraceEvent, Tracer } from '#trace';
import { type Excuses, judgeCall } from './check/judge.ts';
import { Ledger } from './check/ledger.ts';
import { WindowWatch } from './check/windows.ts';
import { planFaults } from './faults.ts';
import { SimNetwork } from './network/network.ts';
import type { Wire } from './network/wire.ts';
import { Prng } from './prng.ts';
import { type Scenario, scenarioOf } from './scenario.ts';
import { Caller } from './workload/caller.ts';
import { ClientProgram, PORT, ServerProgram } from './workload/programs.ts';
import { type RunEnd, World } from './world.ts';

export interface Verdict {
  readonly seed: number;
  /** What is wrong; empty for a good world. */
  readonly problems: readonly string[];
  /** The fingerprint of the whole run. */
  readonly digest: string;
  readonly healthy: boolean;
  readonly calls: number;
  readonly succeeded: number;
  /** Failed calls by origin. */
  readonly failures: ReadonlyMap<string, number>;
  /** What went wrong in the world, in order. */
  readonly faults: readonly string[];
  readonly simulatedMs: number;
  readonly steps: number;
}

/** Ways into a world, for tests that break something on purpose. */
export interface RunHooks {
  /** Sees the trace of all connections. */
  readonly onTrace?: ((event: TraceEvent) => void) | undefined;
  /** Called when everything is built and nothing has run. */
  readonly onBuilt?: ((stage: Stage) => void) | undefined;
}

export interface Stage {
  readonly world: World;
  readonly network: SimNetwork;
  readonly ledger: Ledger;
  readonly servers: readonly ServerProgram[];
  readonly clients: readonly ClientProgram[];
}

const HOST_NAME = 'orders';
/**
 * After faults end, calls have this long: TCP gives up after 15.4 minutes, and a server's keepalive of 2 hours may be what finds
 * a dead client.
 */
const PATIENCE_MS = 3 * 3_600_000;
/** The grace of the servers' shutdown at the end, and the time for everything to be closed. */
const GRACE_MS = 1_000;
const CLOSING_MS = 3 * 3_600_000;

/** Clients that lose their connections together must not storm the name servers (grpc-go and grpc-js wait as long). */
const LOOKUP_GAP_MS = 29_990;

/** Runs the world of this seed. */
export function runSeed(seed: number, hooks: RunHooks = {}): Verdict {
  return new Run(seed, scenarioOf(new Prng(seed).fork('scenario')), hooks).verdict();
}

class Run {
  readonly #seed: number;
  readonly #scenario: Scenario;
  readonly #world: World;
  readonly #network: SimNetwork;
  readonly #ledger: Ledger;
  readonly #windows = new WindowWatch();
  readonly #servers: readonly ServerProgram[];
  readonly #clients: readonly ClientProgram[];
  readonly #faults: string[] = [];
  readonly #hooks: RunHooks;

  constructor(seed: number, scenario: Scenario, hooks: RunHooks) {
    this.#seed = seed;
    this.#scenario = scenario;
    this.#hooks = hooks;
    this.#world = new World({ seed });
    this.#ledger = new Ledger(this.#world);
    const tracer = new Tracer((event) => this.#event(event));
    const { paths } = scenario;
    const pathOf = (from: string, to: string) => paths[(lastNumber(from) + lastNumber(to)) % paths.length]!;
    this.#network = new SimNetwork(this.#world, pathOf, tracer);
    const network = this.#network;
    const ledger = this.#ledger;
    this.#servers = scenario.servers.map((options, at) => {
      return new ServerProgram({ name: `server ${at + 1}`, network, ledger, address: `10.0.2.${at + 1}`, options });
    });
    const addresses = this.#servers.map(({ address }) => address);
    network.names.set(HOST_NAME, addresses);
    this.#clients = scenario.channels.map(({ target, options }, at) => {
      const list = addresses.map((address) => `${address}:${PORT}`).join(',');
      return new ClientProgram({
        id: at + 1,
        network,
        target: target === 'name' ? `dns:///${HOST_NAME}:${PORT}` : `ipv4:${list}`,
        options,
      });
    });
    this.#planCalls();
    const scene = { network, servers: this.#servers, clients: this.#clients, hostName: HOST_NAME };
    const chance = this.#world.chance.fork('faults');
    planFaults({ ...scene, chance, untilMs: scenario.busyMs, log: this.#faults }, scenario.faults);
    hooks.onBuilt?.({ world: this.#world, network, ledger, servers: this.#servers, clients: this.#clients });
  }

  verdict(): Verdict {
    this.#go(this.#scenario.busyMs);
    // Faults are over: from here on every call must end, also those that a frozen client has yet to begin.
    const { calls } = this.#ledger;
    const isOver = (): boolean =>
      calls.size === this.#scenario.calls.length && [...calls.values()].every(({ result }) => result !== undefined);
    for (let pastMs = 0; pastMs < PATIENCE_MS && !isOver(); pastMs += 60_000) this.#go(this.#world.now() + 60_000);
    this.#go(this.#world.now() + 5_000);
    this.#judgeCalls();
    this.#judgeWindows();
    this.#closeAll();
    this.#network.end();
    return this.#sum();
  }

  #planCalls(): void {
    for (const { plan, atMs, client } of this.#scenario.calls) {
      const program = this.#clients[client - 1]!;
      this.#world.at(atMs, () =>
        program.process.run(() => {
          const record = this.#ledger.begin(plan, client);
          new Caller(this.#ledger, record, program.process, program.chance.fork('call').fork(plan.id)).begin(
            program.channel,
          );
        }),
      );
    }
  }

  #go(untilMs: number): void {
    const end: RunEnd = this.#world.run(untilMs);
    if (end === 'livelock' || end === 'steps') this.#ledger.problem(`the world does not come to rest: ${end}`);
  }

  #event(event: TraceEvent): void {
    this.#windows.event(event);
    this.#hooks.onTrace?.(event);
    if (event.kind === 'violation') {
      const { by, rule, stream, detail, connection } = event;
      this.#ledger.problem(`the ${by} broke ${rule} on connection ${connection}, stream ${stream}: ${detail}`);
    }
    if (event.kind === 'frame' && isTooManyPings(event.frame) && !this.#disturbsTime) {
      this.#ledger.problem(`the server of connection ${event.connection} was pinged too often`);
    }
  }

  /** PINGs that were held up arrive together. */
  get #disturbsTime(): boolean {
    return this.#scenario.faults.some(
      (kind) => kind === 'stall' || kind === 'freeze-server' || kind === 'freeze-client',
    );
  }

  #judgeCalls(): void {
    const { calls, faults } = this.#scenario;
    const excuses: Excuses = {
      faults: faults.length > 0,
      refusals: calls.some(({ plan }) => plan.cancelMs !== undefined || plan.timeoutMs !== undefined),
      connection: (client, port) => this.#excuse(client, port),
      late: faults.includes('freeze-client'),
    };
    for (const record of this.#ledger.calls.values()) judgeCall(record, this.#ledger, excuses);
  }

  /** What was done to the connection that this client has, or had, at this port. */
  #excuse(client: number, port: number): string | undefined {
    const address = `10.0.1.${client}`;
    const wire = this.#network.wires.find(({ client: { local } }) => {
      return local.kind === 'tcp' && local.host === address && local.port === port;
    });
    if (wire === undefined) return undefined;
    if (wire.faults.length > 0) return wire.faults[0];
    return this.#serverExcuse(wire);
  }

  #serverExcuse(wire: Wire): string | undefined {
    const { faults } = this.#scenario;
    for (const { incarnations, options } of this.#servers) {
      for (const { process, shutdownMs, graceMs } of incarnations) {
        if (process !== wire.server.process) continue;
        if (!process.alive) return 'killed';
        if (shutdownMs + graceMs <= this.#world.now()) return 'the grace of its shutdown was over';
        if ((options.maxConnectionAgeGraceMs ?? Number.POSITIVE_INFINITY) < 3_600_000)
          return 'the grace of its age was over';
      }
    }
    // Whoever does nothing for seconds does not answer PINGs and SETTINGS in time.
    return faults.some((kind) => kind === 'freeze-server' || kind === 'freeze-client') ? 'frozen' : undefined;
  }

  #judgeWindows(): void {
    for (const wire of this.#network.live) {
      if (wire.faults.length > 0 || this.#disturbsTime) continue;
      const leak = this.#windows.leak(wire.id);
      if (leak !== undefined) this.#ledger.problem(leak);
    }
  }

  /** Everybody goes, and nothing may stay. */
  #closeAll(): void {
    for (const client of this.#clients) client.shutdown();
    for (const server of this.#servers) server.drain(GRACE_MS);
    this.#go(this.#world.now() + CLOSING_MS);
    const gapMs = this.#network.names.shortestGapMs;
    this.#ledger.expect(
      gapMs >= LOOKUP_GAP_MS,
      () => `a name was looked up again ${Math.round(gapMs)} ms after an answer`,
    );
    for (const { id, isDone, timers, channel } of this.#clients) {
      const { keptBytes } = channel.retryBytes;
      this.#ledger.expect(keptBytes === 0, () => `client ${id} keeps ${keptBytes} octets for retries`);
      this.#ledger.expect(isDone, () => `the shutdown of client ${id} is not complete (${channel.state})`);
      this.#ledger.expect(timers.size === 0, () => `client ${id} has ${timers.size} timers left`);
    }
    for (const server of this.#servers) for (const one of server.incarnations) this.#judgeServer(one);
    for (const wire of this.#network.live) {
      // What no program ever took is the system's.
      const left = [wire.client, wire.server].filter(({ isClosed, isLeft }) => !isClosed && !isLeft);
      if (left.length === 0) continue;
      const open = left.map(({ process }) => process.name);
      this.#ledger.problem(`connection ${wire.id} is still open at ${open.join(' and ')} (${wire.faults.join(', ')})`);
    }
  }

  #judgeServer({ process, timers, core, isDone }: ServerProgram['incarnations'][number]): void {
    if (!process.alive) return;
    const { connections, calls, partialMessageBytes } = core.stats;
    this.#ledger.expect(isDone, () => `the shutdown of ${process.name} is not complete`);
    this.#ledger.expect(timers.size === 0, () => `${process.name} has ${timers.size} timers left`);
    this.#ledger.expect(connections.open === 0, () => `${process.name} has ${connections.open} connections left`);
    this.#ledger.expect(calls.running === 0, () => `${process.name} has ${calls.running} calls left`);
    this.#ledger.expect(partialMessageBytes === 0, () => `${process.name} keeps ${partialMessageBytes} octets`);
  }

  #sum(): Verdict {
    const failures = new Map<string, number>();
    let succeeded = 0;
    for (const { result } of this.#ledger.calls.values()) {
      if (result?.failure === undefined) succeeded++;
      else failures.set(result.failure.origin, (failures.get(result.failure.origin) ?? 0) + 1);
    }
    for (const { id, faults } of this.#network.wires)
      for (const fault of faults) this.#faults.push(`${fault} of ${id}`);
    return {
      seed: this.#seed,
      problems: this.#ledger.problems,
      digest: this.#world.digest.hex,
      healthy: this.#scenario.faults.length === 0,
      calls: this.#ledger.calls.size,
      succeeded,
      failures,
      faults: this.#faults,
      simulatedMs: this.#world.now(),
      steps: this.#world.steps,
    };
  }
}

function isTooManyPings(frame: Frame): boolean {
  return frame.type === FrameType.GOAWAY && 'debugData' in frame && frame.debugData === 'too_many_pings';
}

/** `10.0.2.7`: 7. */
function lastNumber(address: string): number {
  return Number(address.slice(address.lastIndexOf('.') + 1));
}
