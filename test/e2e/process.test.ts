/**
 * What only a process with real pipes shows: a reader that leaves, a pipe that stays open, Ctrl-C, exit codes.
 * Needs no network and no program beside Node.
 */

import { spawnSync } from 'node:child_process';
import { closeSync, createReadStream, openSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { captureBytes, capturePath, FAILING } from '../cli/fixtures.ts';
import { ended, root, start } from './program.ts';

describe('the process', () => {
  it('ends with the exit code of the verdict', async () => {
    expect((await ended(start('explain', capturePath(FAILING)))).code).toBe(0);
    expect((await ended(start('explain', '--fail-on', 'error', capturePath(FAILING)))).code).toBe(1);
    expect((await ended(start('explain', 'nowhere'))).code).toBe(2);
  });

  it('reads a pipe', async () => {
    const program = start('explain', '-');
    const result = ended(program);
    createReadStream(capturePath(FAILING)).pipe(program.stdin);
    const { code, stdout, stderr } = await result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('keepalive/too-many-pings');
  });

  it('reads a redirected file', () => {
    const input = openSync(capturePath(FAILING), 'r');
    const { status, stdout } = spawnSync(process.execPath, ['dist/bin/calmwire.js', 'frames', '-'], {
      cwd: root,
      stdio: [input, 'pipe', 'pipe'],
      encoding: 'utf8',
    });
    closeSync(input);
    expect(status).toBe(0);
    expect(stdout).toContain('too_many_pings');
  });

  it('shows what a pipe has brought while it stays open, and ends it at Ctrl-C', async () => {
    const program = start('frames', '-');
    const result = ended(program);
    // Whole packets: the last one is not cut by the interrupt.
    program.stdin.write(captureBytes(FAILING));
    await new Promise((resolve) => program.stdout.once('data', resolve));
    program.kill('SIGINT');
    const { code, stdout, stderr } = await result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('too_many_pings');
  });

  it('ends quietly when the reader of its output leaves', async () => {
    const program = start('frames', '-');
    const result = ended(program);
    program.stdin.on('error', () => undefined);
    const capture = captureBytes(FAILING);
    program.stdin.write(capture);
    await new Promise((resolve) => program.stdout.once('data', resolve));
    program.stdout.destroy();
    // The rest of the pipe: packets of the same recording again, each of which makes lines.
    for (let round = 0; round < 50; round++) program.stdin.write(capture.subarray(24));
    const { code, stderr } = await result;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  });
});
