/** The quick judgement of header sections: it may say nothing, but what it calls sound breaks no rule. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeaderBlock, type HeadersRole, HpackDecoder, HpackEncoder, headerFaults } from '#h2';
import { isSoundSection } from '../../../src/h2/headers/sound.ts';
import { decodeBlock, encodeBlock, type Pair } from '../hpack/harness.ts';

/** What the rules say without the decoder's help. */
function faultsOf(role: HeadersRole, block: HeaderBlock): readonly string[] {
  const fields = block.fields.map(({ name, value, neverIndexed, unknown }) => ({ name, value, neverIndexed, unknown }));
  expect(isSoundSection(role, fields)).toBe(fields.length === 0 && role === 'trailers');
  return headerFaults(role, { fields, complete: block.complete }, 1).map(({ rule }) => rule);
}

/** The same section by each way a field can be sent: new, indexed, and as a literal whose name is indexed. */
function decodings(list: readonly Pair[]): HeaderBlock[] {
  const encoder = new HpackEncoder();
  const decoder = new HpackDecoder();
  const blocks = [list, list, list].map((one) => decodeBlock(decoder, encodeBlock(encoder, one)));
  const plain = new HpackDecoder();
  blocks.push(decodeBlock(plain, encodeBlock(new HpackEncoder(0), list)));
  // The names were sent with other values before.
  const named = new HpackEncoder();
  const late = new HpackDecoder();
  decodeBlock(
    late,
    encodeBlock(
      named,
      list.map(([name]): Pair => [name, name === 'te' ? 'trailers' : 'other']),
    ),
  );
  blocks.push(decodeBlock(late, encodeBlock(named, list)));
  return blocks;
}

const request: readonly Pair[] = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/a/b'],
  [':authority', 'host'],
  ['te', 'trailers'],
  ['x-a', 'v w'],
];

describe('sections that every peer sends', () => {
  it.each([
    ['request', request],
    ['request', request.filter(([name]) => name !== ':authority')],
    [
      'response',
      [
        [':status', '200'],
        ['content-type', 'application/grpc'],
      ],
    ],
    ['informational', [[':status', '103']]],
    [
      'trailers',
      [
        ['grpc-status', '0'],
        ['grpc-message', ''],
      ],
    ],
    ['trailers', []],
  ] as readonly (readonly [HeadersRole, readonly Pair[]])[])('are found sound as %s', (role, list) => {
    for (const block of decodings(list)) {
      expect(isSoundSection(role, block.fields)).toBe(true);
      expect(faultsOf(role, block)).toEqual([]);
    }
  });
});

describe('sections that break a rule', () => {
  const change = (name: string, value: string): Pair[] =>
    request.map((pair): Pair => (pair[0] === name ? [name, value] : pair));
  it.each([
    ['request', request.slice(1)],
    ['request', [...request, [':path', '/']]],
    ['request', [request[0]!, ...request]],
    ['request', change(':path', '')],
    ['request', change(':method', 'CONNECT')],
    ['request', [...request, [':protocol', 'x']]],
    ['request', change('te', 'gzip')],
    ['request', change('x-a', 'v\u0000')],
    ['request', change('x-a', 'v\n')],
    ['request', change('x-a', ' v')],
    ['request', change('x-a', 'v\t')],
    ['request', change('x-a', 'v ')],
    ['request', [...request, ['X-B', 'v']]],
    ['request', [...request, ['x b', 'v']]],
    ['request', [...request, ['', 'v']]],
    ['request', [...request, ['connection', 'close']]],
    ['request', [...request, ['transfer-encoding', 'chunked']]],
    ['request', [...request, ['upgrade', 'h2c']]],
    ['request', [...request, ['content-length', 'x']]],
    ['request', [...request, ['content-length', '1'], ['content-length', '2']]],
    ['request', []],
    ['response', []],
    ['response', [['x', 'y']]],
    ['response', [[':status', '20']]],
    ['response', [[':status', '0200']]],
    ['response', [[':status', '2x0']]],
    ['response', [[':status', '099']]],
    [
      'response',
      [
        [':status', '200'],
        [':status', '200'],
      ],
    ],
    [
      'response',
      [
        ['x', 'y'],
        [':status', '200'],
      ],
    ],
    ['response', request],
    ['trailers', [[':status', '200']]],
    ['trailers', [['keep-alive', '1']]],
  ] as readonly (readonly [HeadersRole, readonly Pair[]])[])('are never found sound as %s: %j', (role, list) => {
    for (const block of decodings(list)) {
      expect(isSoundSection(role, block.fields)).toBe(false);
      expect(faultsOf(role, block)).not.toEqual([]);
      expect(headerFaults(role, block, 1).map(({ rule }) => rule)).toEqual(faultsOf(role, block));
    }
  });
});

it('says nothing of sections whose rules it does not know', () => {
  const [block] = decodings([...request, ['content-length', '5']]);
  expect(isSoundSection('request', block!.fields)).toBe(false);
  expect(headerFaults('request', block!, 1)).toEqual([]);
  for (const role of ['promise', 'unknown'] as const) expect(isSoundSection(role, block!.fields)).toBe(false);
});

it('never calls sound what the rules find fault with, and both say the same in the end', () => {
  const name = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(...request.map(([one]) => one), ':status', 'content-length', 'x-b', 'via'),
    },
    {
      weight: 1,
      arbitrary: fc.constantFrom(':protocol', 'connection', 'upgrade', 'X-A', 'x a', '', ':', 'a:b', 'x\u00e9'),
    },
  );
  const value = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom('POST', 'http', '/', 'trailers', '200', 'v w', '5', '~') },
    {
      weight: 1,
      arbitrary: fc.constantFrom('', ' ', 'v ', '\tv', 'v\u0000w', 'v\nw', '\r', '\u00e9', 'CONNECT', '\u007f'),
    },
  );
  const list = fc.oneof(
    fc.array(fc.tuple(name, value), { maxLength: 8 }),
    fc.array(fc.tuple(name, value), { maxLength: 2 }).map((more) => [...request, ...more]),
    fc.array(fc.tuple(name, value), { maxLength: 2 }).map((more) => [[':status', '200'] as const, ...more]),
    fc.shuffledSubarray([...request]),
  );
  const roles = fc.constantFrom<HeadersRole>('request', 'response', 'informational', 'trailers', 'promise', 'unknown');
  let sound = 0;
  fc.assert(
    fc.property(list, roles, (fields, role) => {
      for (const block of decodings(fields as readonly Pair[])) {
        const faults = faultsOf(role, block);
        if (isSoundSection(role, block.fields)) {
          sound++;
          expect(faults).toEqual([]);
        }
        expect(headerFaults(role, block, 1).map(({ rule }) => rule)).toEqual(faults);
      }
    }),
    { numRuns: 3_000 },
  );
  expect(sound).toBeGreaterThan(500);
});
