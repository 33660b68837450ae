/** Streams in all directions, and what holds them back. */
import { createChannel, createClient, createServer } from 'calmwire';
import { OrderService, OrderState, OrderStateSchema } from './gen/orders_pb.ts';
import { Shop } from './shop.ts';

const nameOf = (state: number) => OrderStateSchema.values.find(({ number }) => number === state)?.localName ?? state;

const server = createServer().add(OrderService, new Shop());
const { target } = await server.listen('127.0.0.1:0');
const channel = createChannel(target);
const orders = createClient(OrderService, channel);

// Server streaming. The loop's pace is the server's pace: what is not taken is not sent.
for await (const { number, state } of orders.watch({ id: 'o-1' })) {
  console.log(`event ${number}: ${nameOf(state)}`);
  // Leaving the loop cancels the call, and the generator at the server runs its `finally`.
  if (state === OrderState.SHIPPED) break;
}

// Client streaming. The generator is asked for the next line when the server has room for it.
async function* lines() {
  yield { sku: 'tea', quantity: 2 };
  yield { sku: 'milk', quantity: 1 };
}
const { id, total } = await orders.placeOrder(lines());
console.log(`placed ${id}: ${total} cents`);

// Bidi streaming. Answers come while requests go.
for await (const { sku, price } of orders.price(lines())) console.log(`${sku}: ${price} cents`);

channel.close();
await server.shutdown();
