/** Layer 6: worlds, links, faults and checkers in virtual time: a seed in, a verdict out. */
export { type Excuses, judgeCall } from './check/judge.ts';
export { CallRecord, Ledger, Run } from './check/ledger.ts';
export { checkMessage, type Direction, makeMessage } from './check/payload.ts';
export { WindowWatch } from './check/windows.ts';
export { Digest } from './digest.ts';
export { type FaultKind, faultKinds } from './faults.ts';
export { SimHost, type Welcome } from './network/host.ts';
export { SimNetwork } from './network/network.ts';
export { type Cut, type Path, plainPath, randomPath } from './network/path.ts';
export type { Mangle } from './network/pipe.ts';
export { type Reach, Wire } from './network/wire.ts';
export { Prng } from './prng.ts';
export { Process } from './process.ts';
export { type RunHooks, runSeed, type Stage, type Verdict } from './run-seed.ts';
export { Caller } from './workload/caller.ts';
export { type CallPlan, planCall, type Taste } from './workload/plan.ts';
export { ClientProgram, type Incarnation, PORT, ServerProgram } from './workload/programs.ts';
export { type RunEnd, World, type WorldOptions } from './world.ts';
