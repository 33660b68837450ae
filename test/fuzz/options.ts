/**
 * Configurations of options, sensible and absurd: each is refused with an error that names the option, or a channel and a server
 * that have it carry calls in virtual time, which all end. Nothing else is thrown, nothing spins, nothing hangs.
 */
import { UsageError } from '#base';
import type { CallResult, ChannelOptions } from '#client';
import { Metadata } from '#grpc';
import type { ServerOptions } from '#server';
import { ClientProgram, Ledger, makeMessage, PORT, ServerProgram, SimNetwork, World } from '#sim';
import type { FuzzTarget } from './run.ts';

/** Numbers that options meet: what people mean, the edges of what the wire can say, and what slips through a conversion. */
const NUMBERS: readonly number[] = [
  ...[1, 2, 5, 100, 1_000, 10_000, 20_000, 65_535, 300_000, 1_048_576, 7_200_000],
  ...[0, -1, 0.001, 0.5, 1.5, 16_383, 16_384, 16_777_215, 16_777_216],
  ...[2 ** 31 - 1, 2 ** 31, 2 ** 32, Number.MAX_SAFE_INTEGER, Number.MAX_VALUE, Number.MIN_VALUE],
  ...[Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN],
];
/** What programs without types pass. */
const OTHERS: readonly unknown[] = [
  undefined,
  true,
  false,
  null,
  '5',
  'long-lived',
  'pooled',
  'one-call',
  'a b',
  '',
  {},
  [],
];

const SERVER: readonly string[] = [
  ...['maxConcurrentStreams', 'maxCalls', 'maxConnections', 'maxReceiveMessageBytes', 'maxSendMessageBytes'],
  ...['maxPartialMessageBytes', 'maxHeaderListBytes', 'streamWindowBytes', 'connectionWindowBytes', 'maxWindowBytes'],
  ...['maxConnectionAgeMs', 'maxConnectionAgeGraceMs', 'maxConnectionIdleMs', 'handshakeTimeoutMs'],
  ...['requestMessageTimeoutMs', 'responseStallTimeoutMs', 'keepalive.intervalMs', 'keepalive.timeoutMs'],
  ...['pingEnforcement.minIntervalMs', 'pingEnforcement.permitWithoutCalls', 'pingEnforcement.maxStrikes'],
];
const CLIENT: readonly string[] = [
  ...[
    'connectTimeoutMs',
    'settingsTimeoutMs',
    'backoff.initialMs',
    'backoff.multiplier',
    'backoff.jitter',
    'backoff.maxMs',
  ],
  ...['keepalive.intervalMs', 'keepalive.timeoutMs', 'keepalive.withoutCalls', 'keepalive.probeAfterMs'],
  ...['idleTimeoutMs', 'connections', 'connections.pooled', 'maxConnections', 'maxQueuedCalls'],
  ...['maxReceiveMessageBytes', 'maxSendMessageBytes', 'maxMetadataBytes', 'retryBufferBytes', 'retryBuffersBytes'],
  ...['userAgent', 'authority', 'streamWindowBytes', 'connectionWindowBytes'],
];

const CALLS = 3;
const CALL_BYTES = 20_000;
const TIMEOUT_MS = 20_000;
/** Long enough for deadlines, and for a keepalive or two. */
const HORIZON_MS = 30_000;
/** A healthy run of these calls takes some hundred steps; a PING each millisecond, which is allowed, 120,000. */
const STEPS_MAX = 1_000_000;

export const fuzzTarget: FuzzTarget = {
  name: 'options',
  run(bytes) {
    const server: Record<string, unknown> = {};
    const client: Record<string, unknown> = {};
    const chosen: string[] = [];
    for (let at = 0; at + 1 < bytes.length && chosen.length < 6; at += 2) {
      const name = bytes[at]! % (SERVER.length + CLIENT.length);
      const path = name < SERVER.length ? SERVER[name]! : CLIENT[name - SERVER.length]!;
      setOption(name < SERVER.length ? server : client, path, valueFor(bytes[at + 1]!));
      chosen.push(path);
    }
    play(server, client, chosen);
  },
  seeds: () => [
    Uint8Array.of(),
    Uint8Array.of(0, 0, 10, 4, 12, 5),
    Uint8Array.of(7, 15, 8, 16, 9, 7, 44, 8),
    Uint8Array.of(16, 4, 17, 4, 27, 4, 28, 4),
    Uint8Array.of(21, 4, 23, 2, 31, 6, 32, 5),
  ],
};

function valueFor(octet: number): unknown {
  const at = octet % (2 * NUMBERS.length + OTHERS.length);
  return at < 2 * NUMBERS.length ? NUMBERS[at % NUMBERS.length] : OTHERS[at - 2 * NUMBERS.length];
}

function setOption(options: Record<string, unknown>, path: string, value: unknown): void {
  const [group, name] = path.split('.') as [string, string | undefined];
  if (name === undefined) {
    options[group] = value;
    return;
  }
  const held = options[group];
  options[group] = typeof held === 'object' && held !== null ? { ...held, [name]: value } : { [name]: value };
}

function play(server: ServerOptions, client: ChannelOptions, chosen: readonly string[]): void {
  const world = new World({ seed: 1, maxSteps: STEPS_MAX });
  const network = new SimNetwork(world);
  const ledger = new Ledger(world);
  const results: CallResult[] = [];
  try {
    const far = new ServerProgram({ name: 'server', network, ledger, address: '10.0.2.1', options: server });
    far.present.core.handle('/fuzz.Echo/Unary', {
      kind: 'unary',
      start: (call) => {
        call.pull(1);
        return {
          message: (bytes) => void call.send(bytes),
          halfClosed: () => call.end(0),
          cancelled: () => call.end(1),
        };
      },
    });
    const near = new ClientProgram({ id: 1, network, target: `ipv4:10.0.2.1:${PORT}`, options: client });
    for (let call = 0; call < CALLS; call++) world.at(call * 100, () => near.process.run(() => begin(near, results)));
  } catch (error) {
    if (isRefusal(error, chosen)) return;
    throw error;
  }
  const ended = world.run(HORIZON_MS);
  if (ended === 'livelock' || ended === 'steps') throw new Error(`${ended} with ${chosen.join(', ')}`);
  if (results.length !== CALLS) throw new Error(`${results.length} of ${CALLS} calls ended with ${chosen.join(', ')}`);
}

function begin({ channel, process }: ClientProgram, results: CallResult[]): void {
  const deadlineMs = process.now() + TIMEOUT_MS;
  const call = channel.call(
    { path: '/fuzz.Echo/Unary', metadata: new Metadata(), deadlineMs, waitForReady: false, kind: 'unary' },
    { headers() {}, message() {}, writable() {}, end: (result) => results.push(result) },
  );
  call.pull(1);
  call.send(makeMessage(1, 'request', 0, CALL_BYTES, 0xff), true);
}

/** It says which option, so that people find it. */
function isRefusal(error: unknown, chosen: readonly string[]): boolean {
  if (!(error instanceof UsageError)) return false;
  return chosen.some((path) => error.message.includes(path) || error.message.includes(path.split('.')[0]!));
}
