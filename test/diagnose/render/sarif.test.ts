import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findingIds } from '../../../src/diagnose/catalog.ts';
import { ruleOf } from '../../../src/diagnose/render/sarif/rule.ts';
import { fingerprint, sarifText, sarifUri } from '../../../src/diagnose/render/sarif/text.ts';
import { renderSarif } from '../../../src/diagnose/render/sarif.ts';
import { Writer } from '../../../src/diagnose/render/writer.ts';
import * as samples from './samples.ts';

const all = [
  samples.tooManyPings,
  samples.serverRestart,
  samples.idleCloseRace,
  samples.requestTrailers,
  samples.lateHalfClose,
  samples.responseTruncated,
  samples.lateWrite,
  samples.graceful,
];

/** The official schema; its draft-04 heading is the only thing in it that Ajv 8 does not know. */
function schema(): Record<string, unknown> {
  const path = new URL('../../../fixtures/schemas/sarif-2.1.0-rtm.5.json', import.meta.url);
  const { $schema: _, id: __, ...rest } = JSON.parse(readFileSync(path, 'utf8'));
  return rest;
}
const validate = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema());

describe.each(['en', 'zh'] as const)('SARIF in %s', (language) => {
  it('is valid against the official schema', () => {
    fc.assert(
      fc.property(fc.subarray(all), fc.subarray(all), (one, other) => {
        const log = renderSarif([samples.report(one), samples.report(other)], language, '1.2.3');
        expect(validate(JSON.parse(JSON.stringify(log))), JSON.stringify(validate.errors)).toBe(true);
      }),
      { numRuns: 20 },
    );
  });

  it('has a rule for every id, with help and an address', () => {
    const writer = new Writer(language);
    for (const id of findingIds) {
      const rule = ruleOf(writer, id);
      expect(rule.name, id).toMatch(/^[A-Z][A-Za-z0-9]+$/);
      expect(rule.help.markdown, id).toContain('](https://');
      expect(rule.fullDescription.text, id).not.toBe('');
      expect(rule.helpUri, id).toMatch(/^https:/);
    }
  });
});

describe('a SARIF result', () => {
  const log = renderSarif([samples.report([samples.tooManyPings, samples.tooManyPings])], 'en', '1');
  const [run] = log.runs;
  const [first, second] = run.results;

  it('has level, rank, certainty, message and change', () => {
    expect(first).toMatchObject({
      ruleId: 'keepalive/too-many-pings',
      ruleIndex: 0,
      level: 'error',
      kind: 'fail',
      rank: 95,
    });
    expect(first?.message.text).toContain('PermitWithoutStream');
    expect(first?.message.markdown).toContain('```');
    expect(first?.properties).toMatchObject({ certainty: 'certain', culprit: 'client' });
    expect(run.tool.driver.rules).toHaveLength(1);
  });

  it('has its evidence as related locations and as a flow, by connection and frame', () => {
    const [goaway] = first?.relatedLocations?.filter(({ message }) => message?.text.includes('GOAWAY')) ?? [];
    expect(goaway?.logicalLocations?.map(({ fullyQualifiedName }) => fullyQualifiedName).join()).toMatch(
      /^connection 1\/frame \d+$/,
    );
    expect(first?.codeFlows?.[0]?.threadFlows[0]?.locations).toHaveLength(first?.relatedLocations?.length ?? 0);
  });

  it('has a fingerprint that a second run gives again, and that no other result has', () => {
    const again = renderSarif([samples.report([samples.tooManyPings])], 'en', '1').runs[0].results[0];
    expect(again?.partialFingerprints).toEqual(first?.partialFingerprints);
    expect(second?.partialFingerprints).not.toEqual(first?.partialFingerprints);
  });

  it('says an information without failing anything', () => {
    const [result] = renderSarif([samples.report([samples.graceful])], 'en', '1').runs[0].results;
    expect(result).toMatchObject({ kind: 'informational', level: 'none' });
  });
});

describe('SARIF text', () => {
  it('holds no argument and no link that the words of a peer could make', () => {
    expect(sarifText('{0} [x](1)')).toBe('{{0}} \\[x\\](1)');
  });

  it('names files as URIs', () => {
    expect(sarifUri('a b/ü%.pcap')).toBe('a%20b/%C3%BC%25.pcap');
    expect(sarifUri('/tmp/x#1.pcap')).toBe('file:///tmp/x%231.pcap');
    expect(sarifUri('C:\\x\\y.pcap')).toBe('file:///C:/x/y.pcap');
    expect(sarifUri('-')).toBe('stdin');
    expect(sarifUri('a\ud800b')).toBe('a%EF%BF%BDb');
  });

  it('gives different names to different things', () => {
    expect(fingerprint(['a', 'b'])).not.toBe(fingerprint(['ab', '']));
    expect(fingerprint(['a'])).toMatch(/^[0-9a-f]{16}$/);
  });
});
