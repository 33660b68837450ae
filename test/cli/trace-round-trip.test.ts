/** `frames --format json` loses nothing that the diagnosis needs: the trace of a capture gets the verdict of the capture. */
import { readdirSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pieces } from '../node/support.ts';
import { captureBytes, capturePath, FAILING } from './fixtures.ts';
import { calmwire } from './support.ts';

/** All kinds of traffic; long recordings would say the same at more cost. */
const captures = readdirSync(capturePath(''))
  .filter((name) => /\.pcap(ng)?(\.gz)?$/.test(name))
  .filter((name) => captureBytes(name).length < 200_000);

async function verdict(args: readonly string[], trace?: string | Buffer) {
  const stdin = trace === undefined ? pieces() : pieces(Buffer.from(trace));
  const { stdout } = await calmwire(['explain', '--format', 'json', ...args], { stdin });
  const { input, connections, findings } = JSON.parse(stdout);
  return { start: input.start, connections, findings };
}

async function traceOf(path: string, ...args: readonly string[]): Promise<string> {
  return (await calmwire(['frames', '--format', 'json', '--show-secrets', path, ...args])).stdout;
}

describe('a trace file', () => {
  it.each(captures)('gets the verdict of its capture: %s', async (name) => {
    const trace = await traceOf(capturePath(name));
    expect(await verdict(['-'], trace)).toEqual(await verdict([capturePath(name)]));
  });

  it('may be compressed, and makes itself again', async () => {
    const trace = await traceOf(capturePath(FAILING));
    expect(await verdict(['-'], gzipSync(trace))).toEqual(await verdict([capturePath(FAILING)]));
    const again = await calmwire(['frames', '--format', 'json', '--show-secrets', '-'], {
      stdin: pieces(Buffer.from(trace)),
    });
    expect(again.stdout).toBe(trace);
  });

  it('of one connection gets the verdict on that connection', async () => {
    const trace = await traceOf(capturePath(FAILING), '--connection', '1');
    const { connections, findings } = await verdict(['-'], trace);
    expect(connections).toHaveLength(1);
    expect(findings[0]).toMatchObject({ id: 'keepalive/too-many-pings', connections: [1] });
  });

  it('stays readable when its frames are filtered', async () => {
    const trace = await traceOf(capturePath(FAILING), '--type', 'ping,goaway', '--since', '3');
    expect(trace.split('\n')[1]).toContain('"kind":"opened"');
    expect(trace).not.toContain('"kind":"headers"');
    const { stderr, code } = await calmwire(['explain', '-'], { stdin: pieces(Buffer.from(trace)) });
    expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  });

  it('with bad lines is read all the same', async () => {
    const lines = (await traceOf(capturePath(FAILING))).split('\n');
    lines.splice(5, 0, 'rubbish', '{"kind":"frame"}', '{"kind":"from-the-future"}');
    const { stdout, stderr, code } = await calmwire(['explain', '-'], { stdin: pieces(Buffer.from(lines.join('\n'))) });
    expect(stderr).toContain("-: line 6 was passed over: 'rubbish' is not JSON\n");
    expect(stderr).toContain("-: line 7 was passed over: the line is no event of kind 'frame'\n");
    expect(stderr).toContain('-: 1 line of kinds that only a newer version of calmwire knows was passed over\n');
    expect(stdout).toContain('keepalive/too-many-pings');
    expect(code).toBe(0);
  });

  it('of a newer version is refused', async () => {
    const trace = Buffer.from('{"calmwire":"trace","version":99}\n');
    const { stderr, code } = await calmwire(['explain', '-'], { stdin: pieces(trace) });
    expect(stderr).toMatch(/this trace file cannot be read: the file has version 99/);
    expect(code).toBe(2);
  });
});
