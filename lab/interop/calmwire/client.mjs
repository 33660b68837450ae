/**
 * Our interop client: client.mjs PORT CA|- SERVER_NAME CASE..., with the generated code's address in LAB_INTEROP.
 * Ends at the first case that fails; each that passes prints a line. The cases are those of grpc/grpc
 * doc/interop-test-descriptions.md.
 */
import assert from 'node:assert/strict';
import { randomFillSync } from 'node:crypto';
import { clientCredentials, createChannel, createClient, Status } from 'calmwire';

const { TestService, UnimplementedService } = await import(process.env.LAB_INTEROP);
const [, , port, ca, serverName, ...names] = process.argv;

const CASE_TIMEOUT_MS = 30_000;
const REQUEST_OCTETS = 271_828;
const RESPONSE_OCTETS = 314_159;
const REQUESTS = [27_182, 8, 1_828, 45_904];
const RESPONSES = [31_415, 9, 2_653, 58_979];
const INITIAL = 'x-grpc-test-echo-initial';
const TRAILING = 'x-grpc-test-echo-trailing-bin';
const SPECIAL_TEXT = '\t\ntest with whitespace\r\nand Unicode BMP ☺ and non-BMP 😈\t\n';

const target = `127.0.0.1:${port}`;
const credentials = ca === '-' ? undefined : clientCredentials({ rootCertificates: { file: ca }, serverName });
// Enough of the record for `octetsOfLastStream`.
const openChannel = () => createChannel(target, { credentials, recording: { frames: 4_096 } });
const channel = openChannel();
const client = createClient(TestService, channel, { defaultTimeoutMs: CASE_TIMEOUT_MS });

const zeros = (size) => ({ body: new Uint8Array(size) });
const LARGE = { responseSize: RESPONSE_OCTETS, payload: zeros(REQUEST_OCTETS) };

async function large(service = client, request = LARGE, options = {}) {
  const response = await service.unaryCall(request, options);
  assert.equal(response.payload?.body.length, RESPONSE_OCTETS);
}

async function collect(responses) {
  const sizes = [];
  for await (const { payload } of responses) sizes.push(payload?.body.length);
  return sizes;
}

async function failure(call) {
  const error = await call.then(
    () => undefined,
    (reason) => reason,
  );
  assert.ok(error !== undefined, 'the call succeeded');
  return error;
}

async function* each(...messages) {
  yield* messages;
}

/**
 * DATA octets that the server sent on the newest stream: they show whether the response was compressed, zeros as it
 * is.
 */
function octetsOfLastStream() {
  const frames = channel
    .traceEvents()
    .filter((event) => event.kind === 'frame' && event.from === 'server' && event.frame.kind === 'data');
  const last = Math.max(...frames.map(({ frame }) => frame.stream));
  return frames.filter(({ frame }) => frame.stream === last).reduce((sum, { frame }) => sum + frame.bodyLength, 0);
}

async function compressedUnary() {
  await large(client, { ...LARGE, expectCompressed: { value: true } }, { compress: 'gzip' });
  await large(client, { ...LARGE, expectCompressed: { value: false } });
}

async function compressedStreaming() {
  // A stream compresses all messages that get shorter by it; so noise stands for the zeros of the message that must
  // not be.
  const noise = { body: randomFillSync(new Uint8Array(45_904)) };
  const requests = each(
    { expectCompressed: { value: true }, payload: zeros(27_182) },
    { expectCompressed: { value: false }, payload: noise },
  );
  const { aggregatedPayloadSize } = await client.streamingInputCall(requests, { compress: 'gzip' });
  assert.equal(aggregatedPayloadSize, 73_086);
}

/** An iteration takes some milliseconds, on a busy machine up to a second. */
const ITERATION_MAX_MS = 5_000;

async function soak(service) {
  for (let iteration = 0; iteration < 50; iteration++) {
    const began = performance.now();
    await service(iteration);
    const tookMs = performance.now() - began;
    assert.ok(tookMs < ITERATION_MAX_MS, `iteration ${iteration} took ${Math.round(tookMs)} ms`);
  }
}

