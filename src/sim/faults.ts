/** What goes wrong in a world: each kind plans its moments, and takes back what it did when faults end. */
import type { SimNetwork } from './network/network.ts';
import type { Wire } from './network/wire.ts';
import type { Prng } from './prng.ts';
import type { ClientProgram, ServerProgram } from './workload/programs.ts';

export type FaultKind =
  | 'cut'
  | 'close'
  | 'swallow'
  | 'stall'
  | 'refuse'
  | 'black-hole'
  | 'slow'
  | 'mute'
  | 'name-fails'
  | 'name-moves'
  | 'kill'
  | 'recycle'
  | 'freeze-server'
  | 'freeze-client';

/** The world as faults see it. */
export interface Scene {
  readonly network: SimNetwork;
  readonly servers: readonly ServerProgram[];
  readonly clients: readonly ClientProgram[];
  readonly hostName: string;
  readonly chance: Prng;
  /** Faults happen until then. */
  readonly untilMs: number;
  /** Reported with the verdict. */
  readonly log: string[];
}

type Plan = (scene: Scene, chance: Prng) => void;

const plans: Readonly<Record<FaultKind, Plan>> = {
  cut: onWires((wire, chance) => wire.cut(chance.pick(['client', 'server', 'both']))),
  close: onWires((wire, chance) => wire.close(chance.pick(['client', 'server', 'both']))),
  swallow: onWires((wire, chance) => wire.swallow(chance.pick(['client', 'server', 'both', 'both']))),
  stall: onWires((wire, chance) => wire.stall(chance.pick(['client', 'server', 'both']), chance.magnitude(10, 10_000))),
  refuse: onHosts(({ host }) => {
    host.welcome = { kind: 'refuse' };
  }),
  'black-hole': onHosts(({ host }) => {
    host.welcome = { kind: 'swallow' };
  }),
  slow: onHosts(({ host }, chance) => {
    host.welcome = { kind: 'slow', byMs: chance.magnitude(100, 30_000) };
  }),
  mute: onHosts(({ host }) => {
    host.welcome = { kind: 'mute' };
  }),
  'name-fails': (scene, chance) => {
    const { names } = scene.network;
    for (const atMs of moments(scene, chance)) {
      at(scene, atMs, () => {
        scene.log.push('name-fails');
        names.fail(scene.hostName, chance.pick(['name-not-found', 'name-lookup-failed']));
      });
      at(scene, atMs + chance.exponential(3_000), () => names.mend(scene.hostName));
    }
    at(scene, scene.untilMs, () => names.mend(scene.hostName));
  },
  'name-moves': (scene, chance) => {
    const all = scene.servers.map(({ address }) => address);
    for (const atMs of moments(scene, chance)) {
      at(scene, atMs, () => {
        scene.log.push('name-moves');
        const kept = all.filter(() => chance.chance(0.5));
        scene.network.names.set(scene.hostName, kept.length > 0 ? kept : all);
      });
    }
    at(scene, scene.untilMs, () => scene.network.names.set(scene.hostName, all));
  },
  kill: onServers((server, chance) => server.kill(chance.chance(0.5))),
  recycle: onServers((server, chance) => server.drain(chance.pick([0, 50, 5_000, 600_000]))),
  'freeze-server': (scene, chance) => {
    for (const atMs of moments(scene, chance)) {
      const server = chance.pick(scene.servers);
      const forMs = chance.magnitude(10, 30_000);
      at(scene, atMs, () => {
        scene.log.push(`freeze ${server.name} ${forMs}`);
        server.present.process.freeze(forMs);
      });
    }
  },
  'freeze-client': (scene, chance) => {
    for (const atMs of moments(scene, chance)) {
      const client = chance.pick(scene.clients);
      const forMs = chance.magnitude(10, 30_000);
      at(scene, atMs, () => {
        scene.log.push(`freeze client ${client.id} ${forMs}`);
        client.process.freeze(forMs);
      });
    }
  },
};

export const faultKinds = Object.keys(plans) as readonly FaultKind[];

export function planFaults(scene: Scene, kinds: readonly FaultKind[]): void {
  for (const kind of kinds) plans[kind](scene, scene.chance.fork(kind));
}

function at(scene: Scene, atMs: number, task: () => void): void {
  scene.network.world.at(Math.min(atMs, scene.untilMs), task);
}

function moments(scene: Scene, chance: Prng): number[] {
  return Array.from({ length: chance.int(1, 3) }, () => chance.between(0, scene.untilMs));
}

/** A part of the connections is hit at some time of their lives. */
function onWires(hit: (wire: Wire, chance: Prng) => void): Plan {
  return (scene, chance) => {
    const { network } = scene;
    const part = chance.pick([0.1, 0.3, 0.7]);
    const meanMs = chance.magnitude(1, 3_000);
    const before = network.onWire;
    network.onWire = (wire) => {
      before?.(wire);
      if (!chance.chance(part)) return;
      const atMs = network.world.now() + chance.exponential(meanMs);
      if (atMs > scene.untilMs) return;
      at(scene, atMs, () => {
        if (!wire.isGone) hit(wire, chance);
      });
    };
  };
}

/** A server's machine treats those who dial badly for a while. */
function onHosts(hit: (server: ServerProgram, chance: Prng) => void): Plan {
  return (scene, chance) => {
    for (const atMs of moments(scene, chance)) {
      const server = chance.pick(scene.servers);
      at(scene, atMs, () => {
        hit(server, chance);
        scene.log.push(`${server.name} ${server.host.welcome.kind}`);
      });
      at(scene, atMs + chance.exponential(5_000), () => {
        server.host.welcome = { kind: 'normal' };
      });
    }
    at(scene, scene.untilMs, () => {
      for (const { host } of scene.servers) host.welcome = { kind: 'normal' };
    });
  };
}

/** A server goes, and comes back after a while. */
function onServers(hit: (server: ServerProgram, chance: Prng) => void): Plan {
  return (scene, chance) => {
    for (const atMs of moments(scene, chance)) {
      const server = chance.pick(scene.servers);
      at(scene, atMs, () => {
        scene.log.push(`${server.name} goes`);
        hit(server, chance);
      });
      at(scene, atMs + chance.exponential(1_000), () => revive(server));
    }
    at(scene, scene.untilMs, () => {
      for (const server of scene.servers) revive(server);
    });
  };
}

function revive(server: ServerProgram): void {
  const { process, shutdownMs } = server.present;
  if (!process.alive || shutdownMs !== Number.POSITIVE_INFINITY) server.start();
}
