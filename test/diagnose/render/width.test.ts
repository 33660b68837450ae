import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { displayWidth, padEnd, padStart, unbroken, wrap } from '../../../src/diagnose/render/width.ts';

describe('displayWidth', () => {
  it.each([
    ['', 0],
    ['GOAWAY', 6],
    ['客户端', 6],
    ['客户端 → 服务端', 15],
    ['，。（）', 8],
    ['é', 1],
    ['e\u0301', 1],
    ['한국', 4],
    ['𠀀', 2],
  ])('%s takes %d columns', (text, columns) => expect(displayWidth(text)).toBe(columns));

  it('is what padding fills', () => {
    expect(padEnd('流', 4)).toBe('流  ');
    expect(padStart('7', 3)).toBe('  7');
    expect(padEnd('longer', 3)).toBe('longer');
  });
});

const words = fc.array(fc.constantFrom('a', 'GOAWAY', '连接', '流，', '（空闲）', 'x'.repeat(30), '10 s', '。'), {
  maxLength: 40,
});

describe('wrap', () => {
  it('breaks between words and between wide characters', () => {
    expect(wrap('one two three', 8)).toEqual(['one two', 'three']);
    expect(wrap('服务端关闭连接', 6)).toEqual(['服务端', '关闭连', '接']);
  });

  it('keeps punctuation with the text before it, and opening brackets with the text after', () => {
    expect(wrap('服务端，关', 6)).toEqual(['服务', '端，关']);
    expect(wrap('关闭（空闲）', 6)).toEqual(['关闭', '（空', '闲）']);
  });

  it('keeps a number and its unit together, and tied words', () => {
    expect(wrap('waited 10 s', 9)).toEqual(['waited', '10 s']);
    expect(wrap('等待了 8 毫秒', 10)).toEqual(['等待了', '8 毫秒']);
    expect(wrap('等待 10 秒后', 7)).toEqual(['等待', '10 秒后']);
    expect(wrap(`on ${unbroken('one connection')} here`, 16)).toEqual(['on', 'one connection', 'here']);
  });

  it('breaks a word that is longer than the line', () => expect(wrap('abcdefgh', 3)).toEqual(['abc', 'def', 'gh']));

  it('has one line for no text', () => expect(wrap('', 10)).toEqual(['']));

  it('never exceeds the columns and loses nothing but blanks', () => {
    fc.assert(
      fc.property(words, fc.constantFrom('', ' '), fc.integer({ min: 4, max: 60 }), (parts, gap, columns) => {
        const text = parts.join(gap);
        const lines = wrap(text, columns);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
