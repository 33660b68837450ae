/** Hand-made findings with the numbers of the founding incidents, as the rules would report them. */
import type { FindingId } from '../../../src/diagnose/catalog.ts';
import { catalog } from '../../../src/diagnose/catalog.ts';
import type { Evidence, Finding, Params, Victim } from '../../../src/diagnose/finding.ts';
import { type RevealedStacks, remediesFor } from '../../../src/diagnose/remedies/index.ts';
import type { EvidenceKey, EvidenceParams, FindingParams } from '../../../src/diagnose/render/params/index.ts';
import type { ConnectionSummary, Report } from '../../../src/diagnose/report.ts';

interface Fields<Id extends FindingId> extends Partial<Omit<Finding, 'id' | 'params' | 'remedies'>> {
  readonly id: Id;
  readonly params: FindingParams<Id>;
  readonly stacks?: Partial<RevealedStacks>;
}

function finding<Id extends FindingId>({ stacks, ...fields }: Fields<Id>): Finding {
  const base = {
    severity: catalog[fields.id].severity,
    certainty: 'certain',
    culprit: 'unknown',
    connections: [1],
    streams: [],
    variant: undefined,
    evidence: [],
    victims: [],
    consequences: [],
  } as const;
  const params: Params = { ...fields.params };
  const whole = { ...base, ...fields, params };
  const revealed = { client: undefined, server: undefined, middlebox: undefined, ...stacks };
  return { ...whole, remedies: remediesFor(whole, revealed) };
}

function line<Key extends EvidenceKey>(
  frame: number | undefined,
  timeMs: number,
  from: Evidence['from'],
  key: Key,
  params: EvidenceParams<Key>,
  connection = 1,
): Evidence {
  return { frame, packet: frame ?? 0, timeMs, connection, from, key, params: { ...params } };
}

function victim(stream: number, method: string, retry: Victim['retry'], connection = 1): Victim {
  return { connection, stream, method, retry };
}

/** Incident 1: a Cortex-like client with idle keepalive against etcd. */
export const tooManyPings = finding({
  id: 'keepalive/too-many-pings',
  variant: 'idle',
  culprit: 'client',
  params: {
    pingCount: 4,
    strikes: 3,
    idle: true,
    lastStreamId: 1,
    openStreams: 0,
    intervalMs: 10_001,
    intervalMinMs: 10_000.6,
    minTimeMs: 5_000,
    nextIntervalMs: 20_002,
    serverImplementation: 'etcd',
    clientImplementation: 'grpc-go/1.45.0',
  },
  evidence: [
    line(9, 1_204, 'server', 'strike-reset', { pingNumber: 1 }),
    line(11, 11_205.1, 'client', 'ping', { number: 1, idle: true }),
    line(13, 21_206.3, 'client', 'strike', { number: 1, pingNumber: 2, gapMs: 10_001.2, idle: true }),
    line(15, 31_207.1, 'client', 'strike', { number: 2, pingNumber: 3, gapMs: 10_000.8, idle: true }),
    line(17, 41_208, 'client', 'strike', { number: 3, pingNumber: 4, gapMs: 10_000.9, idle: true }),
    line(18, 41_208.2, 'server', 'ping-ack', { sinceMs: 0.2 }),
    line(19, 41_208.2, 'server', 'goaway', {
      errorCode: 'ENHANCE_YOUR_CALM',
      lastStreamId: 1,
      debugData: 'too_many_pings',
    }),
    line(undefined, 41_208.4, 'server', 'fin', {}),
    line(27, 62_300, 'none', 'next-interval', { connection: 2, intervalMs: 20_002 }, 2),
  ],
  stacks: { client: 'grpc-go', server: 'etcd' },
});

