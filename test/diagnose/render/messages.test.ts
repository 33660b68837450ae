import { describe, expect, it } from 'vitest';
import { catalog, findingIds } from '../../../src/diagnose/catalog.ts';
import type { Params } from '../../../src/diagnose/finding.ts';
import { type ReasonKey, reasonTable } from '../../../src/diagnose/remedies/reasons.ts';
import { languages } from '../../../src/diagnose/render/messages/index.ts';
import type { FindingText, FindingTexts } from '../../../src/diagnose/render/messages/messages.ts';
import {
  type AnyParam,
  type EvidenceKey,
  evidenceParams,
  findingParams,
  type ParamTable,
} from '../../../src/diagnose/render/params/index.ts';
import { templateComparisons, templateNames } from '../../../src/diagnose/render/template.ts';
import { displayWidth } from '../../../src/diagnose/render/width.ts';
import { Writer } from '../../../src/diagnose/render/writer.ts';

const { en, zh } = languages;
const TITLE_COLUMNS_MAX = 70;
const SENTENCES_MAX = 4;

function namesOf(templates: readonly string[]): string[] {
  return [...new Set(templates.flatMap((template) => [...templateNames(template).all]))].sort();
}

/** Every name must be in the table, and every word that is compared with must be one that the parameter may be. */
function expectKnown(template: string, table: ParamTable, where: string): void {
  for (const name of templateNames(template).all) expect(Object.keys(table), where).toContain(name);
  for (const comparison of templateComparisons(template)) {
    const [name, word] = comparison.split('=');
    if (table[name!]?.kind === 'word') expect(table[name!]!.words, where).toContain(word);
  }
}

function examples(table: ParamTable, which: (param: AnyParam) => boolean): Params {
  const entries = Object.entries(table).filter(([, param]) => which(param));
  return Object.fromEntries(entries.map(([name, { example }]) => [name, example]));
}

function textsOf(texts: FindingTexts): readonly (readonly [string | undefined, FindingText])[] {
  return [[undefined, texts], ...Object.entries(texts.variants)];
}

describe.each(findingIds)('the texts of %s', (id) => {
  const table = findingParams[id];

  it('exist for each variant, in both languages', () => {
    for (const { findings } of [en, zh]) {
      expect(Object.keys(findings[id].variants).sort()).toEqual([...catalog[id].variants].sort());
      for (const [, { title, explanation }] of textsOf(findings[id])) {
        expect(title).not.toBe('');
        expect(explanation.length).toBeGreaterThan(0);
        expect(explanation.length).toBeLessThanOrEqual(SENTENCES_MAX);
      }
      expect(findings[id].proof.length).toBeGreaterThan(10);
    }
  });

  it('use the same parameters in both languages, and only those of the table', () => {
    for (const [variant, text] of textsOf(en.findings[id])) {
      const other = variant === undefined ? zh.findings[id] : zh.findings[id].variants[variant]!;
      expect(namesOf([other.title])).toEqual(namesOf([text.title]));
      expect(namesOf(other.explanation)).toEqual(namesOf(text.explanation));
      for (const template of [text.title, ...text.explanation, other.title, ...other.explanation]) {
        expectKnown(template, table, `${id} ${variant}`);
      }
    }
  });

  it('can do without what the capture may not show', () => {
    const params = examples(table, ({ always }) => always);
    for (const writer of [new Writer('en'), new Writer('zh')]) {
      for (const variant of [undefined, ...catalog[id].variants]) {
        const subject = { id, variant, params };
        expect(writer.title(subject)).not.toBe(id);
        expect(writer.title(subject)).not.toMatch(/[{}[\]]/);
        expect(writer.sentences(subject).length).toBeGreaterThan(0);
        expect(writer.explanation(subject)).not.toMatch(/[{}[\]]|undefined|[ ，]{2}/);
      }
    }
  });

  it('have titles of one line, and sentences that end', () => {
    const params = examples(table, () => true);
    for (const variant of [undefined, ...catalog[id].variants]) {
      expect(displayWidth(new Writer('en').title({ id, variant, params }))).toBeLessThanOrEqual(TITLE_COLUMNS_MAX);
      expect(displayWidth(new Writer('zh').title({ id, variant, params }))).toBeLessThanOrEqual(TITLE_COLUMNS_MAX);
      for (const sentence of new Writer('en').sentences({ id, variant, params })) expect(sentence).toMatch(/^\S.*[.]$/);
      for (const sentence of new Writer('zh').sentences({ id, variant, params })) expect(sentence).toMatch(/^\S.*。$/);
    }
  });
});

/**
 * What is the same in every language: RFC sections, names of frames, codes and products in capitals, and numbers. Placeholders are
 * left out, the nouns of counts are kept; "pings" as a word of English counts as PING.
 */
