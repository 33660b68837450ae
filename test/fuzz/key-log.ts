/** Key logs as text that anybody may write: no exception, counts that add up, and the same whatever the cut of the octets. */
import { fromLatin1, toHex } from '#base';
import { KeyLog } from '#tls';
import { sealedTalk } from '../tls/sealed-talk.ts';
import type { FuzzTarget } from './run.ts';

const RANDOM = 'ab'.repeat(32);

export const fuzzTarget: FuzzTarget = {
  name: 'key-log',
  run(bytes) {
    const whole = read(bytes, bytes.length || 1);
    const pieces = read(bytes, 1 + ((bytes[0] ?? 0) % 37));
    if (shown(whole) !== shown(pieces)) throw new Error('the cut of the octets changes what is read');
    if (whole.sessions > whole.secretLines) throw new Error('more connections than lines');
    const secret = whole.find(RANDOM)?.get('CLIENT_RANDOM');
    if (secret !== undefined && secret.length !== 32 && secret.length !== 48) throw new Error(toHex(secret));
  },
  seeds: () => [
    fromLatin1(sealedTalk().keyLog),
    fromLatin1(
      `# comment\r\nCLIENT_RANDOM ${RANDOM} ${'cd'.repeat(48)}\r\n\nRSA 0123456789abcdef ${'01'.repeat(48)}\n`,
    ),
    fromLatin1(`QUIC_SERVER_TRAFFIC_SECRET_0 ${RANDOM} ${'ef'.repeat(32)}\nnonsense\nCLIENT_RANDOM ${RANDOM} 0\n`),
  ],
};

function read(bytes: Uint8Array, pieceBytes: number): KeyLog {
  const keyLog = new KeyLog();
  for (let at = 0; at < bytes.length; at += pieceBytes) keyLog.push(bytes.slice(at, at + pieceBytes));
  keyLog.end();
  return keyLog;
}

function shown({ sessions, secretLines, badLines, omitted }: KeyLog): string {
  return [sessions, secretLines, badLines, omitted].join(' ');
}
