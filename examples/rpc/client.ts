/** A client as a program of its own: `npm run example -- client 127.0.0.1:50051 o-1`. */
import { createChannel, createClient, RpcError } from 'calmwire';
import { OrderService } from './gen/orders_pb.ts';

const channel = createChannel(process.argv[2] ?? '127.0.0.1:50051');
const orders = createClient(OrderService, channel, { defaultTimeoutMs: 5_000 });

try {
  const { id, total } = await orders.getOrder({ id: process.argv[3] ?? 'o-1' });
  console.log(`order ${id}: ${total} cents`);
} catch (error) {
  if (!(error instanceof RpcError)) throw error;
  console.error(error.message);
  // Why, by the rules of `calmwire explain`.
  console.error(String(error.explanation));
  process.exitCode = 1;
} finally {
  channel.close();
}
