/** `createClient`: from the descriptor of a service to an object with a method for each of its methods. */
import type { DescService } from '@bufbuild/protobuf';
import { UsageError } from '#base';
import { protobufCodec } from '../codec.ts';
import { type Method, methodsOf } from '../method.ts';
import type { ClientCore } from './begin.ts';
import { interceptedCalls } from './intercepted.ts';
import { clientStreaming, unary } from './single.ts';
import { bidiStreaming, serverStreaming } from './streaming.ts';
import type { CallOptions, Client, ClientOptions, RpcChannel } from './types.ts';

/** One function for each kind of method. */
export type Calls = Readonly<
  Record<
    Method['kind'],
    (core: ClientCore, method: Method, request: unknown, options: CallOptions | undefined) => unknown
  >
>;

const direct: Calls = {
  unary,
  'client-streaming': clientStreaming,
  'server-streaming': serverStreaming,
  'bidi-streaming': bidiStreaming,
};

/**
 * A client of `service` on `channel`. `service` is the descriptor that protoc-gen-es generates. Clients are cheap and hold
 * nothing; a channel may have many.
 */
export function createClient<Desc extends DescService>(
  service: Desc,
  channel: RpcChannel,
  options: ClientOptions = {},
): Client<Desc> {
  if (service?.kind !== 'service') throw new UsageError('createClient needs the descriptor of a service');
  const { codec = protobufCodec, interceptors = [], defaultTimeoutMs } = options;
  const core: ClientCore = { channel, defaultTimeoutMs };
  const methods = methodsOf(service, codec);
  const calls = interceptors.length === 0 ? direct : interceptedCalls(core, methods, interceptors);
  const client: Record<string, unknown> = {};
  for (const method of methods) {
    const call = calls[method.kind];
    client[method.desc.localName] = (request: unknown, callOptions?: CallOptions) =>
      call(core, method, request, callOptions);
  }
  return client as Client<Desc>;
}
