/** Every fuzz target. A new one is a file and a row: `npm test` and `lab/fuzz` take it from here. */
import { fuzzTarget as capture } from './capture.ts';
import { fuzzTarget as connection } from './connection.ts';
import { fuzzTarget as frames } from './frames.ts';
import { fuzzTarget as grpc } from './grpc.ts';
import { fuzzTarget as hpack } from './hpack.ts';
import { fuzzTarget as keyLog } from './key-log.ts';
import { fuzzTarget as logs } from './logs.ts';
import { fuzzTarget as observer } from './observer.ts';
import { fuzzTarget as options } from './options.ts';
import { fuzzTarget as protobuf } from './protobuf.ts';
import type { FuzzTarget } from './run.ts';
import { fuzzTarget as tls } from './tls.ts';
import { fuzzTarget as tracer } from './tracer.ts';
import { fuzzTarget as whole } from './whole.ts';

/** With the inputs that each gets in `npm test`: the cheap readers get more of them. */
export const targets: readonly (readonly [FuzzTarget, number])[] = [
  [frames, 20_000],
  [hpack, 20_000],
  [connection, 10_000],
  [grpc, 10_000],
  [protobuf, 5_000],
  [observer, 10_000],
  [tracer, 5_000],
  [capture, 15_000],
  [logs, 4_000],
  [whole, 5_000],
  [tls, 5_000],
  [keyLog, 5_000],
  [options, 500],
];
