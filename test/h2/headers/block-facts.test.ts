import { describe, expect, it } from 'vitest';
import { type HeaderBlock, type HeaderField, LENGTH_OPEN } from '#h2';
import { NO_FACTS, readBlock } from '../../../src/h2/headers/block-facts.ts';

function block(pairs: readonly (readonly [string, string, HeaderField['unknown']?])[], complete = true): HeaderBlock {
  const fields = pairs.map(([name, value, unknown = 'nothing']) => ({ name, value, neverIndexed: false, unknown }));
  return { fields, complete } as unknown as HeaderBlock;
}

const factsOf = (...all: Parameters<typeof block>) => readBlock(block(...all)).facts;

describe('the facts of a block', () => {
  it.each<[string, Parameters<typeof block>, object]>([
    [
      'a request',
      [
        [
          [':method', 'POST'],
          ['content-length', '12'],
        ],
      ],
      { kind: 'request', bodiless: false, length: 12 },
    ],
    ['HEAD', [[[':method', 'HEAD']]], { kind: 'request', bodiless: true, length: LENGTH_OPEN }],
    [
      'an answer',
      [
        [
          [':status', '204'],
          ['content-length', '0'],
        ],
      ],
      { kind: 'response', status: 204, length: 0 },
    ],
    ['an answer without a number', [[[':status', 'fine']]], { kind: 'response', status: 0 }],
    [
      'a length that is none',
      [
        [
          [':status', '200'],
          ['content-length', '+5'],
        ],
      ],
      { length: LENGTH_OPEN },
    ],
    ['trailers', [[['grpc-status', '0']]], { kind: 'trailers', status: 0 }],
    ['nothing at all', [[]], { kind: 'trailers' }],
    ['nothing that could be read', [[], false], { kind: 'unknown' }],
    [
      'a first field that could not be read',
      [
        [
          ['', '', 'field'],
          ['te', 'trailers'],
        ],
        false,
      ],
      { kind: 'unknown' },
    ],
    [
      'a later field that tells',
      [
        [
          ['', '', 'field'],
          [':status', '200'],
        ],
        false,
      ],
      { kind: 'response', status: 200 },
    ],
  ])('%s', (_name, given, facts) => {
    expect(factsOf(...given)).toMatchObject(facts);
  });

  it('of a block that could not be decoded are none', () => {
    expect(NO_FACTS).toEqual({ kind: 'unknown', status: 0, bodiless: false, length: LENGTH_OPEN });
  });
});

describe('a reader of blocks', () => {
  it('reads a block that repeats once', () => {
    const repeated = block([['grpc-status', '0']]);
    expect(readBlock(repeated)).toBe(readBlock(repeated));
    expect(readBlock(block([['grpc-status', '0']]))).not.toBe(readBlock(repeated));
  });

  it('judges a block by the role in which it comes', () => {
    const read = readBlock(block([['grpc-status', '0']]));
    expect(read.faults('trailers', 1)).toEqual([]);
    expect(read.faults('trailers', 1)).toEqual([]);
    expect(read.faults('response', 1)).not.toEqual([]);
    const bad = readBlock(block([['connection', 'close']]));
    expect(bad.faults('trailers', 1).length).toBe(bad.faults('trailers', 3).length);
    expect(bad.faults('trailers', 1)).not.toEqual([]);
  });
});
