import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RowBuffer } from '../../../src/cli/frames/row-buffer.ts';

const written = (rows: RowBuffer): string => Buffer.from(rows.bytes).toString('latin1');

it('writes whole numbers as JavaScript does', () => {
  fc.assert(
    fc.property(fc.nat(Number.MAX_SAFE_INTEGER), (value) => {
      const rows = new RowBuffer();
      rows.number(value);
      expect(written(rows)).toBe(String(value));
    }),
  );
});

it('keeps printable ASCII and escapes every other octet', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => {
      const rows = new RowBuffer();
      rows.text(Buffer.from(octets).toString('latin1'));
      const text = written(rows);
      expect(text).toMatch(/^[ -~]*$/);
      const plain = [...octets].every((octet) => octet >= 0x20 && octet <= 0x7e && octet !== 0x5c);
      if (plain) expect(text).toBe(Buffer.from(octets).toString('latin1'));
    }),
  );
  const rows = new RowBuffer();
  rows.text('caf\u00e9\t');
  expect(written(rows)).toBe('caf\\xe9\\x09');
});

it('grows with what is written, and begins anew', () => {
  const rows = new RowBuffer();
  for (let row = 0; row < 20_000; row++) {
    rows.number(row);
    rows.tab();
    rows.text('text');
    rows.endRow();
  }
  expect(written(rows).split('\n')[19_999]).toBe('19999\ttext');
  rows.clear();
  rows.copy(new Uint8Array([0x61, 0x62]));
  expect(written(rows)).toBe('ab');
  expect(Buffer.from(rows.sliceFrom(1)).toString()).toBe('b');
});
