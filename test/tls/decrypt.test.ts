/** Decryption of what node:tls says, in every version and cipher, however its octets are cut; with damage and holes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chunk, type Conversation, converse, type Manner } from './conversation.ts';
import { type Hole, tell } from './told.ts';

const MESSAGES = [3, 100, 17, 20_000, 1, 5_000, 31, 40_000].map((length, at) => new Uint8Array(length).fill(at + 65));

const manners: Readonly<Record<string, Manner>> = {
  'TLS 1.3, AES-128-GCM': { version: 'TLSv1.3', ciphers: 'TLS_AES_128_GCM_SHA256' },
  'TLS 1.3, AES-256-GCM': { version: 'TLSv1.3', ciphers: 'TLS_AES_256_GCM_SHA384' },
  'TLS 1.3, ChaCha20-Poly1305': { version: 'TLSv1.3', ciphers: 'TLS_CHACHA20_POLY1305_SHA256' },
  'TLS 1.2, AES-128-GCM': { version: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' },
  'TLS 1.2, AES-256-GCM': { version: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384' },
  'TLS 1.2, ChaCha20-Poly1305': { version: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' },
  'TLS 1.2, AES-128-CBC, SHA-1': { version: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' },
  'TLS 1.2, AES-256-CBC, SHA-384': { version: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA384' },
  'TLS 1.2, RSA key exchange': { version: 'TLSv1.2', ciphers: 'AES128-SHA256:@SECLEVEL=0', key: 'rsa' },
};

const said = new Map<string, Conversation>();
async function conversation(name: string): Promise<Conversation> {
  const found = said.get(name) ?? (await converse({ ...manners[name]!, messages: MESSAGES }));
  said.set(name, found);
  return found;
}

/** The octets of each end in pieces of these lengths, in turn. */
function cut(chunks: readonly Chunk[], lengths: readonly number[]): Chunk[] {
  let at = 0;
  return chunks.flatMap(({ from, bytes }) => {
    const pieces: Chunk[] = [];
    for (let start = 0; start < bytes.length; ) {
      const end = Math.min(bytes.length, start + (lengths[at++ % lengths.length] ?? 1));
      pieces.push({ from, bytes: bytes.slice(start, end) });
      start = end;
    }
    return pieces;
  });
}

describe.each(Object.keys(manners))('%s', (name) => {
  it('gives the content of both ends', async () => {
    const { chunks, keyLog, said: content } = await conversation(name);
    const told = tell(chunks, keyLog);
    expectSame(told.text('a'), content.a);
    expectSame(told.text('b'), content.b);
    expect(told.missing).toEqual({ a: 0, b: 0 });
    expect(told.steps).toContain('a finished');
    expect(told.steps).toContain('b finished');
    expect(told.steps.filter((step) => step.includes('content'))).toEqual(['a content decrypted']);
    expect(told.steps.at(-1)).toMatch(/alert close_notify/);
  });

  it('whatever the cut of its octets', async () => {
    const { chunks, keyLog, said: content } = await conversation(name);
    const whole = tell(chunks, keyLog).steps;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_500 }), { minLength: 1, maxLength: 8 }), (lengths) => {
        const told = tell(cut(chunks, lengths), keyLog);
        expectSame(told.text('a'), content.a);
        expectSame(told.text('b'), content.b);
        expect(told.steps).toEqual(whole);
      }),
      { numRuns: 10 },
    );
  });

  it('passes over a record that was changed, and goes on', async () => {
    const { chunks, keyLog, said: content } = await conversation(name);
    const at = chunks.findLastIndex(({ from, bytes }) => from === 'b' && bytes.length > 4_000);
    const damaged = chunks.map(({ from, bytes }, index) => ({ from, bytes: index === at ? flipped(bytes) : bytes }));
    const told = tell(damaged, keyLog);
    expectSame(told.text('a'), content.a);
    expect(told.missing.b).toBeGreaterThan(0);
    expect(told.text('b').length + told.missing.b).toBeGreaterThanOrEqual(content.b.length);
  });

  it('finds its place again after a hole', async () => {
    const { chunks, keyLog, said: content } = await conversation(name);
    // Records of the long messages are lost in part; a shorter one of the same end follows.
    const pieces: (Chunk | Hole)[] = cut(chunks, [700]);
    const at = pieces.findIndex((piece, index) => 'bytes' in piece && piece.from === 'b' && index > pieces.length / 3);
    const lost = pieces[at]!;
    if ('bytes' in lost) pieces[at] = { from: 'b', length: lost.bytes.length };
    const told = tell(pieces, keyLog);
    expectSame(told.text('a'), content.a);
    const heard = told.text('b');
    expect(heard.length).toBeGreaterThan(0);
    expect(told.missing.b).toBeGreaterThan(0);
    // What was heard is the beginning and the end of what was said.
    let same = 0;
    while (same < heard.length && heard[same] === content.b[same]) same++;
    expectSame(heard.subarray(same), content.b.subarray(content.b.length - (heard.length - same)));
    if (!name.includes('CBC') && !name.includes('RSA')) expect(heard.length + told.missing.b).toBe(content.b.length);
  });

  it('says so where a hole cannot be bridged', async () => {
    const { chunks, keyLog } = await conversation(name);
    const last = chunks.findLastIndex(({ from, bytes }) => from === 'b' && bytes.length > 4_000);
    const steps = chunks.flatMap((chunk, at): (Chunk | Hole)[] => {
      if (chunk.from === 'a' || at < last) return [chunk];
      return at === last ? [{ from: 'b', length: chunk.bytes.length }] : [{ from: 'b', bytes: flipped(chunk.bytes) }];
    });
    const told = tell(steps, keyLog);
    expect(told.missing.b).toBeGreaterThan(4_000);
  });
});

