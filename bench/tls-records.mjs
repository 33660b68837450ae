/**
 * TLS 1.3 around generated octets, without a handshake that anybody agreed on: hellos whose random the key log names, an
 * EncryptedExtensions and two Finished, then records of application data (RFC 8446 §5.2, §7.1, §7.3; AES-128-GCM).
 */
import { createCipheriv, createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';

const RECORD_BYTES_MAX = 16_384;
const HANDSHAKE = 22;
const APPLICATION_DATA = 23;

/** Writes the key log and returns what seals the octets of each end. */
export function tlsRecords(keyLogFile) {
  const random = randomBytes(32);
  const secrets = Object.fromEntries(
    [
      'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
      'SERVER_HANDSHAKE_TRAFFIC_SECRET',
      'CLIENT_TRAFFIC_SECRET_0',
      'SERVER_TRAFFIC_SECRET_0',
    ].map((label) => [label, randomBytes(32)]),
  );
  const lines = Object.entries(secrets).map(
    ([label, secret]) => `${label} ${random.toString('hex')} ${secret.toString('hex')}\n`,
  );
  writeFileSync(keyLogFile, lines.join(''));
  return {
    clientHello: clear(1, clientHello(random)),
    serverHello: clear(2, serverHello()),
    serverFlight: Buffer.concat([
      sealer(secrets.SERVER_HANDSHAKE_TRAFFIC_SECRET)(
        Buffer.concat([message(8, vector(2, extension(16, alpn()))), message(20, randomBytes(32))]),
        HANDSHAKE,
      ),
    ]),
    clientFinished: sealer(secrets.CLIENT_HANDSHAKE_TRAFFIC_SECRET)(message(20, randomBytes(32)), HANDSHAKE),
    client: sealer(secrets.CLIENT_TRAFFIC_SECRET_0),
    server: sealer(secrets.SERVER_TRAFFIC_SECRET_0),
  };
}

function sealer(secret) {
  const key = expandLabel(secret, 'key', 16);
  const iv = expandLabel(secret, 'iv', 12);
  let sequence = 0n;
  return (octets, type = APPLICATION_DATA) => {
    const records = [];
    for (let at = 0; at < octets.length; at += RECORD_BYTES_MAX) {
      records.push(seal(key, iv, sequence++, octets.subarray(at, at + RECORD_BYTES_MAX), type));
    }
    return Buffer.concat(records);
  };
}

function seal(key, iv, sequence, content, type) {
  const nonce = Buffer.from(iv);
  nonce.writeBigUInt64BE(nonce.readBigUInt64BE(4) ^ sequence, 4);
  const header = Buffer.from([APPLICATION_DATA, 3, 3, 0, 0]);
  header.writeUInt16BE(content.length + 17, 3);
  const cipher = createCipheriv('aes-128-gcm', key, nonce).setAAD(header);
  return Buffer.concat([
    header,
    cipher.update(content),
    cipher.update(Buffer.of(type)),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
}

function expandLabel(secret, label, length) {
  const info = Buffer.concat([Buffer.of(0, length), vector(1, Buffer.from(`tls13 ${label}`)), Buffer.of(0, 1)]);
  return createHmac('sha256', secret).update(info).digest().subarray(0, length);
}

function clear(type, body) {
  return Buffer.concat([Buffer.of(HANDSHAKE, 3, 3), vector(2, message(type, body))]);
}

function message(type, body) {
  return Buffer.concat([Buffer.of(type), vector(3, body)]);
}

/** Octets after their length in `width` octets. */
function vector(width, octets) {
  const length = Buffer.alloc(width);
  length.writeUIntBE(octets.length, 0, width);
  return Buffer.concat([length, octets]);
}

function extension(type, body) {
  return Buffer.concat([Buffer.of(type >>> 8, type & 0xff), vector(2, body)]);
}

function alpn() {
  return vector(2, vector(1, Buffer.from('h2')));
}

function clientHello(random) {
  const extensions = [extension(43, vector(1, Buffer.of(3, 4))), extension(16, alpn())];
  return Buffer.concat([
    Buffer.of(3, 3),
    random,
    Buffer.of(0),
    vector(2, Buffer.of(0x13, 0x01)),
    Buffer.of(1, 0),
    vector(2, Buffer.concat(extensions)),
  ]);
}

function serverHello() {
  const extensions = extension(43, Buffer.of(3, 4));
  return Buffer.concat([Buffer.of(3, 3), randomBytes(32), Buffer.of(0, 0x13, 0x01, 0), vector(2, extensions)]);
}
