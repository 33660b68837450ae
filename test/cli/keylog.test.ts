/** `--keylog`, secrets inside a pcapng file, and what is said of secrets that are of no use. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explain } from '../../src/cli/library.ts';
import { captureBytes, capturePath } from './fixtures.ts';
import { calmwire } from './support.ts';

const FAILING = 'tls-grpc-go-idle-pings.pcapng';
const ENHANCED_PACKET = 6;
const SECRETS = 10;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'calmwire-keylog-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The recording without its secrets, and those as a file. */
function split(name: string): { capture: string; keyLog: string } {
  const bytes = readFileSync(capturePath(name));
  const kept: Buffer[] = [];
  let secrets = '';
  for (let at = 0; at < bytes.length; ) {
    const next = at + bytes.readUInt32LE(at + 4);
    const type = bytes.readUInt32LE(at);
    if (type === SECRETS) secrets += bytes.subarray(at + 16, at + 16 + bytes.readUInt32LE(at + 12)).toString('latin1');
    else if (type <= ENHANCED_PACKET || type > 0xffff) kept.push(bytes.subarray(at, next));
    at = next;
  }
  const capture = join(folder, name);
  const keyLog = join(folder, `${name}.keys`);
  writeFileSync(capture, Buffer.concat(kept));
  writeFileSync(keyLog, secrets);
  return { capture, keyLog };
}

describe('--keylog', () => {
  it('gives the verdict that the secrets inside the file give', async () => {
    const { capture, keyLog } = split(FAILING);
    const inside = await calmwire(['explain', '--format', 'json', capturePath(FAILING)]);
    const beside = await calmwire(['explain', '--format', 'json', '--keylog', keyLog, capture]);
    expect(inside.stderr + beside.stderr).toBe('');
    expect(JSON.parse(beside.stdout).findings).toEqual(JSON.parse(inside.stdout).findings);
    expect(JSON.parse(inside.stdout).findings[0].id).toBe('keepalive/too-many-pings');
  });

  it('works for frames, which also tell the handshake', async () => {
    const { capture, keyLog } = split(FAILING);
    const { code, stdout } = await calmwire(['frames', '--keylog', keyLog, capture, '--type', 'tls,goaway']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/-> TLS .*ClientHello for localhost, TLS 1\.3, ALPN h2/);
    expect(stdout).toMatch(/ENHANCE_YOUR_CALM.*too_many_pings/);
  });

  it('says that a file is no key log, is empty, or is not there', async () => {
    const run = async (content: string) => {
      const path = join(folder, 'other.txt');
      writeFileSync(path, content);
      return calmwire(['explain', '--keylog', path, capturePath(FAILING)]);
    };
    expect(await run('hello\nworld\n')).toMatchObject({ code: 2 });
    expect((await run('hello\nworld\n')).stderr).toContain('this is no key log: none of its 2 lines');
    expect((await run('# nothing yet\n')).stderr).toContain('this key log is empty');
    const missing = await calmwire(['frames', '--keylog', join(folder, 'missing'), capturePath(FAILING)]);
    expect(missing.stderr).toContain('there is no such file');
    expect((await calmwire(['explain', '--keylog', '-', capturePath(FAILING)])).stderr).toContain('must be a file');
  });

  it('says which connections have no line in it, in both languages', async () => {
    const { capture } = split(FAILING);
    const { keyLog } = split('tls-node-1.3-resumed.pcapng');
    const english = await calmwire(['explain', '--keylog', keyLog, capture]);
    expect(english.stderr).toContain(
      '1 TLS connection (number 1) could not be decrypted: no line of the key log has their client random; it holds 2 other connections',
    );
    const chinese = await calmwire(['explain', '--lang', 'zh', '--keylog', keyLog, capture]);
    expect(chinese.stderr).toContain('1 个 TLS 连接（编号 1）无法解密');
  });

  it('says that nothing here is TLS', async () => {
    const { keyLog } = split(FAILING);
    const { stderr } = await calmwire(['explain', '--keylog', keyLog, capturePath('grpc-go-max-idle.pcap')]);
    expect(stderr).toContain('there is no TLS connection here');
  });
});

describe('the library', () => {
  it('takes a key log as text and as octets', async () => {
    const { capture, keyLog } = split(FAILING);
    const text = readFileSync(keyLog, 'latin1');
    const ids = async (keylog: string | Uint8Array) =>
      (await explain(new Uint8Array(readFileSync(capture)), { keylog })).findings.map(({ id }) => id);
    expect(await ids(text)).toEqual(['keepalive/too-many-pings']);
    expect(await ids(new TextEncoder().encode(text))).toEqual(['keepalive/too-many-pings']);
    expect((await explain(captureBytes(FAILING))).findings.map(({ id }) => id)).toEqual(['keepalive/too-many-pings']);
  });
});
