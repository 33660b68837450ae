/** Calls of a client that has interceptors: requests and responses become objects that the interceptors pass on. */
import { create, type DescMessage, type DescMethod, type MessageInitShape } from '@bufbuild/protobuf';
import { invariant } from '#base';
import { Metadata } from '#grpc';
import { createContextValues } from '../context-values.ts';
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
import { type ClientCore, deadlineOf, noRequest, requestsOf } from './begin.ts';
import type { Calls } from './client.ts';
import { abortedBefore } from './outcome.ts';
import { unary } from './single.ts';
import { pumpedStreaming } from './streaming.ts';
import type { CallOptions } from './types.ts';

/** The signal of calls whose caller gave none. */
const never = new AbortController().signal;

/** Options that interceptors do not see travel in the request under this name; copies of the request keep it. */
const carried = Symbol('call options');

interface Carrying {
  readonly [carried]?: CallOptions | undefined;
}

export function interceptedCalls(
  core: ClientCore,
  methods: readonly Method[],
  interceptors: readonly Interceptor[],
): Calls {
  const byDesc = new Map<DescMethod, Method>(methods.map((method) => [method.desc, method]));
  const call = intercept((req) => transmit(core, byDesc, req), interceptors);
  return {
    unary: (_, method, request, options) => callUnary(core, call, method, request, options),
    'client-streaming': (_, method, requests, options) => callForOne(core, call, method, requests, options),
    'server-streaming': (_, method, request, options) => callForMany(core, call, method, request, options),
    'bidi-streaming': (_, method, requests, options) => callForMany(core, call, method, requests, options),
  };
}

async function callUnary(
  core: ClientCore,
  call: AnyFn,
  method: Method,
  request: unknown,
  options: CallOptions | undefined,
): Promise<unknown> {
  const message = normalize(method, request);
  const req: UnaryRequest & Carrying = { ...common(core, method, options), stream: false, message };
  const res = await call(req);
  invariant(!res.stream, 'an interceptor answered a unary request with a stream');
  options?.onHeader?.(res.header);
  options?.onTrailer?.(res.trailer);
  return res.message;
}

async function callStream(
  core: ClientCore,
  call: AnyFn,
  method: Method,
  request: unknown,
  options: CallOptions | undefined,
): Promise<StreamResponse> {
  const req: StreamRequest & Carrying = {
    ...common(core, method, options),
    stream: true,
    message: messagesOf(method, request),
  };
  const res = await call(req);
  invariant(res.stream, 'an interceptor answered a streaming request without a stream');
  options?.onHeader?.(res.header);
  return res;
}

async function callForOne(
  core: ClientCore,
  call: AnyFn,
  method: Method,
  requests: unknown,
  options: CallOptions | undefined,
): Promise<unknown> {
  const res = await callStream(core, call, method, requests, options);
  let message: object | undefined;
  for await (const one of res.message) message = one;
  options?.onTrailer?.(res.trailer);
  return message;
}

function callForMany(
  core: ClientCore,
  call: AnyFn,
  method: Method,
  request: unknown,
  options: CallOptions | undefined,
): AsyncIterable<unknown> {
  const response = callStream(core, call, method, request, options);
  // It begins at once, and its failure is told by the loop, however late that comes.
  response.catch(() => undefined);
  return responses(response, options);
}

async function* responses(response: Promise<StreamResponse>, options: CallOptions | undefined): AsyncGenerator<object> {
  const res = await response;
  yield* res.message;
  options?.onTrailer?.(res.trailer);
}

function common(core: ClientCore, { desc, path }: Method, options: CallOptions | undefined) {
  const signal = options?.signal ?? never;
  if (signal.aborted) throw abortedBefore(signal);
  return {
    service: desc.parent,
    method: desc,
    url: path,
    signal,
    header: new Metadata(options?.headers),
    contextValues: options?.contextValues ?? createContextValues(),
    deadlineMs: deadlineOf(core, options),
    [carried]: options,
  };
}

/** Interceptors see messages, also where the caller gave an object that initialises one. */
function normalize(method: Method, message: unknown): object {
  if (typeof message !== 'object' || message === null) throw noRequest(method, String(message));
  return create(method.desc.input, message as MessageInitShape<DescMessage>);
}

async function* messagesOf(method: Method, request: unknown): AsyncGenerator<object> {
  if (method.kind === 'server-streaming') yield normalize(method, request);
  else for await (const message of requestsOf(method, request)) yield normalize(method, message);
}

/** The innermost function: makes the call. */
async function transmit(
  core: ClientCore,
  methods: ReadonlyMap<DescMethod, Method>,
  req: (UnaryRequest | StreamRequest) & Carrying,
): Promise<UnaryResponse | StreamResponse> {
  const method = methods.get(req.method);
  invariant(method !== undefined, 'an interceptor passed on a method of another service');
  const { service, method: desc } = req;
  return req.stream
    ? transmitStream(core, method, req, { service, method: desc })
    : transmitUnary(core, method, req, { service, method: desc });
}

type Origin = Pick<UnaryResponse, 'service' | 'method'>;

async function transmitUnary(
  core: ClientCore,
  method: Method,
  req: UnaryRequest & Carrying,
  origin: Origin,
): Promise<UnaryResponse> {
  let header = new Metadata();
  let trailer = new Metadata();
  const message = (await unary(core, method, req.message, {
    ...callOptions(core, req),
    onHeader: (metadata) => {
      header = metadata;
    },
    onTrailer: (metadata) => {
      trailer = metadata;
    },
  })) as object;
  return { ...origin, stream: false, header, trailer, message };
}

/** The response is there when its headers are, or the end when there are none; without either the call has failed. */
function transmitStream(
  core: ClientCore,
  method: Method,
  req: StreamRequest & Carrying,
  origin: Origin,
): Promise<StreamResponse> {
  return new Promise((resolve, reject) => {
    const trailer = new Metadata();
    const answer = (header: Metadata) => resolve({ ...origin, stream: true, header, trailer, message });
    const options: CallOptions = {
      ...callOptions(core, req),
      onHeader: answer,
      onTrailer: (metadata) => trailer.merge(metadata),
    };
    const message = pumpedStreaming(core, method, req.message, options, (error) => {
      if (error === undefined) answer(new Metadata());
      else reject(error());
    }) as AsyncIterable<object>;
  });
}

/** What the request says now, after all interceptors. */
function callOptions(core: ClientCore, req: (UnaryRequest | StreamRequest) & Carrying): CallOptions {
  const options = req[carried];
  return {
    signal: req.signal === never ? undefined : req.signal,
    timeoutMs: req.deadlineMs === undefined ? Number.POSITIVE_INFINITY : req.deadlineMs - core.channel.now(),
    headers: req.header,
    waitForReady: options?.waitForReady,
    compress: options?.compress,
  };
}
