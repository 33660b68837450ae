/** Interceptors: functions around every call, the same on both sides. */
import {
  createChannel,
  createClient,
  createContextKey,
  createServer,
  type Interceptor,
  RpcError,
  Status,
} from 'calmwire';
import { OrderService } from './gen/orders_pb.ts';

/** Who calls; set by an interceptor of the server, read by handlers. */
const user = createContextKey('nobody', { description: 'user' });

const authenticate: Interceptor = (next) => (req) => {
  const token = req.header.get('authorization');
  if (token !== 'Bearer open-sesame') throw new RpcError('who are you?', Status.UNAUTHENTICATED);
  req.contextValues.set(user, 'ali');
  return next(req);
};

const log: Interceptor = (next) => async (req) => {
  try {
    const res = await next(req);
    console.log(`${req.url}: OK`);
    return res;
  } catch (error) {
    console.log(`${req.url}: ${RpcError.from(error).codeName}`);
    throw error;
  }
};

const authorize: Interceptor = (next) => (req) => {
  req.header.set('authorization', 'Bearer open-sesame');
  return next(req);
};

const server = createServer({ interceptors: [authenticate] }).add(OrderService, {
  getOrder: async ({ id }, { values }) => ({ id: `${id} of ${values.get(user)}` }),
});
const { target } = await server.listen('127.0.0.1:0');
const channel = createChannel(target);

// The first is the outermost: the log sees what the others do.
const trusted = createClient(OrderService, channel, { interceptors: [log, authorize] });
console.log((await trusted.getOrder({ id: 'o-1' })).id);
const stranger = createClient(OrderService, channel, { interceptors: [log] });
await stranger.getOrder({ id: 'o-1' }).catch(() => undefined);

channel.close();
await server.shutdown();
