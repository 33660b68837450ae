/**
 * Our interop server: server.mjs PORT [CERTIFICATE KEY], with the generated code's address in LAB_INTEROP.
 *
 * Two methods are served on the byte level, because the feature "CompressedRequest" of the document asks whether a
 * message came compressed: that is nothing a handler of messages is told.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { createServer, Metadata, RpcError, Status, serverCredentials } from 'calmwire';

const {
  TestService,
  PayloadType,
  SimpleRequestSchema,
  SimpleResponseSchema,
  StreamingInputCallRequestSchema,
  StreamingInputCallResponseSchema,
} = await import(process.env.LAB_INTEROP);
const [, , port, certificate, key] = process.argv;

const INITIAL = 'x-grpc-test-echo-initial';
const TRAILING = 'x-grpc-test-echo-trailing-bin';

/** "Echo Metadata" of the document. */
function echo({ requestHeader, responseHeader, responseTrailer }) {
  const initial = requestHeader.get(INITIAL);
  if (initial !== null) responseHeader.set(INITIAL, initial);
  const trailing = requestHeader.getBinary(TRAILING);
  if (trailing !== undefined) responseTrailer.setBinary(TRAILING, trailing);
}

/** "Echo Status". */
function refuse(status) {
  if (status !== undefined && status.code !== Status.OK) throw new RpcError(status.message, status.code);
}

function payload(type, size) {
  if (type !== PayloadType.COMPRESSABLE)
    throw new RpcError(`payload type ${type} is not known`, Status.INVALID_ARGUMENT);
  return { type, body: new Uint8Array(size) };
}

/** The responses to one request, each after its pause. */
async function* responses({ responseType, responseParameters }, context) {
  for (const { size, intervalUs, compressed } of responseParameters) {
    if (intervalUs > 0) await sleep(intervalUs / 1_000);
    if (compressed !== undefined) context.compress(compressed.value ? 'gzip' : undefined);
    yield { payload: payload(responseType, size) };
  }
}

/** "CompressedRequest". */
function insist(expected, compressed) {
  if (expected !== undefined && expected.value !== compressed) {
    throw new RpcError(`the message came ${compressed ? '' : 'un'}compressed`, Status.INVALID_ARGUMENT);
  }
}

/**
 * A handler on the byte level that takes messages and gives one. `take(message, compressed)` may throw a status;
 * `answer(call)` makes the response, and it and the trailers go out after the last message.
 */
function collecting(kind, request, response, make) {
  return {
    kind,
    start(call) {
      const { take, answer } = make(call);
      const fail = (error) => call.end(error.code, error.rawMessage);
      call.pull(1);
      return {
        message(bytes, compressed) {
          try {
            take(fromBinary(request, bytes), compressed);
            call.pull(1);
          } catch (error) {
            fail(error);
          }
        },
        halfClosed() {
          try {
            const { message, header, trailers } = answer();
            if (header !== undefined) call.sendHeaders(header);
            call.send(toBinary(response, create(response, message)));
            call.end(Status.OK, '', trailers);
          } catch (error) {
            fail(error);
          }
        },
        cancelled: () => call.end(Status.CANCELLED),
      };
    },
  };
}

const unaryCall = collecting('unary', SimpleRequestSchema, SimpleResponseSchema, (call) => {
  let request;
  return {
    take(message, compressed) {
      insist(message.expectCompressed, compressed);
      request = message;
    },
    answer() {
      const context = { requestHeader: call.metadata, responseHeader: new Metadata(), responseTrailer: new Metadata() };
      echo(context);
      refuse(request.responseStatus);
      if (request.responseCompressed?.value) call.compress('gzip');
      const message = { payload: payload(request.responseType, request.responseSize) };
      return { message, header: context.responseHeader, trailers: context.responseTrailer };
    },
  };
});

const streamingInputCall = collecting(
  'client-streaming',
  StreamingInputCallRequestSchema,
  StreamingInputCallResponseSchema,
  () => {
    let aggregatedPayloadSize = 0;
    return {
      take(message, compressed) {
        insist(message.expectCompressed, compressed);
        aggregatedPayloadSize += message.payload?.body.length ?? 0;
      },
      answer: () => ({ message: { aggregatedPayloadSize } }),
    };
  },
);

const server = createServer({ maxReceiveMessageBytes: 16 * 1_048_576 });
server.handle('/grpc.testing.TestService/UnaryCall', unaryCall);
server.handle('/grpc.testing.TestService/StreamingInputCall', streamingInputCall);
// The others with messages.
const others = TestService.methods.filter(({ name }) => name !== 'UnaryCall' && name !== 'StreamingInputCall');
server.add(
  { ...TestService, methods: others },
  {
    emptyCall: () => ({}),
    streamingOutputCall: responses,
    async *fullDuplexCall(requests, context) {
      echo(context);
      for await (const request of requests) {
        refuse(request.responseStatus);
        yield* responses(request, context);
      }
    },
  },
);
const credentials =
  certificate === undefined
    ? undefined
    : serverCredentials({ certificate: { file: certificate }, privateKey: { file: key } });
await server.listen(`127.0.0.1:${port}`, { credentials });
