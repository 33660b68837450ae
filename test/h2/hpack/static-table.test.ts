import { expect, it } from 'vitest';
import { STATIC_COUNT, staticFieldIndex, staticFields, staticNameIndex } from '../../../src/h2/hpack/static-table.ts';

it('has 61 entries, at the indexes of RFC 7541 appendix A', () => {
  expect(STATIC_COUNT).toBe(61);
  const shown = [1, 2, 3, 4, 5, 7, 8, 14, 15, 16, 17, 28, 31, 38, 50, 55, 57, 58, 61].map((index) => {
    const { name, value } = staticFields[index]!;
    return `${index} ${name}=${value}`;
  });
  expect(shown).toEqual([
    '1 :authority=',
    '2 :method=GET',
    '3 :method=POST',
    '4 :path=/',
    '5 :path=/index.html',
    '7 :scheme=https',
    '8 :status=200',
    '14 :status=500',
    '15 accept-charset=',
    '16 accept-encoding=gzip, deflate',
    '17 accept-language=',
    '28 content-length=',
    '31 content-type=',
    '38 host=',
    '50 range=',
    '55 set-cookie=',
    '57 transfer-encoding=',
    '58 user-agent=',
    '61 www-authenticate=',
  ]);
});

it('finds fields and names', () => {
  expect(staticFieldIndex(':status', '404')).toBe(13);
  expect(staticFieldIndex(':status', '418')).toBe(0);
  expect(staticFieldIndex('x-none', '')).toBe(0);
  expect(staticNameIndex(':status')).toBe(8);
  expect(staticNameIndex('x-none')).toBe(0);
  for (let index = 1; index <= STATIC_COUNT; index++) {
    const { name, value } = staticFields[index]!;
    expect(staticFieldIndex(name, value)).toBe(index);
  }
});
