/** `explain` on logs: alone, compressed, from standard input, several, and beside captures. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, describe, expect, it } from 'vitest';
import { cut, pieces } from '../node/support.ts';
import { calmwire } from './support.ts';

const logs = fileURLToPath(new URL('../../fixtures/logs/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'calmwire-logs-'));
afterAll(() => rmSync(folder, { recursive: true }));

const schema = JSON.parse(readFileSync(new URL('../../schema/explain.schema.json', import.meta.url), 'utf8'));
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, validateFormats: false }).compile(
  schema,
);

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

describe('a log', () => {
  it('is explained in both languages', async () => {
    const path = `${logs}grpc-js-idle-pings.log`;
    const english = await calmwire(['explain', path]);
    expect(english.code).toBe(0);
    expect(english.stdout).toContain('keepalive/too-many-pings · certain');
    expect(english.stdout).toContain('does not say whether the PINGs were idle ones');
    expect(english.stdout).toContain("'grpc.keepalive_time_ms': 300000");
    const chinese = await calmwire(['explain', path, '--lang', 'zh']);
    expect(chinese.stdout).toContain('服务端因 PING 过多而结束连接');
    expect((await calmwire(['explain', '--fail-on', 'error', path])).code).toBe(1);
  });

  it('says the same from standard input, compressed, in any pieces', async () => {
    const path = `${logs}kitex-client-kill.log`;
    const bytes = readFileSync(path);
    const expected = (await calmwire(['explain', path])).stdout.replace(path, '-').replace(/\s+/g, ' ');
    for (const size of [1, 700]) {
      const { stdout } = await calmwire(['explain', '-'], { stdin: pieces(...cut(bytes, size)) });
      expect(stdout.replace(/\s+/g, ' ')).toBe(expected);
    }
    const zipped = await calmwire(['explain', '-'], { stdin: pieces(gzipSync(bytes)) });
    expect(zipped.stdout).toContain('(log, gzip)');
  });

  it.each(['grpc-go-client-server-restart', 'haproxy-server-timeout', 'grpcio-idle-pings', 'grpc-js-healthy'])(
    'the document of %s is what the schema says',
    async (name) => {
      const { stdout } = await calmwire(['explain', '--format', 'json', `${logs}${name}.log`]);
      const document = JSON.parse(stdout);
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
      expect(document.input.log.lines).toBeGreaterThan(0);
      expect(document.connections).toEqual([]);
    },
  );

  it.each(['markdown', 'sarif', 'html'])('has a report as %s', async (format) => {
    const { code, stdout } = await calmwire(['explain', '--format', format, `${logs}vertx-4.3-late-write.log`]);
    expect(code).toBe(0);
    expect(stdout).toContain('is not correct for server connection');
  });

  it('points SARIF to its lines', async () => {
    const { stdout } = await calmwire(['explain', '--format', 'sarif', `${logs}kitex-client-kill.log`]);
    const [result] = JSON.parse(stdout).runs[0].results;
    const { firstLine } = JSON.parse(
      (await calmwire(['explain', '--format', 'json', `${logs}kitex-client-kill.log`])).stdout,
    ).findings[0].log;
    expect(result.locations[0].physicalLocation.region.startLine).toBe(firstLine);
  });

  it('hides secrets in its lines', async () => {
    const line =
      '2026-11-21T10:00:00Z rpc error: code = Unavailable desc = error reading from server: EOF authorization: Bearer abcdefghijklmnop1234';
    const path = file('secret.log', `${line}\n`);
    expect((await calmwire(['explain', path])).stdout).not.toContain('abcdefghijklmnop1234');
  });

  it('without a known line says so, and is fine', async () => {
    const path = file('app.log', '2026-11-21T10:00:00Z INFO started\n2026-11-21T10:00:05Z INFO stopped\n');
    const { code, stdout, stderr } = await calmwire(['explain', path]);
    expect(stderr).toContain('none of its 2 lines is a connection error that is known');
    expect(stdout).toContain('No failure found in 2 lines of log.');
    expect(code).toBe(0);
  });

  it('that is no log is refused', async () => {
    const { code, stdout, stderr } = await calmwire(['explain', file('poem.txt', 'roses are red\nviolets are blue\n')]);
    expect(stderr).toContain('This is a text file, not a packet capture');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('of JSON objects is told from a trace', async () => {
    const path = file(
      'app.json',
      '{"level":"error","time":"2026-11-21T10:00:00Z","err":"14 UNAVAILABLE: Connection dropped"}\n',
    );
    expect((await calmwire(['explain', path])).stdout).toContain('log/undecided');
  });
});

describe('a log beside a capture', () => {
  it('gives its lines to the findings of the capture', async () => {
    const paths = [`${logs}grpc-go-client-abrupt-exit.log`, `${logs}grpc-go-client-abrupt-exit.pcap`];
    const { stdout, stderr } = await calmwire(['explain', '--format', 'json', ...paths]);
    const [log, capture] = JSON.parse(stdout).reports;
    expect(stderr).toBe('');
    expect(log.input.log.joined).toBe(2);
    expect(log.input.problems.join()).toContain('taken as UTC, because 2 lines then meet events');
    const lines = capture.findings[0].evidence.filter((one: { input: string | null }) => one.input === paths[0]);
    expect(lines).toHaveLength(2);
    expect(validate(capture), JSON.stringify(validate.errors)).toBe(true);
    const text = await calmwire(['explain', '--all', '--lang', 'zh', ...paths]);
    expect(text.stdout).toMatch(/grpc-go-client-abrupt-exit\.log:\d+ /);
    expect(text.stderr).toContain('没有写明时区');
  });

  it('stays alone where no finding explains it', async () => {
    const paths = [`${logs}grpc-go-client-abrupt-exit.pcap`, `${logs}nginx-dead-backend.log`];
    const { stdout } = await calmwire(['explain', '--format', 'json', ...paths]);
    const [, log] = JSON.parse(stdout).reports;
    expect(log.findings[0].id).toBe('connection/refused');
    expect(log.input.log.joined).toBe(0);
  });
});
