import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src/diagnose/finding.ts';
import { renderBrief, renderText, type Style } from '../../../src/diagnose/render/text.ts';
import { displayWidth } from '../../../src/diagnose/render/width.ts';
import * as samples from './samples.ts';

const languages = ['en', 'zh'] as const;
const { connection, report } = samples;
const ends = [
  connection(1, { clientStack: 'grpc-go/1.45.0', serverStack: 'etcd' }),
  connection(2, { calls: { total: 3, ok: 2, failed: 1, cancelled: 0 } }),
];

const stories: Readonly<Record<string, readonly Finding[]>> = {
  'too-many-pings': [samples.tooManyPings, samples.graceful],
  'server-restart': [samples.serverRestart],
  'idle-close-race': [samples.idleCloseRace],
  'request-trailers': [samples.requestTrailers],
  'late-half-close': [samples.lateHalfClose],
  'response-truncated': [samples.responseTruncated],
  'late-write': [samples.lateWrite],
  healthy: [samples.graceful],
  several: [samples.lateWrite, { ...samples.lateHalfClose, severity: 'warning' }, samples.graceful],
};

describe.each(languages)('the report in %s', (language) => {
  it.each(Object.keys(stories))('of %s', async (name) => {
    const text = renderText(report(stories[name]!, ends), { language });
    await expect(text).toMatchFileSnapshot(`golden/${name}.${language}.txt`);
  });

  it('in brief', async () => {
    const text = Object.values(stories)
      .map((findings) => renderBrief(report(findings, ends), { language }))
      .join('');
    await expect(text).toMatchFileSnapshot(`golden/brief.${language}.txt`);
  });
});

/** Marks snippets, which alone may be wider than the page, and takes no columns itself. */
const SNIPPET = '\u0001';
const markSnippets: Style = (style, text) => (style === 'snippet' ? SNIPPET + text : text);

