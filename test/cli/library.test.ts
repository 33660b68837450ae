import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  explain,
  explainTogether,
  renderBrief,
  renderHtml,
  renderJson,
  renderMarkdown,
  renderSarif,
  renderText,
  TimelineCollector,
} from '../../src/cli/library.ts';
import { cut, pieces } from '../node/support.ts';
import { captureBytes, capturePath, FAILING } from './fixtures.ts';

describe('calmwire/diagnose', () => {
  it('explains octets, pieces and streams alike', async () => {
    const bytes = captureBytes(FAILING);
    const whole = await explain(bytes);
    expect(whole.findings[0]?.id).toBe('keepalive/too-many-pings');
    expect(whole.input).toMatchObject({ name: '', format: 'pcap', packets: 58, bytes: bytes.length, problems: [] });
    expect(await explain(pieces(...cut(bytes, 333)))).toEqual(whole);
    expect(await explain(createReadStream(capturePath(FAILING)))).toEqual(whole);
    const zipped = await explain(gzipSync(bytes), { name: 'x.gz' });
    expect(zipped.findings).toEqual(whole.findings);
    expect(zipped.input).toMatchObject({ name: 'x.gz', format: 'pcap, gzip' });
  });

  it('says what it cannot read', async () => {
    const other = await explain(Buffer.from('hello'));
    expect(other.input.format).toBe('unknown');
    expect(other.input.problems[0]).toContain('a text file');
    async function* broken() {
      yield captureBytes(FAILING).subarray(0, 2000);
      throw new Error('the network went away');
    }
    const part = await explain(broken());
    expect(part.input.problems[0]).toBe('it cannot be read: the network went away');
    expect(part.connections).toHaveLength(1);
  });

  it('renders', async () => {
    const report = await explain(captureBytes(FAILING));
    expect(renderText(report, { language: 'en' })).toContain('What to change');
    expect(renderBrief(report, { language: 'zh' })).toContain('too_many_pings');
    expect(renderJson(report, 'en').version).toBe(1);
  });

  it('renders for code scanning, for chats and for browsers', async () => {
    const timeline = new TimelineCollector();
    const report = await explain(captureBytes(FAILING), { name: 'calls.pcap', timeline });
    expect(renderSarif([report], 'en').runs[0]?.results[0]?.ruleId).toBe('keepalive/too-many-pings');
    expect(renderMarkdown([report], 'zh')).toContain('keepalive/too-many-pings');
    const page = renderHtml([{ report, timeline }], { language: 'en' });
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('"marks":[{');
    expect(renderHtml([{ report }], { language: 'zh' })).not.toContain('"marks":[{');
  });

  it('joins a log with the capture of the same time', async () => {
    const folder = new URL('../../fixtures/logs/', import.meta.url);
    const capture = await readFile(new URL('grpc-js-idle-pings.pcap', folder));
    const log = await readFile(new URL('grpc-js-idle-pings.log', folder));
    const [joined, rest] = await explainTogether([
      { source: capture, name: 'calls.pcap' },
      { source: log, name: 'app.log' },
    ]);
    expect(joined?.findings[0]?.evidence.some(({ input }) => input === 'app.log')).toBe(true);
    expect(rest?.input.log?.joined).toBeGreaterThan(0);
    const [alone] = await explainTogether([{ source: log, name: 'app.log' }]);
    expect(alone?.findings).toEqual((await explain(log, { name: 'app.log' })).findings);
    expect(alone?.input.log?.joined).toBe(0);
  });

  it('shows secrets only to who asks, on the timeline too', async () => {
    const bytes = captureBytes('large-metadata-java.pcap.gz');
    const page = async (showSecrets: boolean): Promise<string> => {
      const timeline = new TimelineCollector();
      return renderHtml([{ report: await explain(bytes, { timeline, showSecrets }), timeline }], { language: 'en' });
    };
    expect(await page(true)).toContain('x'.repeat(400));
    expect(await page(false)).not.toContain('x'.repeat(20));
  });
});
