/**
 * Our client in the negative HTTP/2 cases: client.mjs CASE PORT, with the generated code's address in LAB_INTEROP.
 * Ends with 1 and a line that says why if the case failed.
 */
import { createChannel, createClient, Status } from 'calmwire';

const { TestService } = await import(process.env.LAB_INTEROP);
const [, , name, port] = process.argv;
const channel = createChannel(`127.0.0.1:${port}`);
const client = createClient(TestService, channel);

/** The request of every case. */
const REQUEST = { responseSize: 314_159, payload: { body: new Uint8Array(271_828) } };
const CONCURRENT_CALLS = 10;
const TIMEOUT_MS = 20_000;

async function succeeds() {
  const response = await client.unaryCall(REQUEST, { timeoutMs: TIMEOUT_MS });
  const octets = response.payload?.body.length;
  if (octets !== REQUEST.responseSize) throw new Error(`the response has ${octets} octets`);
}

/** RST_STREAM with code 0 in the middle of a response is INTERNAL (gRPC over HTTP/2, "Errors"). */
async function fails() {
  const error = await client.unaryCall(REQUEST, { timeoutMs: TIMEOUT_MS }).then(
    () => undefined,
    (reason) => reason,
  );
  if (error === undefined) throw new Error('the call succeeded');
  if (error.code !== Status.INTERNAL) throw new Error(`the call failed with code ${error.code}: ${error.message}`);
  if (!error.message.includes('RST_STREAM')) throw new Error(`the message does not name the frame: ${error.message}`);
}

const cases = {
  // Without the pause that the document suggests: the second call may meet the GOAWAY on the old connection, and is
  // then moved.
  goaway: async () => {
    await succeeds();
    await succeeds();
  },
  rst_after_header: fails,
  rst_during_data: fails,
  rst_after_data: fails,
  ping: succeeds,
  max_streams: async () => {
    await succeeds();
    await Promise.all(Array.from({ length: CONCURRENT_CALLS }, succeeds));
  },
  data_frame_padding: succeeds,
  no_df_padding_sanity_test: succeeds,
};

try {
  await cases[name]();
  await channel.shutdown();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
  channel.close();
}
