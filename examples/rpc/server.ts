/** A server as a program of its own: `npm run example -- server 127.0.0.1:50051`. Ctrl-C or SIGTERM stops it in peace. */
import { createServer, eventText } from 'calmwire';
import { OrderService } from './gen/orders_pb.ts';
import { Shop } from './shop.ts';

const server = createServer({
  // Clients look at their addresses again now and then, so that a new server gets its share.
  maxConnectionAgeMs: 30 * 60_000,
  maxConnectionAgeGraceMs: 60_000,
  onEvent: (event) => console.log(eventText(event)),
});
server.add(OrderService, new Shop());

const { target } = await server.listen(process.argv[2] ?? '127.0.0.1:50051');
console.log(`listening on ${target}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    // Calls that run have 20 seconds to end; clients go elsewhere with new ones, and nobody sees an error.
    await server.shutdown();
    console.log('stopped');
  });
}
