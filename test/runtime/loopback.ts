/** Servers and channels of the orders service on real sockets, cleaned up after each test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Channel,
  type ChannelOptions,
  createChannel,
  createClient,
  createServer,
  type HandlerFailure,
  type ListenOptions,
  type Server,
  type ServerOptions,
} from 'calmwire';
import { afterEach } from 'vitest';
import { OrderService } from '../../examples/rpc/gen/orders_pb.ts';
import type { Implementation } from '../rpc/orders.ts';

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Runs after the test. */
export function afterwards(cleanup: () => unknown): void {
  cleanups.push(cleanup);
}

export interface Setup {
  readonly at?: string;
  readonly server?: ServerOptions;
  readonly listen?: ListenOptions;
  readonly channel?: ChannelOptions;
}

/** A server with the implementation, a channel to it, a client on it. */
export async function running(implementation: Implementation, setup: Setup = {}) {
  const failures: HandlerFailure[] = [];
  const server = createServer({ onHandlerError: (failure) => failures.push(failure), ...setup.server });
  server.add(OrderService, implementation);
  cleanups.push(() => server.close());
  const bound = await server.listen(setup.at ?? '127.0.0.1:0', setup.listen);
  const { channel, orders } = dialling(bound.target, setup.channel);
  return { server, bound, channel, orders, failures };
}

/** A channel and a client on it. */
export function dialling(target: string, options?: ChannelOptions) {
  const channel = createChannel(target, options);
  cleanups.push(() => channel.close());
  return { channel, orders: createClient(OrderService, channel) };
}

/** A path for a file or socket that is removed after the test. */
export function temporaryPath(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'calmwire-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, name);
}

export type { Channel, Server };
