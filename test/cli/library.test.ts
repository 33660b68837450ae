import { createReadStream } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { explain, renderBrief, renderJson, renderText } from '../../src/cli/library.ts';
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
});
