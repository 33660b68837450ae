/** A real TLS conversation without a socket: node:tls at both ends of a pair of streams, its octets and secrets kept. */
import { Duplex } from 'node:stream';
import { connect, createSecureContext, type SecureVersion, TLSSocket, type TLSSocketOptions } from 'node:tls';
import type { End } from '#trace';
import { makeAuthority } from '../support/certificates.ts';

export interface Chunk {
  readonly from: End;
  readonly bytes: Uint8Array;
}

export interface Conversation {
  /** The octets of both ends as they were written; the client is `a`. */
  readonly chunks: readonly Chunk[];
  readonly keyLog: string;
  /** What the applications said. */
  readonly said: { readonly a: Uint8Array; readonly b: Uint8Array };
}

export interface Manner {
  readonly version: SecureVersion;
  readonly ciphers?: string;
  /** A server certificate by key type; RSA for suites that want it. */
  readonly key?: 'ec' | 'rsa';
  /** Said in turn, the client first. */
  readonly messages?: readonly Uint8Array[];
  /** The server wants a client certificate; the client has none. */
  readonly asks?: boolean;
  readonly alpn?: { readonly client: readonly string[]; readonly server: readonly string[] };
}

const authority = makeAuthority();
const identities = {
  ec: authority.issue({ names: ['localhost'] }),
  rsa: authority.issue({ names: ['localhost'], key: 'rsa' }),
};

/** Two streams, each of which reads what the other writes. */
function wire(told: (from: End, bytes: Uint8Array) => void): { readonly a: Duplex; readonly b: Duplex } {
  const end = (from: End, other: () => Duplex): Duplex =>
    new Duplex({
      read: () => undefined,
      write: (chunk: Uint8Array, _encoding, done) => {
        told(from, Uint8Array.from(chunk));
        other().push(chunk);
        done();
      },
      final: (done) => {
        other().push(null);
        done();
      },
    });
  const a: Duplex = end('a', () => b);
  const b: Duplex = end('b', () => a);
  return { a, b };
}

export async function converse(manner: Manner): Promise<Conversation> {
  const chunks: Chunk[] = [];
  let keyLog = '';
  const { a, b } = wire((from, bytes) => chunks.push({ from, bytes }));
  const { certificate, privateKey } = identities[manner.key ?? 'ec'];
  const common = {
    minVersion: manner.version,
    maxVersion: manner.version,
    ...(manner.ciphers === undefined ? {} : { ciphers: manner.ciphers }),
  };
  const secureContext = createSecureContext({
    ...common,
    cert: certificate,
    key: privateKey,
    ca: authority.certificate,
  });
  const options: TLSSocketOptions = {
    isServer: true,
    secureContext,
    ALPNProtocols: [...(manner.alpn?.server ?? ['h2'])],
  };
  const server = new TLSSocket(b, { ...options, requestCert: manner.asks === true, rejectUnauthorized: false });
  const client = connect({
    ...common,
    socket: a,
    servername: 'localhost',
    rejectUnauthorized: false,
    ALPNProtocols: [...(manner.alpn?.client ?? ['h2'])],
  });
  client.on('keylog', (line) => {
    keyLog += line.toString('latin1');
  });
  const said = { a: [] as Uint8Array[], b: [] as Uint8Array[] };
  try {
    await Promise.all([once(client, 'secureConnect'), once(server, 'secure')]);
    for (const [at, message] of (manner.messages ?? []).entries()) {
      const [from, to, end] = at % 2 === 0 ? ([client, server, 'a'] as const) : ([server, client, 'b'] as const);
      const arrived = received(to, message.length);
      from.write(message);
      await arrived;
      said[end].push(message);
    }
    const over = once(server, 'end');
    server.resume();
    client.end();
    await over;
  } catch {
    // The conversation failed as its manner wants it: what was said until then is kept.
  }
  client.destroy();
  server.destroy();
  return { chunks, keyLog, said: { a: joined(said.a), b: joined(said.b) } };
}

function once(socket: TLSSocket, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
}

function received(socket: TLSSocket, length: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = length;
    const take = (chunk: Uint8Array): void => {
      left -= chunk.length;
      if (left > 0) return;
      socket.off('data', take);
      socket.pause();
      resolve();
    };
    socket.on('data', take);
    socket.once('error', reject);
    socket.resume();
  });
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(Buffer.concat(parts));
}
