import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { apiPage, exportedNames, groups } from '../../tools/docs/api.ts';
import { optionsPage, sectionRows } from '../../tools/docs/options.ts';
import { root } from '../../tools/docs/source.ts';

const pages = { 'options.md': optionsPage(), 'api.md': apiPage() };

if (process.env.UPDATE_DOCS === '1') {
  for (const [name, text] of Object.entries(pages)) writeFileSync(join(root, 'docs/guide', name), text);
}

describe('docs/guide', () => {
  it('holds the generated pages as they are; UPDATE_DOCS=1 writes them', () => {
    for (const [name, text] of Object.entries(pages)) {
      expect(readFileSync(join(root, 'docs/guide', name), 'utf8'), name).toBe(text);
    }
  });

  it('shows everything that calmwire exports, once', () => {
    expect(Object.values(groups).flat().sort()).toEqual([...exportedNames()].sort());
  });

  it('says of every option what it is, its default, and why', () => {
    // Callbacks and names have no default; groups are told by their members.
    const without =
      /^(on[A-Z]\w+|headers|signal|contextValues|userAgent|unknown|recorder|compress|connectionWindowBytes|passphrase|certificate|privateKey|rootCertificates|provider|serverName|recording|keepalive|backoff|pingEnforcement|limits)$/;
    for (const [title, rows] of sectionRows()) {
      expect(rows.length, title).toBeGreaterThan(0);
      for (const { name, text, default: value } of rows) {
        expect(text.length, `${title} ${name}`).toBeGreaterThan(15);
        if (!without.test(name) && !/\.(burst|perSecond)$/.test(name)) expect(value, `${title} ${name}`).not.toBe('');
      }
    }
  });

  it('names the peers’ option for every channel and server option that they have', () => {
    for (const title of ['Channels', 'Servers']) {
      const rows = sectionRows().get(title) ?? [];
      expect(rows.filter(({ peers }) => peers.length > 0).length, title).toBeGreaterThan(rows.length / 2);
    }
  });

  it('has links that lead somewhere', () => {
    for (const name of ['first-service.md', 'first-service.zh-CN.md', 'production.md', 'api.md']) {
      const text = readFileSync(join(root, 'docs/guide', name), 'utf8');
      for (const [, target] of text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)) {
        expect(() => readFileSync(join(root, 'docs/guide', target!)), `${name}: ${target}`).not.toThrow(/ENOENT/);
      }
    }
  });
});
