/** Calls that fail: what the error says, what it carries, and why it happened. */
import { StringValueSchema } from '@bufbuild/protobuf/wkt';
import { createChannel, createClient, createServer, RpcError, Status } from 'calmwire';
import { OrderService } from './gen/orders_pb.ts';

const server = createServer().add(OrderService, {
  async getOrder({ id }) {
    // Code and text for people, details for programs, metadata beside them.
    throw new RpcError(`there is no order ${id}`, Status.NOT_FOUND, {
      details: [{ desc: StringValueSchema, value: { value: 'try o-1' } }],
      metadata: { shop: 'north' },
    });
  },
  async *watch(_, { signal }) {
    // Never answers, and stops when nobody waits any more.
    await new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  },
});
const { target } = await server.listen('127.0.0.1:0');
const channel = createChannel(target);
const orders = createClient(OrderService, channel);

async function failure(promise: Promise<unknown>): Promise<RpcError> {
  const error = await promise.then(
    () => undefined,
    (reason) => reason,
  );
  if (error instanceof RpcError) return error;
  throw error ?? new Error('it did not fail');
}

const missing = await failure(orders.getOrder({ id: 'o-9' }));
console.log(missing.message);
console.log('  hint:', missing.findDetails(StringValueSchema)[0]?.value, '- shop:', missing.metadata.get('shop'));

const slow = await failure(orders.watch({ id: 'o-1' }, { timeoutMs: 50 })[Symbol.asyncIterator]().next());
console.log(slow.codeName);
console.log(`  ${slow.explanation?.text().replaceAll('\n', '\n  ')}`);

await server.close();
const gone = await failure(orders.getOrder({ id: 'o-1' }));
console.log(gone.codeName, '- may be called again:', gone.failure?.processed === 'no');
console.log(`  ${gone.explanation?.text('zh')}`);
channel.close();