/** Incident 2: the pod of a Kitex server goes away under its clients; the closes are symptoms of the restart. */
const abruptClose = finding({
  id: 'connection/abrupt-close',
  variant: 'fin',
  culprit: 'server',
  connections: [1],
  streams: [41, 43],
  params: { how: 'fin', openStreams: 2, ageMs: 92_400, idleGapMs: 30_000, serverImplementation: 'kitex' },
  evidence: [line(undefined, 92_400, 'server', 'fin', { openStreams: 2 })],
  victims: [victim(41, '/orders.Orders/Place', 'unknown'), victim(43, '/orders.Orders/Place', 'unknown')],
  stacks: { client: 'kitex', server: 'kitex' },
});
export const serverRestart = finding({
  id: 'connection/server-restart',
  certainty: 'likely',
  culprit: 'server',
  connections: [1, 2, 3],
  params: { connections: 3, spreadMs: 12, server: '10.0.0.9:8888', openStreams: 2, refusedAfter: true },
  evidence: [
    line(118, 92_391, 'client', 'open-stream', { stream: 41, method: '/orders.Orders/Place', state: 'waiting' }),
    line(undefined, 92_400, 'server', 'fin', { openStreams: 2 }),
    line(undefined, 92_406.3, 'server', 'fin', {}, 2),
    line(undefined, 92_412, 'none', 'closed-together', { connections: 3, spreadMs: 12 }),
    line(undefined, 92_520, 'none', 'connection-refused', { server: '10.0.0.9:8888' }),
  ],
  victims: abruptClose.victims,
  consequences: [abruptClose],
  stacks: { client: 'kitex', server: 'kitex' },
});

/** Incident 2, the middlebox behind it: an idle timer of 60 s. */
export const idleCloseRace = finding({
  id: 'connection/idle-close-race',
  culprit: 'middlebox',
  params: {
    gapMs: 60_003,
    sinceFinMs: 0.4,
    openStreams: 1,
    roundTripMs: 1.2,
    sameGapConnections: 3,
    timer: 'AWS ALB idle_timeout (60 s), nginx grpc_read_timeout (60 s)',
    foreignTimeToLive: true,
  },
  evidence: [
    line(undefined, 60_004, 'none', 'gap-in-time', { gapMs: 60_003 }),
    line(undefined, 60_004, 'server', 'fin', {}),
    line(12, 60_004.4, 'client', 'headers-request', { stream: 3, method: '/pkg.Svc/Get', gapMs: 60_003.4 }),
    line(undefined, 60_004.9, 'server', 'rst', { openStreams: 1, timeToLive: 255, usualTimeToLive: 63 }),
  ],
  victims: [victim(3, '/pkg.Svc/Get', 'unknown')],
  stacks: { client: 'kitex', server: 'kitex', middlebox: 'aws' },
});

/** Incident 3: request trailers of Volo against grpc-go 1.45 to 1.62. */
export const requestTrailers = finding({
  id: 'stream/request-trailers',
  culprit: 'client',
  streams: [1],
  params: {
    stream: 1,
    reaction: 'close',
    fields: 'grpc-status',
    grpcStatus: true,
    openStreams: 2,
    serverVersion: 'grpc-go 1.45 to 1.62',
    clientImplementation: 'volo',
  },
  evidence: [
    line(5, 3.1, 'client', 'headers-request', { stream: 1, method: '/volo.example.ItemService/GetItem' }),
    line(6, 3.2, 'client', 'data', { stream: 1, bytes: 12, endStream: false }),
    line(7, 3.2, 'client', 'request-trailers', { stream: 1, fields: 'grpc-status: 0', endStream: true }),
    line(undefined, 3.9, 'server', 'fin', { openStreams: 3 }),
    line(undefined, 3.9, 'server', 'no-goaway', {}),
  ],
  victims: [
    victim(1, '/volo.example.ItemService/GetItem', 'unknown'),
    victim(3, '/volo.example.ItemService/GetItem', 'unknown'),
    victim(5, '/volo.example.ItemService/ListItems', 'unknown'),
  ],
  stacks: { client: 'volo', server: 'grpc-go' },
});

/** Incident 4, seen before the proxy. */
export const lateHalfClose = finding({
  id: 'stream/late-half-close',
  culprit: 'client',
  params: { streams: 50, calls: 50, percent: 100, lagMs: 1.14, clientImplementation: 'grpc-node-js/1.14.2' },
  evidence: [
    line(6, 2.2, 'client', 'data', { stream: 1, bytes: 256_000, endStream: false }),
    line(9, 3, 'server', 'trailers', { stream: 1, grpcStatus: 0 }),
    line(10, 3, 'server', 'rst-stream', { stream: 1, errorCode: 'NO_ERROR' }),
    line(11, 3.3, 'client', 'half-close', { stream: 1, sinceMs: 1.14 }),
    line(undefined, 3.3, 'none', 'repeated', { count: 49 }),
  ],
  stacks: { client: 'grpc-js', server: 'grpc-go' },
});

