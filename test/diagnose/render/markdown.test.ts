import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/diagnose/finding.ts';
import { codeBlock, escapeMarkdown } from '../../../src/diagnose/render/markdown/escape.ts';
import { renderMarkdown } from '../../../src/diagnose/render/markdown.ts';
import * as samples from './samples.ts';

const stories: Readonly<Record<string, readonly Finding[]>> = {
  'too-many-pings': [samples.tooManyPings, samples.graceful],
  'late-write': [samples.lateWrite],
  healthy: [samples.graceful],
};

describe.each(['en', 'zh'] as const)('Markdown in %s', (language) => {
  it.each(Object.keys(stories))('of %s', async (name) => {
    const text = renderMarkdown([samples.report(stories[name]!, [samples.connection(1)])], language);
    await expect(text).toMatchFileSnapshot(`golden/${name}.${language}.md`);
  });

  it('puts each input under its name', () => {
    const text = renderMarkdown([samples.report([samples.lateWrite]), samples.report([])], language);
    expect(text.split('\n---\n')).toHaveLength(2);
  });
});

/** A finding whose every text comes from a hostile peer. */
function hostile(text: string): Finding {
  const evidence = samples.tooManyPings.evidence.map((line) =>
    line.key === 'goaway' ? { ...line, params: { ...line.params, debugData: text } } : line,
  );
  const victims = [{ connection: 1, stream: 1, method: text, retry: 'safe' } as const];
  return { ...samples.tooManyPings, evidence, victims, params: { ...samples.tooManyPings.params, debugData: text } };
}

describe('hostile text', () => {
  it.each([
    ['<script>alert(1)</script>', /<script/],
    ['<!channel> <!here>', /<!/],
    ['@all @channel @here', /@(all|channel|here)/],
    ['[click](https://evil.example)', /(?<!\\)\[click/],
    ['https://evil.example/x', /https:\/\/evil/],
    ['www.evil.example', /www\.evil/],
    ['![x](http://evil.example/p.png)', /!\[x/],
    ['# heading', /^# heading/m],
    ['``` \n# out of the block', /^# out/m],
    ['a | b', /(?<!\\) \| b/],
  ])('%s stays text', (text, forbidden) => {
    const words = renderMarkdown([samples.report([hostile(text)])], 'en').split(/^`{3,}$/m);
    for (const [index, part] of words.entries()) {
      if (index % 2 === 0) expect(part).not.toMatch(forbidden);
      else expect(part).not.toMatch(/@(all|channel|here)|https:\/\/evil/);
    }
  });

  it('never ends a block of code early', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('`', '\n', 'a', '~') }), (text) => {
        const lines = codeBlock(text).split('\n');
        const fence = lines[0] ?? '';
        expect(lines.slice(1, -1).every((line) => !line.includes(fence))).toBe(true);
      }),
    );
  });

  it('is one line, without controls', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(escapeMarkdown(text)).not.toMatch(/[\p{Cc}\u2028\u202e<>]/u);
      }),
    );
  });
});
