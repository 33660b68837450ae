/** A client and a server of the orders service on a fake wire. */
import type { Interceptor, ServiceImpl } from '#rpc';
import { addService, type ClientOptions, createClient, type HandlerFailure } from '#rpc';
import { OrderService } from '../../examples/rpc/gen/orders_pb.ts';
import { FakeWire } from './fake.ts';

export type Implementation = Partial<ServiceImpl<typeof OrderService>>;

export function serving(
  implementation: Implementation,
  options: ClientOptions & { readonly serverInterceptors?: readonly Interceptor[] } = {},
) {
  const wire = new FakeWire();
  const failures: HandlerFailure[] = [];
  const sink = (failure: HandlerFailure) => failures.push(failure);
  const interceptors = options.serverInterceptors ?? [];
  addService({ host: wire, now: () => wire.nowMs, interceptors, sink }, OrderService, implementation);
  return { wire, failures, client: createClient(OrderService, wire, options) };
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not reject');
}

/** Lets everything run that is under way. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export async function all<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const message of messages) list.push(message);
  return list;
}

export async function* streamOf<T>(...items: T[]): AsyncGenerator<T> {
  yield* items;
}
