/** TLS connections whose octets are mutants: with secrets, without, and with holes. Nothing throws, and nothing is told amiss. */
import { nodeTlsCrypto } from '#node';
import { type Decryption, type TlsCrypto, TlsSink } from '#tls';
import type { TlsNews } from '#trace';
import { sealedTalk } from '../tls/sealed-talk.ts';
import { keyLogOf, Told } from '../tls/told.ts';
import { deliveries, operations } from './operations.ts';
import type { FuzzTarget } from './run.ts';

const talk = sealedTalk();
const INFO = {
  a: { address: '10.0.0.1', port: 40_000 },
  b: { address: '10.0.0.2', port: 443 },
  handshake: 'seen',
} as const;

export function tlsTarget(name: string, crypto: TlsCrypto): FuzzTarget {
  const decryption: Decryption = { keyLog: keyLogOf(talk.keyLog), crypto };
  return {
    name,
    run(bytes) {
      for (const keys of [decryption, undefined]) run(bytes, keys);
    },
    seeds: () => [
      deliveries(talk.chunks),
      deliveries(talk.chunks.filter(({ from }) => from === 'client')),
      withHole(deliveries(talk.chunks)),
    ],
  };
}

export const fuzzTarget = tlsTarget('tls', nodeTlsCrypto);

function run(bytes: Uint8Array, keys: Decryption | undefined): void {
  const told = new CheckedTold();
  const flow = new TlsSink({ opened: () => told }, keys).opened(INFO, 0, 1);
  let packet = 1;
  let sent = 0;
  for (const { code, from, bytes: octets } of operations(bytes)) {
    packet++;
    const end = from === 'client' ? 'a' : 'b';
    sent += octets.length;
    if (octets.length === 0) continue;
    if (code === 15) flow.gap(end, octets.length, packet, packet);
    else if (code === 13) flow.fin(end, packet, packet);
    else if (code === 12) flow.rst(end, undefined, 64, packet, packet);
    else flow.bytes(end, octets, 0, octets.length, packet, packet);
  }
  flow.done('capture-ended', packet);
  if (told.ended === undefined) throw new Error('the end was not passed on');
  const passed = told.text('a').length + told.text('b').length;
  // The first octets of each end may be told again.
  if (passed > sent + 128) throw new Error(`${passed} octets of ${sent}`);
  if (told.missing.a + told.missing.b > sent) throw new Error('more is missing than there was');
}

class CheckedTold extends Told {
  override tls(from: 'a' | 'b', news: TlsNews): void {
    if (this.ended !== undefined) throw new Error(`${news.step} after the end`);
    super.tls(from, news);
  }
}

/** The operation in the middle becomes a gap of the same length. */
function withHole(bytes: Uint8Array): Uint8Array {
  let at = 0;
  while (at < bytes.length / 2) at += 2 + bytes[at + 1]!;
  bytes[at] = 0xf0 | (bytes[at]! & 1);
  return bytes;
}
