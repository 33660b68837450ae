import { describe, expect, it } from 'vitest';
import { ByteBuffer, HpackDecoder, HpackEncoder } from '#h2';
import { hex } from '../hex.ts';
import { decodeBlock, encodeAll, encodeBlock, faultOf, type Pair, pairs } from './harness.ts';

describe('invalid blocks', () => {
  it.each([
    ['index 0', '80', 'an index of 0'],
    ['an index beyond both tables', 'be', 'index 62 where the tables end at 61'],
    ['a name index beyond both tables', '7e 0161', 'index 62 where the tables end at 61'],
    ['an endless integer', 'ff ffffffffffff', 'an integer goes on after 5 octets'],
    ['an integer cut off', 'ff', 'the block ends within an integer'],
    ['a name cut off', '40', 'the block ends before a string'],
    ['a value cut off', '4001 61', 'the block ends before a string'],
    ['a string longer than the block', '4001 61 03 6161', 'a string of 3 octets where 2 are left'],
    ['a Huffman string with EOS', '0085 ffffffffff 00', 'a Huffman string is invalid'],
    ['a Huffman value with bad padding', '0001 61 81 18', 'a Huffman string is invalid'],
    ['a table size beyond the limit', '3fe21f', 'a table size of 4097 where at most 4096 is allowed'],
    ['a table size after a field', '82 20', 'a table size update after a field'],
    ['a table size after a field of a block that has one before', '20 82 20', 'a table size update after a field'],
    ['a table size cut off', '3f', 'the block ends within an integer'],
  ])('%s', (_name, digits, problem) => {
    const bytes = hex(digits);
    expect(faultOf(new HpackDecoder(), bytes)).toContain(
      `header block of ${bytes.length} octets: ${problem}, at octet `,
    );
  });

  it('are told with their rule and place', () => {
    expect(new HpackDecoder().decode(hex('00 8287 80'), 1, 4)).toEqual({
      kind: 'fault',
      rule: 'hpack/invalid',
      detail: 'header block of 3 octets: an index of 0, at octet 3',
    });
  });

  it('make the decoder forget its table, so that nothing wrong follows', () => {
    const decoder = new HpackDecoder();
    decodeBlock(decoder, hex('4001 61 01 62'));
    expect(pairs(decodeBlock(decoder, hex('be')).fields)).toEqual([['a', 'b']]);
    faultOf(decoder, hex('4001 63 01 64 80'));
    const after = decodeBlock(decoder, hex('be'));
    expect(after).toMatchObject({ complete: false, fields: [{ unknown: 'field' }] });
  });
});

it('an empty block is an empty list', () => {
  expect(decodeBlock(new HpackDecoder(), hex(''))).toEqual({ kind: 'block', fields: [], listBytes: 0, complete: true });
});

describe('table size updates', () => {
  const entries: Pair[] = [
    ['a', '1'],
    ['b', '2'],
  ];

  it('evict', () => {
    const decoder = new HpackDecoder();
    for (const block of encodeAll([entries])) decodeBlock(decoder, block);
    expect(decoder.tableBytes).toBe(68);
    decodeBlock(decoder, hex('3f 03'));
    expect(decoder.tableBytes).toBe(34);
    expect(pairs(decodeBlock(decoder, hex('be')).fields)).toEqual([['b', '2']]);
    decodeBlock(decoder, hex('20'));
    expect(decoder.tableBytes).toBe(0);
  });

  it('may be several at the beginning of a block', () => {
    const decoder = new HpackDecoder();
    expect(pairs(decodeBlock(decoder, hex('20 3fe11f 82')).fields)).toEqual([[':method', 'GET']]);
    expect(faultOf(new HpackDecoder(), hex('20 3fe21f 82'))).toContain('4097');
  });

  it('are limited by the acknowledged setting', () => {
    const decoder = new HpackDecoder();
    decoder.setTableLimit(8_192);
    decodeBlock(decoder, hex('3fe13f'));
    expect(faultOf(decoder, hex('3fe23f'))).toContain('a table size of 8193 where at most 8192 is allowed');
  });

  it('are due after the setting was lowered, before anything else', () => {
    const decoder = new HpackDecoder();
    decoder.setTableLimit(100);
    expect(faultOf(decoder, hex('82'))).toContain('no table size update although the limit was lowered to 100');
    const strict = new HpackDecoder();
    strict.setTableLimit(100);
    expect(faultOf(strict, hex('3f46 82'))).toContain('a table size of 101 where at most 100 is allowed');
    const obeyed = new HpackDecoder();
    obeyed.setTableLimit(100);
    decodeBlock(obeyed, hex('3f45 82'));
    decodeBlock(obeyed, hex('82'));
  });

  it('must go as low as the lowest setting between two blocks', () => {
    const wrong = new HpackDecoder();
    wrong.setTableLimit(100);
    wrong.setTableLimit(4_096);
    expect(faultOf(wrong, hex('3fe11f 82'))).toContain('at most 100');
    const middle = new HpackDecoder();
    middle.setTableLimit(100);
    middle.setTableLimit(300);
    expect(faultOf(middle, hex('3f8d02 82'))).toContain('a table size of 300 where at most 100');
    const right = new HpackDecoder();
    right.setTableLimit(100);
    right.setTableLimit(4_096);
    decodeBlock(right, hex('3f45 3fe11f 82'));
    decodeBlock(right, hex('3fe11f 82'));
  });

  it('are not due when the setting stays above the size in use', () => {
    const decoder = new HpackDecoder();
    decoder.setTableLimit(8_192);
    decoder.setTableLimit(5_000);
    decodeBlock(decoder, hex('82'));
    decodeBlock(decoder, hex('20'));
    decoder.setTableLimit(16);
    decodeBlock(decoder, hex('82'));
  });

  it('are due even for a block that was seen before', () => {
    const decoder = new HpackDecoder();
    decodeBlock(decoder, hex('82'));
    decodeBlock(decoder, hex('82'));
    decoder.setTableLimit(0);
    expect(faultOf(decoder, hex('82'))).toContain('lowered to 0');
  });
});

