/** TLS: the server shows a certificate, the client checks it against the authorities that it trusts. */
import { clientCredentials, createChannel, createClient, createServer, serverCredentials } from 'calmwire';
import { certificate } from './certificates.ts';
import { OrderService } from './gen/orders_pb.ts';
import { Shop } from './shop.ts';

const server = createServer().add(OrderService, new Shop());
const { port } = await server.listen('127.0.0.1:0', {
  credentials: serverCredentials({
    certificate: certificate('server.pem'),
    privateKey: certificate('server.key.pem'),
    // Renewed files are taken into use without a restart.
    watchIntervalMs: 60_000,
    onReload: (outcome) => console.log('certificate:', outcome.kind),
  }),
});

// The certificate must show the name in the target. Without rootCertificates the public authorities of the web are trusted.
const channel = createChannel(`localhost:${port}`, {
  credentials: clientCredentials({ rootCertificates: certificate('authority.pem') }),
});
const { id } = await createClient(OrderService, channel).getOrder({ id: 'o-1' });
console.log(`order ${id} over TLS`);
channel.close();

// A client that does not trust the authority learns why in plain words.
const stranger = createChannel(`localhost:${port}`, { credentials: clientCredentials() });
await createClient(OrderService, stranger)
  .getOrder({ id: 'o-1' })
  .catch((error) => console.log(error.message));
stranger.close();

await server.shutdown();