/** Incident 4, seen behind the proxy. */
export const responseTruncated = finding({
  id: 'stream/response-truncated',
  culprit: 'middlebox',
  streams: [5, 9],
  params: {
    streams: 2,
    promised: 11_117,
    received: 9_920,
    proxy: 'envoy',
    clientImplementation: 'grpc-node-js/1.14.2',
  },
  evidence: [
    line(31, 81.2, 'client', 'headers-request', { stream: 5, method: '/blob.Blobs/Get' }),
    line(36, 84, 'server', 'headers-response', {
      stream: 5,
      status: 200,
      contentType: 'application/grpc',
      sinceMs: 2.8,
    }),
    line(37, 84.1, 'server', 'message', { stream: 5, promised: 11_117, received: 9_920 }),
    line(38, 84.1, 'server', 'rst-stream', { stream: 5, errorCode: 'NO_ERROR', sinceMs: 2.9 }),
    line(undefined, 84.1, 'none', 'no-answer', { stream: 5 }),
  ],
  victims: [victim(5, '/blob.Blobs/Get', 'unknown'), victim(9, '/blob.Blobs/Get', 'unknown')],
  stacks: { client: 'grpc-js', middlebox: 'envoy' },
});

/** Incident 5: ServiceComb writes late to a stream that the client had given up. */
export const lateWrite = finding({
  id: 'goaway/late-write',
  culprit: 'server',
  streams: [1],
  params: {
    resetStream: 1,
    resetCode: 'CANCEL',
    lastStreamId: 5,
    openStreams: 2,
    clientTimeoutMs: 4_000,
    handlerMs: 10_003,
    debugData: 'Request stream 1 is not correct for server connection',
  },
  evidence: [
    line(5, 2, 'client', 'headers-request', { stream: 1, method: '/provider/slow' }),
    line(9, 4_002, 'client', 'rst-stream', { stream: 1, errorCode: 'CANCEL', sinceMs: 4_000 }),
    line(10, 9_100, 'client', 'open-stream', { stream: 3, method: '/provider/hello', ageMs: 905, state: 'waiting' }),
    line(11, 9_420, 'client', 'open-stream', { stream: 5, method: '/provider/hello', ageMs: 585, state: 'waiting' }),
    line(12, 10_005, 'server', 'goaway', {
      errorCode: 'PROTOCOL_ERROR',
      lastStreamId: 5,
      debugData: 'Request stream 1 is not correct for server connection',
    }),
    line(undefined, 10_006, 'server', 'fin', { openStreams: 2 }),
  ],
  victims: [victim(3, '/provider/hello', 'unknown'), victim(5, '/provider/hello', 'unknown')],
  stacks: { client: 'servicecomb', server: 'servicecomb' },
});

export const graceful = finding({
  id: 'goaway/graceful',
  culprit: 'none',
  connections: [2],
  params: { lastStreamId: 41, twoStep: true, debugData: 'max_age', closedAfterMs: 1_020 },
});

export function connection(id: number, fields: Partial<ConnectionSummary> = {}): ConnectionSummary {
  return {
    id,
    client: { address: '10.0.0.5', port: 41_820 + id },
    server: { address: '10.0.0.9', port: 2379 },
    protocol: 'h2',
    openedMs: 0,
    closedMs: 41_208.4,
    how: 'fin',
    closedBy: 'server',
    frames: 20,
    calls: { total: 1, ok: 1, failed: 0, cancelled: 0 },
    clientStack: undefined,
    serverStack: undefined,
    ...fields,
  };
}

export function report(findings: readonly Finding[], connections = [connection(1), connection(2)]): Report {
  return {
    input: {
      name: 'trace.pcapng',
      format: 'pcapng',
      packets: 1_204,
      bytes: 181_220,
      startEpochMs: Date.UTC(2024, 3, 25, 9, 30),
      durationMs: 83_300,
      problems: [],
    },
    connections,
    findings,
  };
}
