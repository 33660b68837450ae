import { describe, expect, it } from 'vitest';
import { KeyLog } from '#tls';
import { keyLogOf } from './told.ts';

const RANDOM = '0123456789abcdef'.repeat(4);
const SECRET = 'fedcba98'.repeat(12);

describe('a key log', () => {
  it('gives secrets by client random and label', () => {
    const keyLog = keyLogOf(`# made by a test\nCLIENT_RANDOM ${RANDOM} ${SECRET}\n`);
    expect(keyLog.find(RANDOM)?.get('CLIENT_RANDOM')).toEqual(Uint8Array.from(Buffer.from(SECRET, 'hex')));
    expect(keyLog.find(RANDOM)?.get('CLIENT_TRAFFIC_SECRET_0')).toBeUndefined();
    expect(keyLog.find('00'.repeat(32))).toBeUndefined();
    expect(keyLog).toMatchObject({ sessions: 1, secretLines: 1, badLines: 0 });
  });

  it('takes capitals, CRLF, a last line without its end, and blanks', () => {
    const keyLog = keyLogOf(
      `CLIENT_RANDOM ${RANDOM.toUpperCase()}  ${SECRET.toUpperCase()} \r\n\r\n  \nCLIENT_RANDOM ${RANDOM} ${SECRET}`,
    );
    expect(keyLog.find(RANDOM)?.get('CLIENT_RANDOM')).toHaveLength(48);
    expect(keyLog).toMatchObject({ sessions: 1, secretLines: 2, badLines: 0 });
  });

  it('passes over secrets that open no records', () => {
    const keyLog = keyLogOf(`EXPORTER_SECRET ${RANDOM} ${'ab'.repeat(32)}\nRSA 0123456789abcdef ${SECRET}\n`);
    expect(keyLog).toMatchObject({ sessions: 0, secretLines: 2, badLines: 0 });
  });

  it('counts what is no line of the format', () => {
    const keyLog = keyLogOf(
      `hello\nCLIENT_RANDOM ${RANDOM}\nCLIENT_RANDOM 0123 ${SECRET}\nCLIENT_RANDOM ${RANDOM} abc\n`,
    );
    expect(keyLog).toMatchObject({ sessions: 0, secretLines: 0, badLines: 4 });
  });

  it('is bounded in its lines', () => {
    const keyLog = new KeyLog();
    for (let piece = 0; piece < 64; piece++) keyLog.push(new Uint8Array(65_536).fill(0x41));
    keyLog.end();
    expect(keyLog.badLines).toBe(1);
  });
});
