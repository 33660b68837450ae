/** The whole of it: a service, a server, a channel, a client, a call. */
import { createChannel, createClient, createServer } from 'calmwire';
import { OrderService } from './gen/orders_pb.ts';
import { Shop } from './shop.ts';

const server = createServer();
server.add(OrderService, new Shop());
const { target } = await server.listen('127.0.0.1:0');

const channel = createChannel(target);
const orders = createClient(OrderService, channel);

const order = await orders.getOrder({ id: 'o-1' }, { timeoutMs: 2_000 });
console.log(`order ${order.id}: ${order.lines.length} lines, ${order.total} cents`);

channel.close();
await server.shutdown();
