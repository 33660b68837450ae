/** What is told of connections whose content stays closed. */
import { describe, expect, it } from 'vitest';
import { nodeTlsCrypto } from '#node';
import { TlsSink } from '#tls';
import { converse } from './conversation.ts';
import { sealedTalk } from './sealed-talk.ts';
import { keyLogOf, Told, tell } from './told.ts';

describe('a handshake', () => {
  it('has its hellos told', async () => {
    const { chunks } = await converse({
      version: 'TLSv1.2',
      alpn: { client: ['h2', 'http/1.1'], server: ['http/1.1'] },
    });
    const told = tell(chunks, undefined);
    expect(told.find('client-hello')).toMatchObject({
      serverName: 'localhost',
      alpn: ['h2', 'http/1.1'],
      version: 'TLS 1.2',
    });
    expect(told.find('server-hello')).toMatchObject({ version: 'TLS 1.2', alpn: 'http/1.1', resumed: false });
    expect(told.steps).toContain('b finished');
  });

  it('that the server refuses for its version', async () => {
    const { chunks } = await converse({ version: 'TLSv1.3' });
    const hello = chunks[0]!;
    const alert = { from: 'b', bytes: Uint8Array.of(21, 3, 3, 0, 2, 2, 70) } as const;
    expect(tell([hello, alert], undefined).steps.at(-1)).toBe('b alert protocol_version');
  });

  it.each([1, 2, 3, 5, 6, 7])('is recognised in pieces of %i octets', async (length) => {
    const { chunks, keyLog } = sealedTalk();
    const cut = chunks.flatMap(({ from, bytes }) =>
      Array.from({ length: Math.ceil(bytes.length / length) }, (_, at) => ({
        from: from === 'client' ? ('a' as const) : ('b' as const),
        bytes: bytes.slice(at * length, (at + 1) * length),
      })),
    );
    expect(tell(cut, keyLog).text('a').length).toBe(40 + 17 + 90);
    expect(tell(cut, undefined).text('a').length).toBe(
      cut.filter(({ from }) => from === 'a').reduce((sum, { bytes }) => sum + bytes.length, 0),
    );
  });

  it('with a client certificate that is asked for and missing', async () => {
    const { chunks, keyLog } = await converse({ version: 'TLSv1.3', asks: true });
    const told = tell(chunks, keyLog);
    expect(told.steps).toContain('b certificate-request');
    expect(told.news).toContainEqual({ step: 'certificate', empty: true, from: 'a' });
  });
});

describe('records that nobody opens', () => {
  const talk = sealedTalk([]);
  const hellos = talk.chunks.map(({ from, bytes }) => ({
    from: from === 'client' ? ('a' as const) : ('b' as const),
    bytes,
  }));

  it('show an alert in place of Finished', () => {
    const refusal = { from: 'a', bytes: sealedTalk([]).sealer('client', Uint8Array.of(2, 48)) } as const;
    const told = tell([...hellos.slice(0, 3), refusal], undefined);
    expect(told.steps).toContain('a alert encrypted');
    expect(told.steps).not.toContain('a finished');
  });

  it('show PINGs by size and time, and how they ended', () => {
    const { sealer } = sealedTalk([]);
    const told = new Told();
    const flow = new TlsSink({ opened: () => told }, { keyLog: keyLogOf(''), crypto: nodeTlsCrypto }).opened(
      { a: { address: '::1', port: 40_000 }, b: { address: '::1', port: 443 }, handshake: 'seen' },
      0,
      1,
    );
    const say = (from: 'a' | 'b', length: number, timeMs: number) => {
      const record = sealer(from === 'a' ? 'client' : 'server', new Uint8Array(length));
      flow.bytes(from, record, 0, record.length, timeMs, 9);
    };
    for (const { from, bytes } of hellos) flow.bytes(from, bytes, 0, bytes.length, 1, 2);
    say('a', 300, 2);
    say('b', 200, 3);
    for (const timeMs of [10_000, 20_001, 30_002]) {
      say('a', 17, timeMs);
      say('b', timeMs > 30_000 ? 48 : 17, timeMs + 1);
    }
    flow.fin('b', 30_004, 20);
    const [client, server] = told.news.filter(({ step }) => step === 'traffic');
    expect(client).toMatchObject({ from: 'a', records: 4, bytes: 351, pings: 3, pingIntervalMs: 10_001, silenceMs: 1 });
    expect(server).toMatchObject({ from: 'b', records: 4, goawaySized: true });
    expect(server?.step === 'traffic' && server.pings).toBe(undefined);
  });
});

describe('what is no TLS', () => {
  it.each([
    ['an HTTP/2 preface', 'PRI * HTTP/2.0\r\n\r\n'],
    ['a byte that may begin TLS', '\x16'],
    ['a handshake of another kind', '\x16\x03\x03\x00\x04\x0e\x00\x00\x00'],
    ['records from the middle', '\x17\x03\x03\x00\x05abcde'],
  ])('%s is passed on untouched', (_name, text) => {
    const bytes = Uint8Array.from(Buffer.from(text, 'latin1'));
    for (const keyLog of [undefined, sealedTalk().keyLog]) {
      const told = tell([{ from: 'a', bytes }], keyLog);
      expect(told.text('a')).toEqual(bytes);
      expect(told.news).toEqual([]);
    }
  });

  it('a server that answers in clear text is passed on as well', () => {
    const hello = { from: 'a', bytes: sealedTalk().chunks[0]!.bytes } as const;
    const answer = { from: 'b', bytes: Uint8Array.from(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')) } as const;
    for (const keyLog of [undefined, sealedTalk().keyLog]) {
      const told = tell([hello, answer], keyLog);
      expect(told.text('b')).toEqual(answer.bytes);
      expect(told.text('a')[0]).toBe(22);
    }
  });
});
