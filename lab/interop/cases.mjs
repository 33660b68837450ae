/**
 * Which interop cases (grpc/grpc doc/interop-test-descriptions.md) run between which programs. Every case of that
 * document but those of cloud credentials is here: either it runs, or it stands below with the reason why not.
 */

/** Cases that all three clients and all three servers have. */
const COMMON = [
  'empty_unary',
  'large_unary',
  'client_streaming',
  'server_streaming',
  'ping_pong',
  'empty_stream',
  'custom_metadata',
  'status_code_and_message',
  'special_status_message',
  'unimplemented_method',
  'unimplemented_service',
  'cancel_after_begin',
  'cancel_after_first_response',
  'timeout_on_sleeping_server',
  'rpc_soak',
  'channel_soak',
];

const COMPRESSED = [
  'client_compressed_unary',
  'server_compressed_unary',
  'client_compressed_streaming',
  'server_compressed_streaming',
];

/** Not run by anybody here. */
export const skipped = {
  cacheable_unary:
    'asks for HTTP GET behind a caching proxy; only C-core sends that, and the server methods are marked experimental',
  pick_first_unary: 'tests a balancing policy; policies are a later part of Calmwire',
  orca_per_rpc: 'tests load reports to a balancing policy; policies are a later part of Calmwire',
  orca_oob: 'tests load reports to a balancing policy; policies are a later part of Calmwire',
  concurrent_large_unary: 'the document has it as TODO without a procedure; lab/leaks runs more calls at once',
};

/** The same without their first call, which asks whether the server refuses what should be compressed and is not. */
const PROBED = ['client_compressed_unary', 'client_compressed_streaming'];

const withoutProbe = PROBED.map((name) => `${name}_noprobe`);

/** Parts that one of the two programs does not have. */
const missing = {
  server: {
    go: { names: COMPRESSED, reason: "grpc-go's interop service has none of the compression features" },
    java: {
      names: [...PROBED, 'server_compressed_streaming'],
      instead: withoutProbe,
      reason: "grpc-java's interop service neither refuses uncompressed requests nor compresses streams",
    },
  },
  client: { go: { names: COMPRESSED, reason: "grpc-go's interop client has none of the compression cases" } },
};

/** The cases that this pair runs, those that it cannot, and why. */
export function casesOf(client, server) {
  const lacks = [missing.client[client], missing.server[server]].filter((entry) => entry !== undefined);
  const leftOut = new Set(lacks.flatMap(({ names }) => names));
  const run = [...COMMON, ...COMPRESSED].filter((name) => !leftOut.has(name));
  if (missing.client[client] === undefined) run.push(...lacks.flatMap(({ instead = [] }) => instead));
  return { run, leftOut: [...leftOut], reasons: lacks.map(({ reason }) => reason) };
}
