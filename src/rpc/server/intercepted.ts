/** Handlers of a server that has interceptors: functions of the same shape as the implementation's, with the interceptors inside. */
import { create, type DescMessage, type DescMethod, type MessageInitShape } from '@bufbuild/protobuf';
import { UsageError } from '#base';
import type { Metadata } from '#grpc';
import type { ContextValues } from '../context-values.ts';
import {
  type AnyFn,
  type Interceptor,
  intercept,
  type StreamRequest,
  type StreamResponse,
  type UnaryRequest,
  type UnaryResponse,
} from '../interceptor.ts';
import type { Method } from '../method.ts';
import type { CallContext } from './context.ts';
import { noMessage } from './encode.ts';
import type { Serve } from './handler.ts';

/** The context travels in the request under this name; copies of the request keep it. */
const carried = Symbol('handler context');

interface Carrying {
  readonly [carried]?: CallContext;
}

/** What is implemented, by method. */
export type Implemented = ReadonlyMap<DescMethod, Serve>;

/** Wraps the implementations of a service. The interceptors are built once, not for each call. */
export function interceptedServes(
  methods: readonly Method[],
  implemented: Implemented,
  interceptors: readonly Interceptor[],
): Implemented {
  const kinds = new Map<DescMethod, Method>(methods.map((method) => [method.desc, method]));
  const call = intercept((req) => invoke(kinds, implemented, req), interceptors);
  const serves: Readonly<Record<Method['kind'], (method: Method) => Serve>> = {
    unary: (method) => (request, context) => serveUnary(call, method, request as object, context),
    'client-streaming': (method) => (requests, context) =>
      onlyOne(serveStream(call, method, requests as AsyncIterable<object>, context)),
    'server-streaming': (method) => (request, context) =>
      serveStream(call, method, oneMessage(request as object), context),
    'bidi-streaming': (method) => (requests, context) =>
      serveStream(call, method, requests as AsyncIterable<object>, context),
  };
  return new Map([...implemented.keys()].map((desc) => [desc, serves[kinds.get(desc)!.kind](kinds.get(desc)!)]));
}

async function serveUnary(call: AnyFn, method: Method, message: object, context: CallContext): Promise<unknown> {
  const res = await call(requestOf(false, message, method, context));
  if (res.stream) throw new UsageError('an interceptor answered a unary request with a stream');
  take(context.responseHeader, res.header);
  take(context.responseTrailer, res.trailer);
  return res.message;
}

async function* serveStream(
  call: AnyFn,
  method: Method,
  messages: AsyncIterable<object>,
  context: CallContext,
): AsyncGenerator<object> {
  const res = await call(requestOf(true, messages, method, context));
  if (!res.stream) throw new UsageError('an interceptor answered a streaming request without a stream');
  take(context.responseHeader, res.header);
  yield* res.message;
  take(context.responseTrailer, res.trailer);
}

/** A plain object, so that interceptors may copy it; the getters make what is costly when it is read. */
function requestOf<Stream extends boolean, Message>(
  stream: Stream,
  message: Message,
  { desc, path }: Method,
  context: CallContext,
) {
  return {
    stream,
    message,
    service: desc.parent,
    method: desc,
    url: path,
    header: context.requestHeader,
    deadlineMs: context.deadlineMs,
    get signal(): AbortSignal {
      return context.signal;
    },
    get contextValues(): ContextValues {
      return context.values;
    },
    [carried]: context,
  };
}

/** What an interceptor answered with may be another object than what the handler wrote to. */
function take(to: Metadata, from: Metadata): void {
  if (from !== to) to.merge(from);
}

/** The innermost function: runs the implementation. */
async function invoke(
  methods: ReadonlyMap<DescMethod, Method>,
  implemented: Implemented,
  req: (UnaryRequest | StreamRequest) & Carrying,
): Promise<UnaryResponse | StreamResponse> {
  const context = req[carried];
  const method = methods.get(req.method);
  const serve = implemented.get(req.method);
  if (context === undefined || method === undefined || serve === undefined) {
    throw new UsageError('an interceptor must pass on the request that it was given, or a copy of it');
  }
  const answer = {
    service: req.service,
    method: req.method,
    header: context.responseHeader,
    trailer: context.responseTrailer,
  };
  return req.stream
    ? { ...answer, stream: true, message: responsesOf(method, serve, req.message, context) }
    : { ...answer, stream: false, message: responseOf(method, await serve(req.message, context)) };
}

async function* responsesOf(
  method: Method,
  serve: Serve,
  requests: AsyncIterable<object>,
  context: CallContext,
): AsyncGenerator<object> {
  if (method.kind === 'client-streaming') {
    yield responseOf(method, await serve(requests, context));
    return;
  }
  const request = method.kind === 'server-streaming' ? await firstOf(requests, method) : requests;
  for await (const response of serve(request, context) as AsyncIterable<unknown>) yield responseOf(method, response);
}

/** Interceptors see messages, also where the handler gave an object that initialises one. */
function responseOf(method: Method, response: unknown): object {
  if (typeof response !== 'object' || response === null) throw noMessage(method, response);
  return create(method.desc.output, response as MessageInitShape<DescMessage>);
}

async function* oneMessage(message: object): AsyncGenerator<object> {
  yield message;
}

async function firstOf(messages: AsyncIterable<object>, { path }: Method): Promise<object> {
  for await (const message of messages) return message;
  throw new UsageError(`an interceptor of ${path} passed on no request`);
}

async function onlyOne(messages: AsyncIterable<object>): Promise<unknown> {
  let only: object | undefined;
  for await (const message of messages) only = message;
  return only;
}
