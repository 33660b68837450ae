import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cut, pieces } from '../node/support.ts';
import { captureBytes, capturePath, FAILING, HEALTHY, WARNING } from './fixtures.ts';
import { calmwire } from './support.ts';

const schemaPath = new URL('../../schema/explain.schema.json', import.meta.url);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'calmwire-explain-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('calmwire explain', () => {
  it('says what went wrong, for people', async () => {
    const { code, stdout, stderr } = await calmwire(['explain', capturePath(FAILING)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('keepalive/too-many-pings');
    expect(stdout).toContain('What to change');
    expect(stdout).not.toContain('\x1b');
    for (const line of stdout.split('\n').filter((text) => !text.includes('options=')))
      expect(line.length).toBeLessThan(100);
  });

  it('speaks Chinese', async () => {
    const { stdout } = await calmwire(['explain', '--lang', 'zh', capturePath(FAILING)]);
    expect(stdout).toContain('客户端');
  });

  it('has colours on a terminal, unless told otherwise', async () => {
    const args = ['explain', capturePath(FAILING)];
    const colored = async (more: readonly string[], options: object) =>
      (await calmwire([...args, ...more], options)).stdout.includes('\x1b[1;31m');
    expect(await colored([], { terminal: true })).toBe(true);
    expect(await colored([], { terminal: false })).toBe(false);
    expect(await colored(['--color', 'always'], { terminal: false })).toBe(true);
    expect(await colored(['--color', 'never'], { terminal: true })).toBe(false);
    expect(await colored([], { terminal: true, env: { NO_COLOR: '1' } })).toBe(false);
    expect(await colored([], { terminal: true, env: { NO_COLOR: '' } })).toBe(true);
    expect(await colored([], { terminal: true, env: { TERM: 'dumb' } })).toBe(false);
    expect(await colored(['--color=always'], { env: { NO_COLOR: '1' } })).toBe(true);
  });

  it('writes one JSON document for one file', async () => {
    const { code, stdout } = await calmwire(['explain', '--format', 'json', capturePath(FAILING)]);
    const document = JSON.parse(stdout);
    expect(code).toBe(0);
    expect(document).toMatchObject({ version: 1, language: 'en', input: { format: 'pcap', problems: [] } });
    expect(document.findings[0].id).toBe('keepalive/too-many-pings');
  });

  it.each([
    [FAILING, 'en'],
    [WARNING, 'zh'],
    [HEALTHY, 'en'],
    ['node-udp-only.pcap', 'zh'],
  ])('keeps to the published schema: %s in %s', async (name, lang) => {
    const validate = new Ajv2020({ validateFormats: false }).compile(JSON.parse(readFileSync(schemaPath, 'utf8')));
    const { stdout } = await calmwire(['explain', '--format', 'json', '--lang', lang, capturePath(name)]);
    expect(validate(JSON.parse(stdout)), JSON.stringify(validate.errors)).toBe(true);
  });

  it.each([
    [FAILING, 'never', 0],
    [FAILING, 'error', 1],
    [WARNING, 'error', 0],
    [WARNING, 'warning', 1],
    [HEALTHY, 'warning', 0],
  ])('%s with --fail-on %s exits with %i', async (name, failOn, expected) => {
    expect((await calmwire(['explain', '--fail-on', failOn, capturePath(name)])).code).toBe(expected);
  });

  it('explains several files in brief, with a table', async () => {
    const bad = file('note.txt', 'not a capture');
    const { code, stdout, stderr } = await calmwire(['explain', capturePath(FAILING), capturePath(HEALTHY), bad]);
    expect(code).toBe(2);
    expect(stdout).not.toContain('What to change');
    const table = stdout
      .slice(stdout.indexOf('\nfile  ') + 1)
      .trimEnd()
      .split('\n');
    expect(table).toHaveLength(4);
    expect(table[0]).toMatch(/^file +connections +errors +warnings +notes {2}worst finding$/);
    expect(table[1]).toMatch(/python-server\.pcap +2 +1 +0 +\d+ {2}keepalive\/too-many-pings$/);
    expect(table[2]).toMatch(/healthy-grpc\.pcap +\d+ +0 +0 +\d+ {2}no failure found$/);
    expect(table[3]).toMatch(/note\.txt +0 +0 +0 +0 {2}not readable$/);
    expect(stderr).toContain(`calmwire: ${bad}: This is a text file, not a packet capture`);
  });

  it('leaves out the last column of the table where the terminal is narrow', async () => {
    const files = [capturePath(HEALTHY), capturePath(HEALTHY)];
    const { stdout } = await calmwire(['explain', ...files], { terminal: true, columns: 60 });
    expect(stdout).not.toContain('worst finding');
  });

  it('explains several files in full with --all', async () => {
    const { stdout } = await calmwire(['explain', '--all', capturePath(FAILING), capturePath(HEALTHY)]);
    expect(stdout).toContain('What to change');
  });

  it('puts the documents of several files into one', async () => {
    const { stdout } = await calmwire(['explain', '--format=json', capturePath(FAILING), file('empty', '')]);
    const { version, reports } = JSON.parse(stdout);
    expect(version).toBe(1);
    expect(reports).toHaveLength(2);
    expect(reports[1].input.problems[0]).toContain('an empty file');
  });

  it('reads standard input, plain and compressed, in any pieces', async () => {
    const bytes = captureBytes(FAILING);
    const expected = (await calmwire(['explain', capturePath(FAILING)])).stdout.replace(capturePath(FAILING), '-');
    for (const size of [1, 1000]) {
      const { stdout } = await calmwire(['explain', '-'], { stdin: pieces(...cut(bytes, size)) });
      expect(stdout.replace(/\s+/g, ' ')).toBe(expected.replace(/\s+/g, ' '));
    }
    const zipped = await calmwire(['explain', '--format', 'json', '-'], {
      stdin: pieces(...cut(gzipSync(bytes), 700)),
    });
    expect(JSON.parse(zipped.stdout).input.format).toBe('pcap, gzip');
  });
});

