import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captureBytes, capturePath, FAILING, HEALTHY } from './fixtures.ts';
import { calmwire } from './support.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'calmwire-annotate-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const out = () => join(folder, 'out.pcapng');

describe('--annotate', () => {
  it('writes the capture with the findings in it, and the same verdict comes out again', async () => {
    const { code, stderr } = await calmwire([
      'explain',
      capturePath(FAILING),
      '--annotate',
      out(),
      '--fail-on',
      'error',
    ]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/out\.pcapng: \d+ packets with comments\n$/);
    expect(readFileSync(out(), 'utf8')).toContain('[calmwire] ERROR keepalive/too-many-pings: strike 1');
    const findings = async (path: string) => {
      const { stdout } = await calmwire(['explain', '--format', 'json', path]);
      return JSON.parse(stdout).findings;
    };
    expect(await findings(out())).toEqual(await findings(capturePath(FAILING)));
  });

  it('speaks Chinese, and says that nothing failed', async () => {
    await calmwire(['explain', capturePath(HEALTHY), '--annotate', out(), '--lang', 'zh']);
    expect(readFileSync(out(), 'utf8')).toContain('未发现故障');
  });

  it.each([
    [['-'], 'read only once'],
    [[capturePath(FAILING), capturePath(HEALTHY)], 'one FILE'],
  ])('refuses %j', async (files, sentence) => {
    const path = join(folder, 'never.pcapng');
    const { code, stderr } = await calmwire(['explain', ...files, '--annotate', path]);
    expect({ code, stdout: stderr.includes(sentence) }).toEqual({ code: 2, stdout: true });
    expect(existsSync(path)).toBe(false);
  });

  it('refuses a trace, which has no packets', async () => {
    const trace = join(folder, 'trace.ndjson');
    const { stdout } = await calmwire(['frames', '--format', 'json', capturePath(FAILING)]);
    writeFileSync(trace, stdout);
    const { code, stderr } = await calmwire(['explain', trace, '--annotate', out()]);
    expect(code).toBe(2);
    expect(stderr).toContain('no packet capture');
  });

  it('never overwrites its input or the report', async () => {
    const input = capturePath(FAILING);
    expect((await calmwire(['explain', input, '--annotate', input])).code).toBe(2);
    expect(readFileSync(input)).toEqual(captureBytes(FAILING));
    const both = ['explain', input, '--annotate', out(), '--output', out()];
    expect((await calmwire(both)).stderr).toContain('already in use');
  });
});