describe('the page', () => {
  const all = Object.values(stories).flat();

  it('is never wider than asked, snippets apart', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...languages),
        fc.integer({ min: 48, max: 140 }),
        fc.subarray(all),
        (language, width, findings) => {
          const options = { language, width, style: markSnippets };
          for (const text of [renderText(report(findings), options), renderBrief(report(findings), options)]) {
            const lines = text.split('\n').filter((line) => !line.includes(SNIPPET));
            for (const line of lines) expect(displayWidth(line), line).toBeLessThanOrEqual(width);
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  it('has no blanks at the end of a line, no two empty lines, and one line feed at the end', () => {
    const text = renderText(report(all), { language: 'en' });
    expect(text).not.toMatch(/ \n/);
    expect(text).not.toMatch(/\n\n\n/);
    expect(text).toMatch(/[^\n]\n$/);
  });

  it('styles the parts, and is the same text without the styles', () => {
    const styled = renderText(report(all), { language: 'en', style: (style, text) => `«${style}»${text}«/»` });
    for (const style of [
      'error',
      'warning',
      'info',
      'title',
      'heading',
      'strong',
      'dim',
      'client',
      'server',
      'snippet',
    ]) {
      expect(styled).toContain(`«${style}»`);
    }
    const bare = styled.replace(/«(?:[a-z]+|\/)»/g, '').replace(/ +$/gm, '');
    expect(bare).toBe(renderText(report(all), { language: 'en' }));
  });
});

describe('what a peer or a file name sends', () => {
  it('reaches the terminal without control characters', () => {
    const nasty = '\x1b[2J\u202e\r';
    const finding: Finding = {
      ...samples.lateWrite,
      params: { ...samples.lateWrite.params, debugData: nasty },
      victims: [{ connection: 1, stream: 3, method: `/a${nasty}`, retry: 'unknown' }],
    };
    const whole = report([finding], [connection(1, { clientStack: nasty })]);
    const input = { ...whole.input, name: `x${nasty}.pcap`, problems: [`odd ${nasty}`] };
    const text = renderText({ ...whole, input }, { language: 'en' });
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(text).toContain('\\x1b[2J');
  });
});

describe('long findings', () => {
  it('show the beginning and the end of the evidence, and say how much is left out', () => {
    const line = samples.tooManyPings.evidence[1]!;
    const evidence = Array.from({ length: 40 }, (_, index) => ({ ...line, frame: index + 1, timeMs: index }));
    const text = renderText(report([{ ...samples.tooManyPings, evidence }]), { language: 'en' });
    expect(text).toContain('... 26 more');
    expect(text).toMatch(/ {6}1 {2}PING/);
    expect(text).toMatch(/ {5}40 {2}PING/);
    expect(text).not.toMatch(/ {5}20 {2}PING/);
  });

  it('collapse many victims of one method', () => {
    const victims = Array.from({ length: 30 }, (_, index) => ({
      connection: 1,
      stream: 2 * index + 1,
      method: '/pkg.Svc/Get',
      retry: 'safe' as const,
    }));
    const text = renderText(report([{ ...samples.lateWrite, victims }]), { language: 'en' });
    expect(text).toContain('/pkg.Svc/Get: 30 calls, never processed: safe to retry');
    expect(text).toContain('streams 1, 3, 5, 7, 9, 11, 13, 15 and 22 more');
  });

  it('name the connections of victims, and of evidence, where there are several', () => {
    const victims = [9, 2, 1, 2, 3].map((connection, index) => ({
      connection,
      stream: 2 * index + 1,
      method: '/pkg.Svc/Get',
      retry: 'unknown' as const,
    }));
    const text = renderText(report([{ ...samples.serverRestart, victims }]), { language: 'en' });
    expect(text).toContain(
      '      stream 5 (connection 1)\n      streams 3, 7 (connection 2)\n      stream 9 (connection 3)',
    );
    expect(text).toContain('... on 1 more connection');
    expect(text).toMatch(/time {2}conn {2}direction/);
    expect(text).toMatch(/92\.406 s {5}2 {2}server → client/);
  });

  it('count the remedies that they do not show', () => {
    const remedies = Array.from({ length: 9 }, () => samples.lateWrite.remedies[0]!);
    const text = renderText(report([{ ...samples.lateWrite, remedies }]), { language: 'en' });
    expect(text).toContain('4 more in the JSON report');
  });
});

describe('with everything asked for', () => {
  it('no list is shortened, and info findings are in full', () => {
    const line = samples.tooManyPings.evidence[1]!;
    const evidence = Array.from({ length: 40 }, (_, index) => ({ ...line, frame: index + 1, timeMs: index }));
    const remedies = Array.from({ length: 9 }, () => samples.lateWrite.remedies[0]!);
    const findings = [{ ...samples.lateWrite, evidence, remedies }, samples.graceful];
    const text = renderText(report(findings), { language: 'en', all: true });
    expect(text).not.toContain('more');
    expect(text).toMatch(/ {5}20 {2}PING/);
    expect(text).toContain('● INFO  The connection was drained with GOAWAY, and no call was lost');
    expect(text).not.toContain('Also seen');
  });
});

describe('an input without failures', () => {
  it('says so with what was judged', () => {
    expect(renderText(report([], ends), { language: 'en' })).toMatch(
      /^✔ No failure found: 2 connections, 4 calls, 3 answered with OK\.\n/,
    );
  });

  it('says when there was nothing to judge, and what could not be read', () => {
    const empty = report([], []);
    const input = {
      ...empty.input,
      packets: 12,
      startEpochMs: undefined,
      problems: ['the file ends inside packet 12'],
    };
    const text = renderText({ ...empty, input }, { language: 'en' });
    expect(text).toContain('No HTTP/2 or gRPC connection found in 12 packets.');
    expect(text).toContain('Note: the file ends inside packet 12');
    expect(text).not.toContain('UTC');
  });
});
