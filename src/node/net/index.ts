/** The adapters of the runtime's ports to Node: clock, sockets, TLS, names, compression. */
export { type AcceptorOptions, plainAcceptor } from './accept.ts';
export { type TlsAcceptor, type TlsAcceptorOptions, tlsAcceptor } from './accept-tls.ts';
export { chance, NodeClock } from './clock.ts';
export { nodeCompressions } from './compression.ts';
export { type ClientCredentials, type ClientCredentialsOptions, clientCredentials } from './credentials/client.ts';
export type { Provider, ReloadOptions, ReloadOutcome } from './credentials/credentials.ts';
export type { Material } from './credentials/load.ts';
export type { Pem } from './credentials/material.ts';
export {
  type ClientCertificates,
  type ServerCredentials,
  type ServerCredentialsOptions,
  serverCredentials,
} from './credentials/server.ts';
export { type DialerOptions, plainDialer } from './dial.ts';
export { tlsDialer } from './dial-tls.ts';
export type { HandshakeCounts } from './handshakes.ts';
export { NodeHold } from './hold.ts';
export { SystemNames } from './names.ts';