const cases = {
  async empty_unary() {
    assert.ok(await client.emptyCall({}));
  },

  large_unary: () => large(),

  async client_compressed_unary() {
    const probe = await failure(client.unaryCall({ ...LARGE, expectCompressed: { value: true } }));
    assert.equal(probe.code, Status.INVALID_ARGUMENT);
    await compressedUnary();
  },
  client_compressed_unary_noprobe: compressedUnary,

  async server_compressed_unary() {
    await large(client, { ...LARGE, responseCompressed: { value: true } });
    assert.ok(octetsOfLastStream() < RESPONSE_OCTETS / 10, 'the response was not compressed');
    await large(client, { ...LARGE, responseCompressed: { value: false } });
    assert.ok(octetsOfLastStream() >= RESPONSE_OCTETS, 'the response was compressed');
  },

  async client_streaming() {
    const { aggregatedPayloadSize } = await client.streamingInputCall(
      each(...REQUESTS.map((size) => ({ payload: zeros(size) }))),
    );
    assert.equal(aggregatedPayloadSize, 74_922);
  },

  async client_compressed_streaming() {
    const probe = await failure(
      client.streamingInputCall(each({ expectCompressed: { value: true }, payload: zeros(27_182) })),
    );
    assert.equal(probe.code, Status.INVALID_ARGUMENT);
    await compressedStreaming();
  },
  client_compressed_streaming_noprobe: compressedStreaming,

  async server_streaming() {
    const responseParameters = RESPONSES.map((size) => ({ size }));
    assert.deepEqual(await collect(client.streamingOutputCall({ responseParameters })), RESPONSES);
  },

  async server_compressed_streaming() {
    const responseParameters = [
      { compressed: { value: true }, size: 31_415 },
      { compressed: { value: false }, size: 92_653 },
    ];
    assert.deepEqual(await collect(client.streamingOutputCall({ responseParameters })), [31_415, 92_653]);
    const octets = octetsOfLastStream();
    assert.ok(
      octets > 92_653 && octets < 92_653 + 31_415 / 10,
      `${octets} octets: not exactly the first message was compressed`,
    );
  },

  async ping_pong() {
    let answered = () => {};
    async function* requests() {
      for (const [at, size] of REQUESTS.entries()) {
        const answer = new Promise((resolve) => {
          answered = resolve;
        });
        yield { responseParameters: [{ size: RESPONSES[at] }], payload: zeros(size) };
        await answer;
      }
    }
    const sizes = [];
    for await (const { payload } of client.fullDuplexCall(requests())) {
      sizes.push(payload?.body.length);
      answered();
    }
    assert.deepEqual(sizes, RESPONSES);
  },

  async empty_stream() {
    assert.deepEqual(await collect(client.fullDuplexCall(each())), []);
  },

  async custom_metadata() {
    const octets = Uint8Array.of(0xab, 0xab, 0xab);
    const calls = [
      (options) => large(client, LARGE, options),
      (options) =>
        collect(
          client.fullDuplexCall(
            each({ responseParameters: [{ size: RESPONSE_OCTETS }], payload: zeros(REQUEST_OCTETS) }),
            options,
          ),
        ),
    ];
    for (const call of calls) {
      const seen = {};
      await call({
        headers: { [INITIAL]: 'test_initial_metadata_value', [TRAILING]: octets },
        onHeader: (header) => Object.assign(seen, { header }),
        onTrailer: (trailer) => Object.assign(seen, { trailer }),
      });
      assert.equal(seen.header?.get(INITIAL), 'test_initial_metadata_value');
      assert.deepEqual(Buffer.from(seen.trailer?.getBinary(TRAILING) ?? []), Buffer.from(octets));
    }
  },

  async status_code_and_message() {
    const responseStatus = { code: Status.UNKNOWN, message: 'test status message' };
    const calls = [
      () => client.unaryCall({ responseStatus }),
      () => collect(client.fullDuplexCall(each({ responseStatus }))),
    ];
    for (const call of calls) {
      const { code, rawMessage } = await failure(call());
      assert.deepEqual({ code, message: rawMessage }, responseStatus);
    }
  },

  async special_status_message() {
    const responseStatus = { code: Status.UNKNOWN, message: SPECIAL_TEXT };
    const { code, rawMessage } = await failure(client.unaryCall({ responseStatus }));
    assert.deepEqual({ code, message: rawMessage }, responseStatus);
  },

  async unimplemented_method() {
    assert.equal((await failure(client.unimplementedCall({}))).code, Status.UNIMPLEMENTED);
  },

  async unimplemented_service() {
    const other = createClient(UnimplementedService, channel, { defaultTimeoutMs: CASE_TIMEOUT_MS });
    assert.equal((await failure(other.unimplementedCall({}))).code, Status.UNIMPLEMENTED);
  },

  async cancel_after_begin() {
    const abort = new AbortController();
    const never = new Promise(() => {});
    async function* requests() {
      await never;
      yield {};
    }
    const call = client.streamingInputCall(requests(), { signal: abort.signal });
    abort.abort();
    assert.equal((await failure(call)).code, Status.CANCELLED);
  },

  async cancel_after_first_response() {
    const abort = new AbortController();
    const never = new Promise(() => {});
    async function* requests() {
      yield { responseParameters: [{ size: 31_415 }], payload: zeros(27_182) };
      await never;
    }
    const read = async () => {
      for await (const { payload } of client.fullDuplexCall(requests(), { signal: abort.signal })) {
        assert.equal(payload?.body.length, 31_415);
        abort.abort();
      }
    };
    assert.equal((await failure(read())).code, Status.CANCELLED);
  },

  async timeout_on_sleeping_server() {
    const never = new Promise(() => {});
    async function* requests() {
      yield { payload: zeros(27_182) };
      await never;
    }
    const error = await failure(collect(client.fullDuplexCall(requests(), { timeoutMs: 1 })));
    assert.equal(error.code, Status.DEADLINE_EXCEEDED);
  },

  rpc_soak: () => soak(() => large()),

  channel_soak: () =>
    soak(async () => {
      const own = openChannel();
      await large(createClient(TestService, own, { defaultTimeoutMs: CASE_TIMEOUT_MS }));
      await own.shutdown();
    }),
};

for (const name of names) {
  try {
    await cases[name]();
  } catch (error) {
    process.stderr.write(`Error in ${name}: ${error.stack}\n`);
    process.exit(1);
  }
  process.stdout.write(`passed ${name}\n`);
}
await channel.shutdown();
