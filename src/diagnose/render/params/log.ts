import type { IdOf } from '../../catalog.ts';
import { always, maybe, type ParamTable } from './param.ts';

/** What a line may tell. One table for all readings: a sentence is left out when the line does not tell what it needs. */
export const readingParams = {
  stack: maybe('stack', 'grpc-go', 'the program that wrote the line'),
  lines: always('count', 46, 'lines like this'),
  peer: maybe('text', '10.0.0.9:2379', 'address in the line'),
  peers: maybe('count', 3, 'different addresses in these lines'),
  errorCode: maybe('text', 'ENHANCE_YOUR_CALM', 'error code name'),
  debugData: maybe('text', 'too_many_pings', 'debug data of the GOAWAY'),
  stream: maybe('id', 7, 'the stream'),
  method: maybe('text', '/pkg.Svc/Get', 'the method'),
  status: maybe('id', 503, 'HTTP status'),
  sizeBytes: maybe('bytes', 5_242_880, 'size that was refused'),
  limit: maybe('bytes', 4_194_304, 'limit that it broke'),
  intervalMs: maybe('ms', 10_000, 'keepalive interval in use'),
  nextIntervalMs: maybe('ms', 20_000, 'interval that the client goes on with'),
  waitedMs: maybe('ms', 5_000, 'time after which it gave up'),
  flag: maybe('text', 'UC', 'response flag or termination state of the proxy'),
  detail: maybe('text', 'connection_termination', 'detail in the words of the program'),
} as const satisfies ParamTable;

export type ReadingParams = typeof readingParams;

export const logParams = {
  'log/undecided': readingParams,
  'log/harmless': readingParams,
  'log/own-side': readingParams,
  'log/proxy-decision': readingParams,
} as const satisfies Readonly<Record<IdOf<'log'>, ParamTable>>;
