import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainFormats } from '../../src/cli/explain/formats.ts';
import { captureBytes, capturePath, FAILING, HEALTHY } from './fixtures.ts';
import { calmwire } from './support.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'calmwire-reports-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(explainFormats)('--format %s', (format) => {
  it('goes to the file of --output as it goes to standard output', async () => {
    const path = join(folder, `report.${format}`);
    const printed = await calmwire(['explain', '--format', format, capturePath(FAILING)]);
    const written = await calmwire(['explain', '--format', format, '--output', path, capturePath(FAILING)]);
    expect(written).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(path, 'utf8')).toBe(printed.stdout);
  });

  it.each([
    [FAILING, 'error', 1],
    [HEALTHY, 'warning', 0],
  ])('%s with --fail-on %s exits with %i', async (name, failOn, expected) => {
    const { code } = await calmwire(['explain', '--format', format, '--fail-on', failOn, capturePath(name)]);
    expect(code).toBe(expected);
  });

  it('tells of several inputs, and of one that cannot be read', async () => {
    const args = ['explain', '--format', format, capturePath(FAILING), join(folder, 'missing.pcap')];
    const { code, stdout } = await calmwire(args);
    expect(code).toBe(2);
    expect(stdout).toContain(FAILING);
    expect(stdout).toContain('missing.pcap');
  });

  it('speaks Chinese', async () => {
    const { stdout } = await calmwire(['explain', '--format', format, '--lang', 'zh', capturePath(FAILING)]);
    expect(stdout).toContain('客户端');
  });
});

describe.each(explainFormats)('--format %s of a log', (format) => {
  it('shows its lines', async () => {
    const path = join(folder, 'app.log');
    const text =
      'rpc error: code = Unavailable desc = closing transport due to: connection error: desc = "error reading from server: EOF"';
    const goaway = 'received prior goaway: code: ENHANCE_YOUR_CALM, debug data: "too_many_pings"';
    const line = (second: number) => `2026-11-21T08:00:0${second}.000Z ERROR ${text}, ${goaway}\n`;
    writeFileSync(path, `starting\n${line(1)}${line(5)}`);
    const { code, stdout } = await calmwire(['explain', '--format', format, '--fail-on', 'error', path]);
    expect(code).toBe(1);
    expect(stdout).toContain('keepalive/too-many-pings');
    expect(stdout).toContain('PermitWithoutStream');
    if (format === 'sarif') expect(stdout).toMatch(/"startLine": 2\b/);
  });
});

describe.each(explainFormats)('--format %s of two hops', (format) => {
  it('names both inputs', async () => {
    const hop = (side: string) => capturePath(`../hops/hops-envoy-late-half-close.${side}.pcap.gz`);
    const files = [hop('client-side'), hop('server-side')];
    const { stdout } = await calmwire(['explain', '--compare', '--format', format, ...files]);
    for (const side of ['client-side', 'server-side']) expect(stdout).toContain(`hops-envoy-late-half-close.${side}`);
  });
});

describe('--output', () => {
  it('never overwrites an input', async () => {
    const path = join(folder, 'input.pcap');
    writeFileSync(path, captureBytes(HEALTHY));
    const { code, stderr } = await calmwire(['explain', path, '--output', path]);
    expect(code).toBe(2);
    expect(stderr).toContain('already in use as an input');
    expect(readFileSync(path)).toEqual(captureBytes(HEALTHY));
  });

  it('tells at once where it cannot write', async () => {
    const path = join(folder, 'none', 'report.txt');
    const { code, stderr } = await calmwire(['explain', capturePath(HEALTHY), '--output', path]);
    expect(code).toBe(2);
    expect(stderr).toContain(`${path}: it cannot be written: there is no such file`);
    expect(existsSync(path)).toBe(false);
  });

  it('is for no terminal: no colours, no width of the terminal', async () => {
    const path = join(folder, 'plain.txt');
    await calmwire(['explain', capturePath(FAILING), '--output', path], { terminal: true, columns: 200 });
    const text = readFileSync(path, 'utf8');
    expect(text).not.toContain('\u001b');
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(100);
  });
});
