/**
 * Nothing lost: 10,000 calls over 100 recyclings of their servers, in virtual time. Servers age, are restarted in turn with a
 * drain, and now and then a stalled link makes a client learn of the GOAWAY too late, so that its calls race with it. No
 * call may fail, except one that says that it may have been processed.
 */
import { expect, it } from 'vitest';
import {
  Caller,
  ClientProgram,
  Ledger,
  type Path,
  PORT,
  plainPath,
  planCall,
  ServerProgram,
  SimNetwork,
  type Taste,
  World,
} from '#sim';
import { Tracer } from '#trace';

const CALLS = 10_000;
const RECYCLINGS = 100;
const SERVERS = 4;
const CLIENTS = 8;
/** A restarted program listens again after this time. */
const GONE_MS = 100;
/** Longer than any call: nothing is cut. */
const GRACE_MS = 1_800_000;
/** Longer than the server waits for the acknowledgement of its drain PING (5 s): the last stream is named too early for the client. */
const LATE_MS = 7_000;

const taste: Taste = {
  cancels: 0,
  deadlines: 0,
  refusals: 0,
  mostBytes: 3_000,
  huge: 0,
  pauseMs: 2_500,
  waitForReady: 0,
  compress: false,
};

interface Count {
  readonly calls: number;
  readonly succeeded: number;
  readonly maybe: number;
  readonly lost: readonly string[];
  readonly retried: number;
  readonly connections: number;
  readonly mostInFlight: number;
  readonly problems: readonly string[];
}

/** One way to recycle. `late`: clients hear of GOAWAY late; `stepMs`: from one recycling to the next. */
interface Manner {
  readonly name: string;
  readonly late: boolean;
  readonly stepMs: number;
  readonly pauseMs: number;
  readonly inFlight: number;
}

const manners: readonly Manner[] = [
  { name: 'with servers that age and restart', late: false, stepMs: 500, pauseMs: 2_500, inFlight: 900 },
  { name: 'with GOAWAYs that come late', late: true, stepMs: 500, pauseMs: 2_500, inFlight: 900 },
  // Whole connections are recycled before they have answered anything, several in a row.
  { name: 'with a restart every 150 ms', late: false, stepMs: 150, pauseMs: 300, inFlight: 300 },
];

function run(seed: number, { late: race, stepMs, pauseMs }: Manner): Count {
  const world = new World({ seed });
  const { chance } = world;
  const path: Path = { ...plainPath, latencyMs: 20, jitterMs: 5, cut: 'packets' };
  let streams = 0;
  const tracer = new Tracer((event) => {
    if (event.kind === 'headers' && event.role === 'request') streams++;
  });
  const network = new SimNetwork(world, path, tracer);
  const ledger = new Ledger(world);
  const servers = Array.from({ length: SERVERS }, (_, at) => {
    const options = {
      maxConcurrentStreams: 100,
      maxConnectionAgeMs: 3_000,
      maxConnectionAgeGraceMs: GRACE_MS,
    };
    return new ServerProgram({ name: `server ${at + 1}`, network, ledger, address: `10.0.2.${at + 1}`, options });
  });
  const target = `ipv4:${servers.map(({ address }) => `${address}:${PORT}`).join(',')}`;
  const clients = Array.from({ length: CLIENTS }, (_, at) => {
    return new ClientProgram({ id: at + 1, network, target, options: { connections: { pooled: 4 } } });
  });
  const busyMs = RECYCLINGS * stepMs;
  const planning = chance.fork('calls');
  for (let id = 1; id <= CALLS; id++) {
    const client = clients[id % CLIENTS]!;
    world.at(planning.between(0, busyMs), () => {
      const record = ledger.begin(planCall(id, planning.fork(id), { ...taste, pauseMs }), client.id);
      client.process.run(() => {
        new Caller(ledger, record, client.process, client.chance.fork(id)).begin(client.channel);
      });
    });
  }
  for (let recycling = 0; recycling < RECYCLINGS; recycling++) {
    const server = servers[recycling % SERVERS]!;
    world.at((recycling + 0.5) * stepMs, () => {
      // Some clients hear of it late: what they send meanwhile arrives after the server has named its last stream.
      for (const wire of race ? network.live : []) {
        if (wire.server.process === server.present.process && chance.chance(0.3)) wire.stall('server', LATE_MS);
      }
      server.drain(GRACE_MS);
      world.after(GONE_MS, () => server.start());
    });
  }
  let mostInFlight = 0;
  for (let atMs = 0; atMs <= busyMs; atMs += 250) {
    expect(world.run(atMs)).not.toBe('livelock');
    const inFlight = [...ledger.calls.values()].filter(({ result }) => result === undefined).length;
    mostInFlight = Math.max(mostInFlight, inFlight);
  }
  world.run(busyMs + GRACE_MS);
  const lost: string[] = [];
  let succeeded = 0;
  let maybe = 0;
  for (const { plan, result, runs } of ledger.calls.values()) {
    if (runs.length > 1) ledger.problem(`call ${plan.id} ran ${runs.length} times`);
    const failure = result?.failure;
    if (result !== undefined && failure === undefined) succeeded++;
    else if (failure?.processed === 'maybe') maybe++;
    else lost.push(`call ${plan.id}: ${result?.message ?? 'it has not ended'}`);
  }
  const connections = network.wires.length;
  const retried = streams - CALLS;
  return {
    calls: ledger.calls.size,
    succeeded,
    maybe,
    lost,
    retried,
    connections,
    mostInFlight,
    problems: ledger.problems,
  };
}

for (const manner of manners) {
  it(manner.name, () => {
    const count = run(1, manner);
    const { calls, succeeded, maybe, lost, connections, mostInFlight, retried } = count;
    process.stdout.write(
      `nothing lost, ${manner.name}: ${calls} calls, at most ${mostInFlight} in flight, ${RECYCLINGS} recyclings, ` +
        `${connections} connections, ${retried} calls sent again: ${succeeded} succeeded, ${maybe} may have been processed, ${lost.length} lost\n`,
    );
    expect(lost).toEqual([]);
    expect(count.problems).toEqual([]);
    expect(succeeded + maybe).toBe(CALLS);
    // A drained server finishes what it has begun, so even "maybe" does not happen here.
    expect(maybe).toBe(0);
    expect(mostInFlight).toBeGreaterThan(manner.inFlight);
    // The races did happen, and nobody saw them.
    if (manner.late) expect(retried).toBeGreaterThan(20);
  });
}
