/** The texts of the readings: the same parameters in both languages, whole sentences, and none that a line may not tell. */
import { describe, expect, it } from 'vitest';
import { catalog, type Finding, readingIds, readingParams, readings } from '#diagnose';
import { stackWordings } from '#logs';
import { languages } from '../../src/diagnose/render/messages/index.ts';
import { templateNames } from '../../src/diagnose/render/template.ts';
import { displayWidth } from '../../src/diagnose/render/width.ts';
import { Writer } from '../../src/diagnose/render/writer.ts';

const PARTS = ['title', 'proves', 'open', 'next'] as const;
const everything = Object.fromEntries(Object.entries(readingParams).map(([name, { example }]) => [name, example]));

function subject(id: (typeof readingIds)[number], params: Finding['params']) {
  const log = { reading: id, also: readings[id].also } as NonNullable<Finding['log']>;
  return { id: readings[id].id, variant: undefined, params, log };
}

describe.each(readingIds)('%s', (id) => {
  it.each(PARTS)('%s has the same parameters in both languages, of the table', (part) => {
    const en = [...templateNames(languages.en.readings[id][part]).all].sort();
    const zh = [...templateNames(languages.zh.readings[id][part]).all].sort();
    expect(zh).toEqual(en);
    for (const name of en) expect(Object.keys(readingParams)).toContain(name);
    const needed = [...templateNames(languages.en.readings[id][part]).needed];
    // `late-write` is known only by its stream.
    expect(needed.filter((name) => !(id === 'late-write' && name === 'stream'))).toEqual([]);
  });

  it.each(['en', 'zh'] as const)('reads well in %s, with little and with everything known', (language) => {
    const writer = new Writer(language);
    for (const params of [{ lines: 1 }, everything]) {
      const title = writer.title(subject(id, params));
      expect(title).not.toMatch(/[{}[\]]|undefined/);
      expect(displayWidth(title)).toBeLessThanOrEqual(78);
      for (const sentence of writer.sentences(subject(id, params))) {
        expect(sentence).toMatch(language === 'en' ? /^[A-Z].*(?:[.]|tcp)$/ : /^\S.*(?:。|tcp)$/);
        expect(sentence).not.toMatch(/[{}]|undefined| {2}|[。，]{2}/);
      }
    }
  });

  it('names findings of the catalogue, and leaves the grade to what is proved', () => {
    const reading = readings[id];
    expect(catalog[reading.id]).toBeDefined();
    if (reading.id === 'log/undecided') expect(reading.also.length).toBeGreaterThan(1);
    if (reading.certainty === 'possible') expect(reading.id).toBe('log/undecided');
    if (reading.variant !== undefined) expect(catalog[reading.id].variants).toContain(reading.variant);
  });

  it('is what some line says', () => {
    expect(stackWordings.flatMap(({ wordings }) => wordings.map(({ reading }) => reading))).toContain(id);
  });
});