/** Vitest's own comparison of long arrays takes seconds. */
function expectSame(one: Uint8Array, other: Uint8Array): void {
  expect(Buffer.compare(one, other)).toBe(0);
}

function flipped(bytes: Uint8Array): Uint8Array {
  const copy = bytes.slice();
  copy[copy.length - 3]! ^= 0x40;
  return copy;
}

describe('without the right secrets', () => {
  it.each(['TLS 1.3, AES-128-GCM', 'TLS 1.2, AES-128-GCM'])('%s: the records are passed on', async (name) => {
    const { chunks, keyLog } = await conversation(name);
    const wire = (from: string) =>
      chunks.filter((chunk) => chunk.from === from).reduce((sum, { bytes }) => sum + bytes.length, 0);
    const none = tell(chunks, undefined);
    expect(none.text('a').length).toBe(wire('a'));
    expect(none.text('b').length).toBe(wire('b'));
    expect(none.steps).toContain('a content no-keys');
    expect(none.steps).toContain('a finished');
    expect(none.find('traffic')?.records).toBeGreaterThan(3);

    const wrong = tell(chunks, keyLog.replace(/([0-9a-f]{64}) ([0-9a-f]{8})/g, '$1 00000000'));
    expect(wrong.steps).toContain('a content wrong-keys');
    expect(wrong.text('a')[0]).toBe(22);
    expect(wrong.text('b')[0]).toBe(22);

    const other = tell(
      chunks,
      keyLog.replace(/ [0-9a-f]{8}/, ' 00000000').replace(/(\w+) [0-9a-f]{8}/g, '$1 00000000'),
    );
    expect(other.steps).toContain('a content no-keys');
  });

  it('TLS 1.3: those of the application data suffice', async () => {
    const { chunks, keyLog, said: content } = await conversation('TLS 1.3, AES-128-GCM');
    const told = tell(
      chunks,
      keyLog
        .split('\n')
        .filter((line) => !line.includes('HANDSHAKE'))
        .join('\n'),
    );
    expectSame(told.text('a'), content.a);
    expectSame(told.text('b'), content.b);
  });

  it('TLS 1.3: those of one direction do not', async () => {
    const { chunks, keyLog } = await conversation('TLS 1.3, AES-128-GCM');
    const told = tell(
      chunks,
      keyLog
        .split('\n')
        .filter((line) => !line.startsWith('SERVER_TRAFFIC'))
        .join('\n'),
    );
    expect(told.steps).toContain('a content missing-secret');
  });

  it('a hole in the handshake', async () => {
    const { chunks, keyLog } = await conversation('TLS 1.2, AES-128-GCM');
    const at = chunks.findIndex(({ from }) => from === 'b');
    const steps = chunks.map((chunk, index) =>
      index === at ? { from: chunk.from, length: chunk.bytes.length } : chunk,
    );
    expect(tell(steps, keyLog).steps).toContain('a content handshake-not-captured');
  });
});
