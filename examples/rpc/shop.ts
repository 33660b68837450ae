/** The implementation of orders.v1.OrderService: what every example serves. */
import { type HandlerContext, RpcError, type ServiceImpl, Status } from 'calmwire';
import { type Order, type OrderLine, OrderState, type OrderService } from './gen/orders_pb.ts';

/** In cents. */
const prices: ReadonlyMap<string, bigint> = new Map([
  ['tea', 450n],
  ['milk', 120n],
  ['cup', 890n],
]);

/** An implementation is an object, or a class when it has state. Its methods are those of the service. */
export class Shop implements ServiceImpl<typeof OrderService> {
  readonly #orders = new Map<string, Order['lines']>([['o-1', []]]);

  /** Unary: a request, a promise of a response. A response is a message or an object with some of its fields. */
  async getOrder({ id }: { id: string }) {
    const lines = this.#orders.get(id);
    // An RpcError is an answer. Any other exception is a mistake: the client gets UNKNOWN and none of its text.
    if (lines === undefined) throw new RpcError(`there is no order ${id}`, Status.NOT_FOUND);
    return { id, lines, state: OrderState.PLACED, total: totalOf(lines) };
  }

  /** Server streaming: an async generator. It is asked for the next message when the client has room for it. */
  async *watch({ id }: { id: string }, { signal }: HandlerContext) {
    const states = [OrderState.PLACED, OrderState.PACKED, OrderState.SHIPPED, OrderState.DELIVERED];
    for (const [at, state] of states.entries()) {
      // The client may be gone: nobody waits for the rest then.
      signal.throwIfAborted();
      yield { id, state, number: at + 1 };
    }
  }

  /** Client streaming: an async iterable of requests. The client is held back while the loop is busy. */
  async placeOrder(requests: AsyncIterable<OrderLine>) {
    const lines: OrderLine[] = [];
    for await (const line of requests) lines.push(line);
    const id = `o-${this.#orders.size + 1}`;
    this.#orders.set(id, lines);
    return { id, lines, state: OrderState.PLACED, total: totalOf(lines) };
  }

  /** Bidi streaming: both. */
  async *price(requests: AsyncIterable<OrderLine>) {
    for await (const { sku, quantity } of requests) yield { sku, price: priceOf(sku) * BigInt(quantity) };
  }
}

function priceOf(sku: string): bigint {
  const price = prices.get(sku);
  if (price === undefined) throw new RpcError(`nothing is sold as ${sku}`, Status.INVALID_ARGUMENT);
  return price;
}

function totalOf(lines: readonly OrderLine[]): bigint {
  return lines.reduce((total, { sku, quantity }) => total + priceOf(sku) * BigInt(quantity), 0n);
}
