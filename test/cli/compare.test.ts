import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import type { PageData } from '#diagnose';
import { pathOf } from '../compare/support.ts';
import { capturePath } from './fixtures.ts';
import { calmwire } from './support.ts';

const schemaPath = new URL('../../schema/explain.schema.json', import.meta.url);
const TIMEOUT = 'hops-nginx-read-timeout';
const pair = (name: string): string[] => [pathOf(name, 'client-side'), pathOf(name, 'server-side')];

describe('calmwire explain --compare', () => {
  it('tells what happened between the hops, for people', async () => {
    const { code, stdout, stderr } = await calmwire(['explain', '--compare', '--width', '100', ...pair(TIMEOUT)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('3 of 3 calls of the client side found on the server side');
    expect(stdout).toContain('hop/answered-by-proxy (gave-up) · certain');
    expect(stdout).toContain('grpc_read_timeout');
    expect(stdout).toMatch(/client \| proxy \(left 1\) +│ proxy \| server \(right 2\)/);
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(112);
  });

  it('says which input is which when they were swapped', async () => {
    const { stdout } = await calmwire(['explain', '--compare', ...pair(TIMEOUT).reverse()]);
    expect(stdout).toContain('The inputs were given the other way round');
    expect(stdout).toContain('left 1, right 2');
  });

  it('speaks Chinese', async () => {
    const { stdout } = await calmwire(['explain', '--compare', '--lang', 'zh', ...pair(TIMEOUT)]);
    expect(stdout).toContain('同一调用在两跳上');
    expect(stdout).toContain('代理放弃等待');
  });

  it.each([
    [TIMEOUT, 'en'],
    ['hops-envoy-late-half-close', 'zh'],
    ['hops-nginx-dead-backend', 'en'],
  ])('keeps to the published schema: %s in %s', async (name, lang) => {
    const validate = new Ajv2020({ validateFormats: false }).compile(JSON.parse(readFileSync(schemaPath, 'utf8')));
    const { stdout } = await calmwire(['explain', '--compare', '--format', 'json', '--lang', lang, ...pair(name)]);
    const document = JSON.parse(stdout);
    expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    expect(document.input.name).toBe(pathOf(name, 'client-side'));
    expect(document.comparison.serverInput.name).toBe(pathOf(name, 'server-side'));
    const sides = document.findings.flatMap(({ evidence }: { evidence: { side?: string }[] }) =>
      evidence.map(({ side }) => side),
    );
    expect(sides.every((side: unknown) => side === 'client-side' || side === 'server-side')).toBe(true);
  });

  it('takes one capture that holds both hops, named once or twice', async () => {
    const path = capturePath('nginx-read-timeout.pcap');
    const once = await calmwire(['explain', '--compare', '--format', 'json', path]);
    const { comparison, findings } = JSON.parse(once.stdout);
    expect(comparison).toMatchObject({ relation: 'proxy', serverInput: null, clock: { by: 'same-input', error: 0 } });
    expect(findings[0].id).toBe('hop/answered-by-proxy');
    expect((await calmwire(['explain', '--compare', '--format', 'json', path, path])).stdout).toBe(once.stdout);
  });

  it('compares a capture with a trace', async () => {
    const [clientSide = '', serverSide = ''] = pair(TIMEOUT);
    const trace = await calmwire(['frames', '--format', 'json', serverSide]);
    const chunks = async function* () {
      yield Buffer.from(trace.stdout);
    };
    const { stdout } = await calmwire(['explain', '--compare', clientSide, '-'], { stdin: chunks() });
    expect(stdout).toContain('hop/answered-by-proxy (gave-up)');
  });

  it('refuses more than two inputs, and standard input twice', async () => {
    const three = await calmwire(['explain', '--compare', 'a', 'b', 'c']);
    expect(three.code).toBe(2);
    expect(three.stderr).toContain('--compare takes two FILEs');
    expect((await calmwire(['explain', '--compare', '-', '-'])).code).toBe(2);
  });

  it('exits as --fail-on says, and with 2 when an input cannot be read', async () => {
    expect((await calmwire(['explain', '--compare', '--fail-on', 'error', ...pair(TIMEOUT)])).code).toBe(1);
    expect((await calmwire(['explain', '--compare', '--fail-on', 'warning', ...pair('hops-nginx-healthy')])).code).toBe(
      0,
    );
    const { code, stderr } = await calmwire(['explain', '--compare', pathOf(TIMEOUT, 'client-side'), '/nowhere']);
    expect(code).toBe(2);
    expect(stderr).toContain('there is no such file');
  });

  it('says so when the inputs have nothing to do with each other', async () => {
    const other = capturePath('etcd-interval-pings.pcap');
    const { stdout } = await calmwire(['explain', '--compare', pathOf(TIMEOUT, 'client-side'), other]);
    expect(stdout).toContain('No call of one side could be found on the other');
  });

  it.each([[[]], [['reversed']]])(
    'draws both sides on one clock, with evidence that leads to its frame %j',
    async (order) => {
      const [one = '', other = ''] = order.length === 0 ? pair(TIMEOUT) : pair(TIMEOUT).reverse();
      const { stdout } = await calmwire(['explain', '--compare', '--format', 'html', one, other]);
      const data: PageData = JSON.parse(
        /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(stdout)?.[1] ?? '',
      );
      expect(data.connections.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['left 1', 'right 1', 'right 2']),
      );
      const marks = new Map(
        data.connections.flatMap(({ id, marks: all }) => all.map((mark) => [`${id} ${mark.frame}`, mark] as const)),
      );
      const framed = data.evidence.filter(({ frame }) => frame !== null);
      expect(framed.length).toBeGreaterThan(3);
      for (const { connection, frame, time } of framed)
        expect(marks.get(`${connection} ${frame}`)?.time).toBeCloseTo(time, 2);
    },
  );

  it('decodes the messages of both sides', async () => {
    const args = ['explain', '--compare', '--format', 'json', '--decode-raw', '--show-secrets', ...pair(TIMEOUT)];
    const { findings } = JSON.parse((await calmwire(args)).stdout);
    const [{ messages }] = findings;
    const ids = new Set(messages.map(({ connection }: { connection: number }) => connection));
    expect(ids.size).toBeGreaterThan(1);
    expect([...ids].some((id) => Number(id) > 100)).toBe(true);
  });
});
