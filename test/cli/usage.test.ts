import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { calmwire } from './support.ts';

describe('a wrong command line', () => {
  it.each([
    [['explain'], 'calmwire: no FILE given; "-" is standard input', 'calmwire explain'],
    [['frames'], 'calmwire: no FILE given; "-" is standard input', 'calmwire frames'],
    [['explain', 'x', '--colour'], 'calmwire: unknown option --colour (did you mean --color?)', 'calmwire explain'],
    [['explian', 'x'], 'calmwire: unknown command "explian" (did you mean explain?)', 'calmwire'],
    [['explain', 'x', '--format'], 'calmwire: option --format needs a value', 'calmwire explain'],
    [
      ['explain', 'x', '--format', 'xml'],
      'calmwire: option --format cannot be "xml". It must be text, json, sarif, html or markdown.',
      'calmwire explain',
    ],
    [
      ['explain', 'x', '--fail-on=bad'],
      'calmwire: option --fail-on cannot be "bad". It must be error, warning, info or never.',
      'calmwire explain',
    ],
    [
      ['explain', 'x', '--width', '12'],
      'calmwire: option --width cannot be "12". It must be a number of columns from 48 to 1000.',
      'calmwire explain',
    ],
    [
      ['frames', 'x', '--limit', '0'],
      'calmwire: option --limit cannot be "0". It must be a whole number from 1 on.',
      'calmwire frames',
    ],
    [
      ['frames', 'x', '--since', 'noon'],
      'calmwire: option --since cannot be "noon". It must be a number of seconds since the first packet, such as 12.5.',
      'calmwire frames',
    ],
    [
      ['frames', 'x', 'y', '--format', 'json'],
      'calmwire: with --format json, frames writes one trace file; give it one FILE',
      'calmwire frames',
    ],
    [['explain', '-', '-'], 'calmwire: standard input ("-") can be read only once', 'calmwire explain'],
  ])('%j is answered with one sentence and exit code 2', async (args, sentence, see) => {
    const { code, stdout, stderr } = await calmwire(args);
    expect(stderr).toBe(`${sentence}\nTry "${see} --help".\n`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('names the known types', async () => {
    const { code, stderr } = await calmwire(['frames', 'x', '--type', 'ping,pong']);
    expect(stderr).toContain('"pong" is no type. Frame types: DATA, HEADERS,');
    expect(code).toBe(2);
  });

  it('is answered in Chinese where that is the language', async () => {
    const { stderr } = await calmwire(['explain', '--lang', 'zh']);
    expect(stderr).toBe('calmwire: 未指定 FILE；"-" 表示标准输入\n请参阅 "calmwire explain --help"。\n');
    const byLocale = await calmwire(['frames', '--limt', '1'], { env: { LC_ALL: 'zh_CN.UTF-8' } });
    expect(byLocale.stderr).toContain('未知选项 --limt（是否想用 --limit？）');
  });

  it('without a command shows the help, on standard error', async () => {
    const { code, stdout, stderr } = await calmwire([]);
    expect(stderr).toContain('Usage: calmwire');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('help', () => {
  it.each([[['--help']], [['help']], [['explain', '--help']], [['help', 'frames']]])(
    '%j has examples',
    async (args) => {
      const { code, stdout, stderr } = await calmwire(args, { columns: 100 });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toMatch(/^Usage: calmwire/);
      expect(stdout).toContain('tcpdump -i any -U -w -');
      expect(stdout).not.toContain('undefined');
    },
  );

  it('fits a terminal of 100 columns', async () => {
    for (const command of ['explain', 'frames']) {
      const { stdout } = await calmwire([command, '--help'], { columns: 100 });
      for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(100);
    }
  });

  it('speaks Chinese', async () => {
    const { stdout } = await calmwire(['explain', '--help'], { env: { LANG: 'zh_CN.UTF-8' } });
    expect(stdout).toMatch(/^用法：/);
    expect(stdout).toContain('选项：');
    expect(stdout).toContain('示例：');
    expect(stdout).not.toMatch(/Options:|display help/);
  });
});

it('--version prints the version of the package', async () => {
  const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await calmwire(['--version'])).toMatchObject({ code: 0, stdout: `${version}\n` });
});
