/** Mutual TLS: the server serves only clients that show a certificate of its authority, and handlers know who calls. */
import {
  clientCredentials,
  createChannel,
  createClient,
  createServer,
  RpcError,
  serverCredentials,
  Status,
} from 'calmwire';
import { certificate } from './certificates.ts';
import { OrderService } from './gen/orders_pb.ts';

const authority = certificate('authority.pem');

const server = createServer().add(OrderService, {
  async getOrder({ id }, { security }) {
    // Verified: the client has the key of this certificate.
    const caller = security?.peer ?? '';
    if (!caller.includes('till-7')) throw new RpcError('only till 7 may ask', Status.PERMISSION_DENIED);
    return { id };
  },
});
const { port } = await server.listen('127.0.0.1:0', {
  credentials: serverCredentials({
    certificate: certificate('server.pem'),
    privateKey: certificate('server.key.pem'),
    rootCertificates: authority,
    clientCertificates: 'required',
  }),
  onHandshakeFault: (fault) => console.log(`server: ${fault.text}`),
});

const channel = createChannel(`localhost:${port}`, {
  credentials: clientCredentials({
    rootCertificates: authority,
    certificate: certificate('client.pem'),
    privateKey: certificate('client.key.pem'),
  }),
});
const { id } = await createClient(OrderService, channel).getOrder({ id: 'o-1' });
console.log(`order ${id} for till-7`);
channel.close();

const nobody = createChannel(`localhost:${port}`, { credentials: clientCredentials({ rootCertificates: authority }) });
await createClient(OrderService, nobody)
  .getOrder({ id: 'o-1' })
  .catch((error) => console.log(`client: ${error.message}`));
nobody.close();

await server.shutdown();