describe('limits', () => {
  const list: Pair[] = Array.from({ length: 20 }, (_, index) => [`name-${index}`, 'v'.repeat(30)]);

  it('cut the list, count all of it, and keep the table right', () => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(200);
    const block = decodeBlock(decoder, encodeBlock(encoder, list));
    expect(block.fields.length).toBe(2);
    expect(block.complete).toBe(false);
    expect(block.listBytes).toBe(list.reduce((sum, [name, value]) => sum + name.length + value.length + 32, 0));
    const again = decodeBlock(decoder, encodeBlock(encoder, list.slice(18)));
    expect(pairs(again.fields)).toEqual(list.slice(18));
  });

  it('hold for references, which are small and mean much', () => {
    const decoder = new HpackDecoder(10_000);
    const buffer = new ByteBuffer();
    new HpackEncoder().encode([{ name: 'bomb', value: 'x'.repeat(2_000), neverIndexed: false }], buffer);
    decodeBlock(decoder, buffer.toBytes());
    const block = decodeBlock(decoder, new Uint8Array(100_000).fill(0xbe));
    expect(block.fields.length).toBe(4);
    expect(block.listBytes).toBe(100_000 * 2_036);
  });

  it('of the table that is held leave the newest entries', () => {
    const decoder = new HpackDecoder();
    decoder.setTableLimit(2 ** 31 - 1);
    decodeBlock(decoder, hex('3f e0ffffff07'));
    const value = 'v'.repeat(100_000);
    const literal = new ByteBuffer();
    literal.append(hex('4001 61'));
    literal.append(hex('7f a18c06'));
    literal.latin1(value);
    for (let time = 0; time < 20; time++) expect(decodeBlock(decoder, literal.toBytes()).complete).toBe(true);
    expect(decoder.tableBytes).toBeLessThanOrEqual(1_048_576);
    expect(decodeBlock(decoder, hex('be')).fields[0]?.value).toBe(value);
    expect(decodeBlock(decoder, hex('ff 0b')).fields).toMatchObject([{ unknown: 'field' }]);
  });
});

describe('repeated blocks', () => {
  const list: Pair[] = [
    [':status', '200'],
    ['content-type', 'application/grpc'],
  ];

  it('are decoded once', () => {
    const [first, second, third] = encodeAll([list, list, list]);
    const decoder = new HpackDecoder();
    decodeBlock(decoder, first!);
    const block = decodeBlock(decoder, second!);
    expect(decodeBlock(decoder, third!)).toBe(block);
    expect(pairs(block.fields)).toEqual(list);
  });

  it('mean something else after the table has changed', () => {
    const decoder = new HpackDecoder();
    decodeBlock(decoder, hex('4001 61 01 31'));
    expect(pairs(decodeBlock(decoder, hex('be')).fields)).toEqual([['a', '1']]);
    expect(pairs(decodeBlock(decoder, hex('be')).fields)).toEqual([['a', '1']]);
    decodeBlock(decoder, hex('4001 61 01 32'));
    expect(pairs(decodeBlock(decoder, hex('be')).fields)).toEqual([['a', '2']]);
    decoder.forgetTable();
    expect(decodeBlock(decoder, hex('be')).complete).toBe(false);
  });

  it('that add to the table add each time', () => {
    const decoder = new HpackDecoder();
    for (let time = 1; time <= 5; time++) {
      decodeBlock(decoder, hex('4001 61 01 31'));
      expect(decoder.tableBytes).toBe(34 * time);
    }
  });

  it('do not depend on the octets that were pushed', () => {
    const decoder = new HpackDecoder();
    const bytes = hex('0001 61 01 31');
    const block = decodeBlock(decoder, bytes);
    bytes[4] = 0x32;
    expect(pairs(decodeBlock(decoder, bytes).fields)).toEqual([['a', '2']]);
    expect(pairs(block.fields)).toEqual([['a', '1']]);
  });
});
