/**
 * A conversation in TLS 1.3 put together by hand (RFC 8446 §5.2, §7.3), the same every time: hellos, Finished of both sides,
 * and octets of HTTP/2 under keys that the log names. Nobody agreed on the keys, so nothing of it needs randomness.
 */
import { createCipheriv, createHmac } from 'node:crypto';

export interface SealedChunk {
  readonly from: 'client' | 'server';
  readonly bytes: Uint8Array;
}

export interface SealedTalk {
  readonly chunks: readonly SealedChunk[];
  readonly keyLog: string;
  /** The next record of a side. */
  readonly sealer: Sealer;
}

export type Sealer = (from: 'client' | 'server', content: Uint8Array) => Uint8Array;

type Seal = (content: Uint8Array, type?: number) => Buffer;

const RANDOM = Buffer.alloc(32, 0x5a);
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;
const EXPORTED = [
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
] as const;

/** `said`: the octets of each record of content, in turn from client and server. */
export function sealedTalk(said: readonly Uint8Array[] = SMALL): SealedTalk {
  const secrets = EXPORTED.map((_, at) => Buffer.alloc(32, at + 1));
  const [clientHandshake, serverHandshake, client, server] = secrets.map(sealer);
  const chunks: SealedChunk[] = [
    { from: 'client', bytes: clear(1, clientHello()) },
    { from: 'server', bytes: clear(2, serverHello()) },
    { from: 'server', bytes: serverHandshake!(Buffer.concat([message(8, vector(2, alpn())), finished()]), HANDSHAKE) },
    { from: 'client', bytes: clientHandshake!(finished(), HANDSHAKE) },
    ...said.map((bytes, at) =>
      at % 2 === 0
        ? ({ from: 'client', bytes: client!(bytes) } as const)
        : ({ from: 'server', bytes: server!(bytes) } as const),
    ),
  ];
  const keyLog = EXPORTED.map((label, at) => `${label} ${RANDOM.toString('hex')} ${secrets[at]!.toString('hex')}\n`);
  const next: Sealer = (from, content) => (from === 'client' ? client! : server!)(content);
  return { chunks, keyLog: keyLog.join(''), sealer: next };
}

const SMALL = [40, 30, 17, 17, 90, 60].map((length, at) => new Uint8Array(length).fill(at));

function sealer(secret: Buffer): Seal {
  const key = expandLabel(secret, 'key', 16);
  const iv = expandLabel(secret, 'iv', 12);
  let sequence = 0;
  return (content, type = APPLICATION_DATA) => {
    const nonce = Buffer.from(iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence++) >>> 0, 8);
    const header = Buffer.from([APPLICATION_DATA, 3, 3, 0, 0]);
    header.writeUInt16BE(content.length + 17, 3);
    const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(header);
    const body = [cipher.update(content), cipher.update(Buffer.of(type)), cipher.final()];
    return Buffer.concat([header, ...body, cipher.getAuthTag()]);
  };
}

function expandLabel(secret: Buffer, label: string, length: number): Buffer {
  const info = Buffer.concat([Buffer.of(0, length), vector(1, Buffer.from(`tls13 ${label}`)), Buffer.of(0, 1)]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

function clear(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.of(HANDSHAKE, 3, 3), vector(2, message(type, body))]);
}

function message(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.of(type), vector(3, body)]);
}

function finished(): Buffer {
  return message(20, Buffer.alloc(32, 7));
}

function vector(width: number, octets: Buffer): Buffer {
  const length = Buffer.alloc(width);
  length.writeUIntBE(octets.length, 0, width);
  return Buffer.concat([length, octets]);
}

function extension(type: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.of(type >>> 8, type & 0xff), vector(2, body)]);
}

function alpn(): Buffer {
  return extension(16, vector(2, vector(1, Buffer.from('h2'))));
}

function clientHello(): Buffer {
  const extensions = [extension(43, vector(1, Buffer.of(3, 4))), alpn()];
  const suites = vector(2, Buffer.of(0x13, 0x01));
  return Buffer.concat([
    Buffer.of(3, 3),
    RANDOM,
    Buffer.of(0),
    suites,
    Buffer.of(1, 0),
    vector(2, Buffer.concat(extensions)),
  ]);
}

function serverHello(): Buffer {
  const version = extension(43, Buffer.of(3, 4));
  return Buffer.concat([Buffer.of(3, 3), Buffer.alloc(32, 0xa5), Buffer.of(0, 0x13, 0x01, 0), vector(2, version)]);
}
