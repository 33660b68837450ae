import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '#base';
import { recognise, recogniseFirstFrame } from '../../../src/trace/sniff/recognise.ts';

/** What is said after each further octet, without repetitions. */
function course(bytes: Uint8Array): string[] {
  const seen: string[] = [];
  for (let length = 1; length <= bytes.length; length++) {
    const sign = recognise(bytes, length, false);
    const word = typeof sign === 'string' ? sign : `${sign.protocol} '${sign.text}' ${sign.side ?? '-'}`;
    if (seen.at(-1) !== word) seen.push(word);
  }
  return seen;
}

const text = (line: string): string[] => course(fromLatin1(line));

describe('recognise', () => {
  it('waits for the whole preface', () => {
    expect(text('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')).toEqual(['more', "h2 'PRI * HTTP/2.0' client"]);
  });

  it('waits for the head of an HTTP/1 message', () => {
    expect(text('POST /a.B/C HTTP/1.1\r\nhost: x\r\n\r\nbody')).toEqual([
      'more',
      "http/1 'POST /a.B/C HTTP/1.1' client",
    ]);
    expect(text('HTTP/1.1 502 Bad Gateway\r\n\r\n')).toEqual(['more', "http/1 'HTTP/1.1 502 Bad Gateway' server"]);
    expect(text('PRIME / HTTP/1.0\r\n\r\n')).toEqual(['more', "http/1 'PRIME / HTTP/1.0' client"]);
  });

  it('does not take every word in capitals for a method', () => {
    expect(text('PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n').at(-1)).toBe('unlike');
    expect(text('SSH-2.0-OpenSSH_9\r\n').at(-1)).toBe('unlike');
    expect(text('EHLO mail.example\r\n').at(-1)).toBe('unlike');
  });

  it('tells TLS records by what they mean', () => {
    const record = (type: number, ...content: number[]): Uint8Array =>
      Uint8Array.of(type, 3, 3, 0, content.length, ...content);
    expect(course(record(22, 1, 0))).toEqual(['more', "tls 'ClientHello' client"]);
    expect(course(record(22, 2, 0))).toEqual(['more', "tls 'ServerHello' server"]);
    expect(course(record(22, 11, 0))).toEqual(['more', "tls 'handshake' -"]);
    expect(course(record(21, 2, 40))).toEqual(['more', "tls 'alert 40' -"]);
    expect(course(record(21, ...new Uint8Array(20)))).toEqual(['more', "tls 'alert' -"]);
    expect(course(record(20, 1))).toEqual(['more', "tls 'ChangeCipherSpec' -"]);
    expect(course(record(23, 1, 2, 3))).toEqual(['more', "tls 'application data' -"]);
    expect(course(Uint8Array.of(22, 4, 1, 0, 5))).toEqual(['more', 'unlike']);
    expect(course(Uint8Array.of(22, 3, 1, 0xff, 0xff, 1, 1))).toEqual(['more', 'unlike']);
  });

  it('judges by what there is when no more will come', () => {
    const whole = (line: string) => {
      const bytes = fromLatin1(line);
      const sign = recognise(bytes, bytes.length, true);
      return typeof sign === 'string' ? sign : sign.protocol;
    };
    expect(whole('PRI *')).toBe('h2');
    expect(whole('GET /')).toBe('http/1');
    expect(whole('HTTP/1.1 4')).toBe('http/1');
    expect(whole('GE')).toBe('unlike');
    expect(whole('\x16\x03')).toBe('unlike');
    expect(whole('\x16\x03\x01\0\x05')).toBe('tls');
  });

  it('gives up on a head that does not end', () => {
    const bytes = fromLatin1(`GET / HTTP/1.1\r\nx: ${'y'.repeat(9_000)}`);
    expect(recognise(bytes, bytes.length, false)).toMatchObject({ protocol: 'http/1', upgrade: undefined });
  });

  it('reads what an upgrade brings with it', () => {
    const ask = fromLatin1(
      'OPTIONS * HTTP/1.1\r\nUpgrade: websocket, h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\ncontent-length: 7\r\n\r\n',
    );
    expect(recognise(ask, ask.length, false)).toMatchObject({
      upgrade: {
        kind: 'asked',
        skip: ask.length + 7,
        settings: [
          { id: 3, value: 100 },
          { id: 4, value: 65_535 },
        ],
      },
    });
    const broken = fromLatin1('GET / HTTP/1.1\r\nupgrade: h2c\r\nhttp2-settings: ??\r\n\r\n');
    expect(recognise(broken, broken.length, false)).toMatchObject({ upgrade: { kind: 'asked', settings: [] } });
    const other = fromLatin1('GET / HTTP/1.1\r\nupgrade: websocket\r\n\r\n');
    expect(recognise(other, other.length, false)).toMatchObject({ upgrade: undefined });
  });
});

describe('recogniseFirstFrame', () => {
  it('takes a plausible frame header', () => {
    expect(recogniseFirstFrame(fromLatin1('\0\0\x06\x04\0\0\0\0\0'), 9)).toMatchObject({ text: 'SETTINGS frame' });
    expect(recogniseFirstFrame(fromLatin1('\0\0\x06\x04\0'), 5)).toBe('more');
    expect(recogniseFirstFrame(fromLatin1('220 hello'), 9)).toBe('unlike');
  });
});
