/** No secret of an input appears in anything that a command writes, unless `--show-secrets` asks for it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explain, renderText } from '../../src/cli/library.ts';
import { pieces } from '../node/support.ts';
import { calmwire, type RunResult } from './support.ts';

const formats: readonly (readonly string[])[] = [
  ['explain', '--all'],
  ['explain', '--format', 'json'],
  ['explain', '--format', 'sarif'],
  ['explain', '--format', 'html'],
  ['explain', '--format', 'markdown'],
  ['explain', '--lang', 'zh', '--all'],
  ['frames'],
  ['frames', '--headers'],
  ['frames', '--format', 'tsv'],
  ['frames', '--format', 'json'],
];

/** A value that no other part of an output can hold by chance; of characters that all fields may carry. */
const secret = fc
  .string({
    unit: fc.constantFrom(...'abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789'),
    minLength: 8,
    maxLength: 60,
  })
  .map((text) => `Q9z${text}`);
const jwt = fc.tuple(secret, secret).map(([one, other]) => `eyJ${one}.${other}`);

const secretNames = [
  'authorization',
  'cookie',
  'set-cookie',
  'proxy-authorization',
  'x-api-key',
  'x-refresh-token',
  'client-secret',
  'my-password-2',
  'blob-bin',
  'x-session-id',
];

interface Planted {
  readonly request: readonly (readonly [string, string])[];
  readonly path: string;
  readonly message: string;
  readonly debugData: string;
  readonly detail: string;
  readonly secrets: readonly string[];
}

/** A secret in each place that can hold one. */
const planted: fc.Arbitrary<Planted> = fc
  .record({ name: fc.constantFrom(...secretNames), value: secret, token: jwt, inQuery: secret, scheme: fc.boolean() })
  .map(({ name, value, token, inQuery, scheme }) => ({
    request: [
      [name, name.includes('cookie') ? `sid=${value}; theme=dark` : scheme ? `Bearer ${value}` : value],
      ['x-forwarded-claims', token],
    ],
    path: `/shop.Orders/Get?key=${inQuery}`,
    message: `cannot verify ${value} nor ${token}`,
    debugData: `refused ${value}`,
    detail: `field with ${token}`,
    secrets: [value, token, inQuery],
  }));

function trace({ request, path, message, debugData, detail }: Planted): Buffer {
  let index = 0;
  const frame = (from: string, kind: string, type: number, stream: number, more: object) => ({
    kind: 'frame',
    from,
    frame: { kind, type, flags: 5, stream, length: 40, ...more },
  });
  const body = { bodyOffset: 0, bodyLength: 40 };
  const events: readonly object[] = [
    { kind: 'opened', client: end(40_000), server: end(50_051), handshake: 'seen', sidesBy: 'syn' },
    { kind: 'protocol', side: 'client', protocol: 'h2', text: `GET ${path} HTTP/1.1` },
    { kind: 'protocol', side: 'server', protocol: 'h2', text: '' },
    frame('client', 'headers', 1, 1, body),
    headers('client', 'request', [
      [':method', 'POST'],
      [':path', path],
      ['content-type', 'application/grpc'],
      ...request,
    ]),
    frame('server', 'headers', 1, 1, body),
    headers('server', 'response', [[':status', '200'], ['grpc-status', '16'], ['grpc-message', message], ...request]),
    frame('client', 'headers', 1, 3, body),
    { ...headers('client', 'request', [[':path', path], ...request]), stream: 3 },
    frame('server', 'goaway', 7, 0, { lastStream: 3, errorCode: 1, debugData }),
    { kind: 'violation', by: 'client', rule: 'headers/data-first', stream: 3, detail },
    { kind: 'end', from: 'server', how: 'fin' },
    { kind: 'closed', how: 'closed' },
  ];
  const lines = events.map((event, number) => {
    if ('frame' in event) index++;
    return JSON.stringify({ connection: 1, timeMs: number, packet: number + 1, index, ...event });
  });
  return Buffer.from(`{"calmwire":"trace","version":1}\n${lines.join('\n')}\n`);
}

function end(port: number) {
  return { address: '10.0.0.1', port };
}

function headers(from: string, role: string, fields: readonly (readonly [string, string])[]) {
  return { kind: 'headers', from, stream: 1, role, fields, endStream: true, complete: true };
}

async function outputOf(format: readonly string[], input: Buffer): Promise<RunResult> {
  return calmwire([...format, '-'], { stdin: pieces(input) });
}

describe('secrets', () => {
  it.each(formats)('planted anywhere are in no output: %s %s %s', async (...format) => {
    await fc.assert(
      fc.asyncProperty(planted, async (one) => {
        const { stdout, stderr, code } = await outputOf(format, trace(one));
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout).toContain('***');
        for (const value of one.secrets) expect(stdout).not.toContain(value);
      }),
      { numRuns: 40 },
    );
  });

  it('are shown with --show-secrets', async () => {
    const [one] = fc.sample(planted, 1);
    const all = await outputOf(['frames', '--headers', '--show-secrets'], trace(one!));
    for (const value of one!.secrets) expect(all.stdout).toContain(value);
    const report = await outputOf(['explain', '--show-secrets', '--format', 'json'], trace(one!));
    expect(report.stdout).toContain(one!.debugData);
  });

  it('have one mark a value, and another under another salt', async () => {
    const [one] = fc.sample(planted, 1);
    const { stdout } = await outputOf(['frames', '--headers'], trace(one!));
    const [, name, mark] = /(\S+): \S*?(\*{3}\(\S+,id-[0-9a-f]{6}\))/.exec(stdout.replaceAll('Bearer ', '')) ?? [];
    expect(name).toBeDefined();
    expect(stdout.split(mark!).length).toBeGreaterThan(2);
  });

  it('are hidden at the library door too', async () => {
    const [one] = fc.sample(planted, 1);
    const report = await explain(trace(one!));
    expect(JSON.stringify(report) + renderText(report, { language: 'en' })).not.toContain(one!.secrets[0]);
    expect(JSON.stringify(await explain(trace(one!), { showSecrets: true }))).toContain(one!.secrets[0]);
  });

  it('leave a trace that gets the verdict of the whole one', async () => {
    const [one] = fc.sample(planted, 1);
    const { stdout } = await outputOf(['frames', '--format', 'json'], trace(one!));
    const whole = await outputOf(['explain'], trace(one!));
    const again = await outputOf(['explain'], Buffer.from(stdout));
    const findings = (text: string) => text.split('\n').filter((line) => /^[✖▲●]/.test(line));
    expect(findings(again.stdout)).toEqual(findings(whole.stdout));
    const redacted = await outputOf(['frames', '--format', 'json'], Buffer.from(stdout));
    expect(redacted.stdout).toBe(stdout);
  });
});