function literals(texts: readonly string[]): string[] {
  const plain = texts
    .join(' ')
    .replace(/\{\w+\}/g, '')
    .replace(/\{\w+:([^}]*)\}/g, '$1')
    .replace(/\bping(?:s|ed)?\b/gi, 'PING')
    .replace(/\d[\d,]*\d/g, (number) => number.replaceAll(',', ''));
  return [...new Set(plain.match(/RFC \d+ §[\d.]+|(?<![A-Za-z])[A-Z][A-Z_]+[A-Z]|\d+(?:\.\d+)*/g))].sort();
}

describe('the languages state the same facts', () => {
  it.each(findingIds)('%s: the same sections, names and numbers', (id) => {
    for (const [variant, text] of textsOf(en.findings[id])) {
      const other = variant === undefined ? zh.findings[id] : zh.findings[id].variants[variant]!;
      expect(literals([other.title]), `${id} ${variant}`).toEqual(literals([text.title]));
      expect(literals(other.explanation), `${id} ${variant}`).toEqual(literals(text.explanation));
    }
    expect(literals([zh.findings[id].proof]), id).toEqual(literals([en.findings[id].proof]));
  });

  it('evidence lines and reasons do so too', () => {
    for (const [key, text] of Object.entries(en.evidence)) {
      expect(literals([zh.evidence[key as EvidenceKey]]), key).toEqual(literals([text]));
    }
    for (const [key, text] of Object.entries(en.reasons)) {
      expect(literals([zh.reasons[key as ReasonKey]]), key).toEqual(literals([text]));
    }
  });

  it('and have the same words, severities, certainties, culprits, retries and roles', () => {
    for (const part of [
      'words',
      'severities',
      'certainties',
      'culprits',
      'retries',
      'roles',
      'units',
      'report',
    ] as const) {
      expect(Object.keys(zh[part]).sort(), part).toEqual(Object.keys(en[part]).sort());
      for (const text of Object.values(zh[part])) expect(text).not.toBe('');
    }
  });
});

describe('the evidence lines', () => {
  const keys = Object.keys(evidenceParams) as EvidenceKey[];

  it.each(keys)('%s: same parameters in both languages, known and optional ones left out', (key) => {
    expect(namesOf([zh.evidence[key]])).toEqual(namesOf([en.evidence[key]]));
    for (const messages of [en, zh]) {
      expectKnown(messages.evidence[key], evidenceParams[key], key);
      const writer = new Writer(messages.language === 'en' ? 'en' : 'zh');
      for (const which of [() => true, ({ always }: AnyParam) => always]) {
        const params = examples(evidenceParams[key], which);
        const line = { key, params, frame: 1, packet: 1, timeMs: 0, connection: 1, from: 'client' } as const;
        expect(writer.evidence(line)).not.toMatch(/[{}[\]]|undefined|^[a-z-]+ \w+=/);
      }
    }
  });

  it('a key without a message still shows what it holds', () => {
    const line = {
      key: 'new-key',
      params: { a: 1 },
      frame: 1,
      packet: 1,
      timeMs: 0,
      connection: 1,
      from: 'client',
    } as const;
    expect(new Writer('en').evidence(line)).toBe('new-key a=1');
  });
});

describe('the reasons of remedies', () => {
  it.each(Object.keys(reasonTable) as ReasonKey[])('%s: same parameters, all optional', (why) => {
    expect(namesOf([zh.reasons[why]])).toEqual(namesOf([en.reasons[why]]));
    for (const messages of [en, zh]) {
      expectKnown(messages.reasons[why], reasonTable[why], why);
      expect([...templateNames(messages.reasons[why]).needed]).toEqual([]);
    }
    expect(new Writer('en').reason({ why, params: {} })).toMatch(/^\S.*[^\s.,;:][.]$/);
    expect(new Writer('zh').reason({ why, params: {} })).toMatch(/^\S.*[^\s，；：]。$/);
    const params = examples(reasonTable[why], () => true);
    expect(new Writer('en').reason({ why, params })).not.toMatch(/[{}[\]]/);
  });
});

describe('the phrases of the report', () => {
  it.each(Object.keys(en.report) as (keyof typeof en.report)[])('%s: same parameters in both languages', (key) => {
    expect(namesOf([zh.report[key]])).toEqual(namesOf([en.report[key]]));
  });
});

it('English texts hold no Chinese, and Chinese texts are Chinese', () => {
  const wide = /[\u3001-\u9fff\uff01-\uff60]/;
  expect(JSON.stringify(en)).not.toMatch(wide);
  for (const id of findingIds) {
    for (const [, { title, explanation }] of textsOf(zh.findings[id])) {
      for (const text of [title, ...explanation]) expect(text).toMatch(wide);
    }
  }
  for (const text of Object.values(zh.reasons)) expect(text).toMatch(wide);
});