describe('inputs that cannot be read as they are', () => {
  it.each<[string, () => string, RegExp]>([
    ['a missing file', () => join(folder, 'nowhere'), /there is no such file$/],
    ['a directory', () => folder, /it is a directory; name the capture files in it$/],
    ['an empty file', () => file('zero', ''), /This is an empty file/],
    ['a picture', () => file('x.png', '\x89PNG\r\n\x1a\n'), /not a packet capture/],
    [
      'another JSON',
      () => file('x.json', '{"log": []}\n'),
      /This is a text file, not a packet capture; as a log, none of its 1 line has a time or a known connection error$/,
    ],
    [
      'a capture without packets',
      () => file('none.pcap', captureBytes(FAILING).subarray(0, 24)),
      /pcap capture without any packet/,
    ],
    ['UDP', () => capturePath('node-udp-only.pcap'), /no TCP in 40 packets/],
    [
      'TLS',
      () => capturePath('node-tls-only.pcapng'),
      /no HTTP\/2 in clear text: 1 TLS connection on port 443\. TLS hides/,
    ],
    [
      'HTTP/1',
      () => capturePath('node-http1-only.pcap'),
      /1 HTTP\/1 connection on port 8082\. All ports were searched/,
    ],
  ])('%s: says so and exits with 2', async (_, path, sentence) => {
    const { code, stderr } = await calmwire(['explain', path()]);
    expect(stderr.trimEnd()).toMatch(sentence);
    expect(stderr.split('\n')).toHaveLength(2);
    expect(code).toBe(2);
    const chinese = await calmwire(['explain', path(), '--lang', 'zh']);
    expect(chinese.stderr).toMatch(/[\u4e00-\u9fff]/);
    const json = await calmwire(['explain', path(), '--format', 'json']);
    expect(JSON.parse(json.stdout).input.problems).toHaveLength(1);
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 2, stderr: '' });
  });

  it('a keyboard: says what to do', async () => {
    const { code, stderr } = await calmwire(['explain', '-'], { keyboard: true });
    expect(stderr).toContain('standard input is the keyboard; pipe a capture into it');
    expect(code).toBe(2);
  });

  it('a truncated capture: explains what there is', async () => {
    const bytes = captureBytes(FAILING);
    const { code, stdout, stderr } = await calmwire(['explain', file('cut.pcap', bytes.subarray(0, bytes.length - 5))]);
    expect(stderr).toContain('The file ends inside the packet');
    expect(stdout).toContain('keepalive/too-many-pings');
    expect(code).toBe(0);
  });

  it('a truncated gzip file: explains what there is', async () => {
    const zipped = gzipSync(captureBytes(FAILING));
    const { code, stdout, stderr } = await calmwire(['explain', file('cut.gz', zipped.subarray(0, zipped.length - 9))]);
    expect(stderr).toContain('the compressed file ends too early; what could be decompressed was read');
    expect(stdout).toContain('keepalive/too-many-pings');
    expect(code).toBe(0);
  });

  it('an unknown link type: names it', async () => {
    const bytes = captureBytes(FAILING);
    bytes.writeUInt32LE(147, 20);
    const { code, stderr } = await calmwire(['explain', file('user.pcap', bytes)]);
    expect(stderr).toMatch(/link type 147 \(/);
    expect(code).toBe(2);
  });

  it('control characters of a name do not reach the terminal', async () => {
    const { stderr } = await calmwire(['explain', 'a\x1b[31mb']);
    expect(stderr).toBe('calmwire: a\\x1b[31mb: there is no such file\n');
  });
});

describe('standard output', () => {
  it('ends quietly when its reader leaves', async () => {
    const { code, stderr } = await calmwire(['explain', capturePath(FAILING)], { stdoutLimit: 10 });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
  it('is not lost in silence when the disk is full', async () => {
    const { code, stderr } = await calmwire(['explain', capturePath(FAILING)], { stdoutLimit: 10, errno: 'ENOSPC' });
    expect({ code, stderr }).toEqual({ code: 2, stderr: 'calmwire: write ENOSPC\n' });
  });
});
