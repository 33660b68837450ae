/** The examples of RFC 7541 appendix C, octet for octet. */
import { describe, expect, it } from 'vitest';
import { toHex, toLatin1 } from '#base';
import { ByteBuffer, HpackDecoder } from '#h2';
import { decodeHuffman, writeHuffman } from '../../../src/h2/hpack/huffman.ts';
import { BlockCursor, readInteger, writeInteger } from '../../../src/h2/hpack/integer.ts';
import { hex } from '../hex.ts';
import { decodeBlock, type Pair, pairs } from './harness.ts';

describe('C.1 integers', () => {
  it.each([
    ['C.1.1', 10, 0x1f, '0a'],
    ['C.1.2', 1337, 0x1f, '1f9a0a'],
    ['C.1.3', 42, 0xff, '2a'],
  ])('%s: %i', (_section, value, mask, digits) => {
    const buffer = new ByteBuffer();
    writeInteger(buffer, value, mask, 0);
    expect(toHex(buffer.toBytes())).toBe(digits);
    const cursor = new BlockCursor();
    cursor.open(hex(digits), 0, digits.length / 2);
    expect(readInteger(cursor, mask)).toBe(value);
    expect(cursor.at).toBe(digits.length / 2);
  });
});

interface Step {
  readonly section: string;
  readonly octets: string;
  readonly fields: readonly Pair[];
  /** The dynamic table afterwards, newest entry first, and its size. */
  readonly table: readonly Pair[];
  readonly tableBytes: number;
}

const custom: Pair = ['custom-key', 'custom-header'];
const singles: readonly Step[] = [
  {
    section: 'C.2.1',
    octets: '400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572',
    fields: [custom],
    table: [custom],
    tableBytes: 55,
  },
  {
    section: 'C.2.2',
    octets: '040c 2f73 616d 706c 652f 7061 7468',
    fields: [[':path', '/sample/path']],
    table: [],
    tableBytes: 0,
  },
  {
    section: 'C.2.3',
    octets: '1008 7061 7373 776f 7264 0673 6563 7265 74',
    fields: [['password', 'secret', 'never']],
    table: [],
    tableBytes: 0,
  },
  { section: 'C.2.4', octets: '82', fields: [[':method', 'GET']], table: [], tableBytes: 0 },
];

const get: Pair = [':method', 'GET'];
const authority: Pair = [':authority', 'www.example.com'];
const noCache: Pair = ['cache-control', 'no-cache'];
const customValue: Pair = ['custom-key', 'custom-value'];

const requests = (first: string, second: string, third: string, section: string): readonly Step[] => [
  {
    section: `${section}.1`,
    octets: first,
    fields: [get, [':scheme', 'http'], [':path', '/'], authority],
    table: [authority],
    tableBytes: 57,
  },
  {
    section: `${section}.2`,
    octets: second,
    fields: [get, [':scheme', 'http'], [':path', '/'], authority, noCache],
    table: [noCache, authority],
    tableBytes: 110,
  },
  {
    section: `${section}.3`,
    octets: third,
    fields: [get, [':scheme', 'https'], [':path', '/index.html'], authority, customValue],
    table: [customValue, noCache, authority],
    tableBytes: 164,
  },
];

const status = (code: string): Pair => [':status', code];
const cacheControl: Pair = ['cache-control', 'private'];
const date = (seconds: string): Pair => ['date', `Mon, 21 Oct 2013 20:13:${seconds} GMT`];
const location: Pair = ['location', 'https://www.example.com'];
const gzip: Pair = ['content-encoding', 'gzip'];
const cookie: Pair = ['set-cookie', 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1'];

const responses = (first: string, second: string, third: string, section: string): readonly Step[] => [
  {
    section: `${section}.1`,
    octets: first,
    fields: [status('302'), cacheControl, date('21'), location],
    table: [location, date('21'), cacheControl, status('302')],
    tableBytes: 222,
  },
  {
    section: `${section}.2`,
    octets: second,
    fields: [status('307'), cacheControl, date('21'), location],
    table: [status('307'), location, date('21'), cacheControl],
    tableBytes: 222,
  },
  {
    section: `${section}.3`,
    octets: third,
    fields: [status('200'), cacheControl, date('22'), location, gzip, cookie],
    table: [cookie, gzip, date('22')],
    tableBytes: 215,
  },
];

function replay(steps: readonly Step[], decoder: HpackDecoder): void {
  for (const step of steps) {
    const block = decodeBlock(decoder, hex(step.octets));
    expect(pairs(block.fields), step.section).toEqual(step.fields);
    expect(block.complete).toBe(true);
    expect(decoder.tableBytes, step.section).toBe(step.tableBytes);
    step.table.forEach((entry, position) => {
      const indexed = decodeBlock(decoder, Uint8Array.of(0x80 + 62 + position));
      expect(pairs(indexed.fields), `${step.section}, entry ${position + 1}`).toEqual([entry]);
    });
  }
}

describe('C.2 field representations', () => {
  it.each(singles)('$section', (step) => replay([step], new HpackDecoder()));
});

it('C.3 requests without Huffman', () => {
  replay(
    requests(
      '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d',
      '8286 84be 5808 6e6f 2d63 6163 6865',
      '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
      'C.3',
    ),
    new HpackDecoder(),
  );
});

it('C.4 requests with Huffman', () => {
  replay(
    requests(
      '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff',
      '8286 84be 5886 a8eb 1064 9cbf',
      '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
      'C.4',
    ),
    new HpackDecoder(),
  );
});

/** The examples assume SETTINGS_HEADER_TABLE_SIZE 256, which an encoder acknowledges by a table size update. */
const sizeUpdate = '3fe1 01';

it('C.5 responses without Huffman', () => {
  const decoder = new HpackDecoder();
  decoder.setTableLimit(256);
  const first = `4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a
    3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70 6c65 2e63 6f6d`;
  const third = `88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0 5a04
    677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049 5541 5851 5745 4f49 553b 206d
    6178 2d61 6765 3d33 3630 303b 2076 6572 7369 6f6e 3d31`;
  replay(responses(sizeUpdate + first, '4803 3330 37c1 c0bf', third, 'C.5'), decoder);
});

it('C.6 responses with Huffman', () => {
  const decoder = new HpackDecoder();
  decoder.setTableLimit(256);
  const first = `4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e
    919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3`;
  const third = `88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7
    821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07`;
  replay(responses(sizeUpdate + first, '4883 640e ffc1 c0bf', third, 'C.6'), decoder);
});

describe('Huffman strings of C.4 and C.6', () => {
  it.each([
    ['www.example.com', 'f1e3c2e5f23a6ba0ab90f4ff'],
    ['no-cache', 'a8eb10649cbf'],
    ['custom-key', '25a849e95ba97d7f'],
    ['custom-value', '25a849e95bb8e8b4bf'],
    ['302', '6402'],
    ['private', 'aec3771a4b'],
    ['Mon, 21 Oct 2013 20:13:21 GMT', 'd07abe941054d444a8200595040b8166e082a62d1bff'],
    ['https://www.example.com', '9d29ad171863c78f0b97c8e9ae82ae43d3'],
    ['307', '640eff'],
    ['gzip', '9bd9ab'],
  ])('%s', (text, digits) => {
    const buffer = new ByteBuffer();
    writeHuffman(buffer, text, digits.length / 2);
    expect(toHex(buffer.toBytes())).toBe(digits);
    const out = new Uint8Array(64);
    expect(toLatin1(out, 0, decodeHuffman(hex(digits), 0, digits.length / 2, out))).toBe(text);
  });
});
