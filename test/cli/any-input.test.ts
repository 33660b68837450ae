/** Whatever an input holds, the commands end with an exit code and with sentences, never with an exception. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pieces } from '../node/support.ts';
import { captureBytes, capturePath, FAILING, HEALTHY } from './fixtures.ts';
import { calmwire } from './support.ts';

const changes = fc.array(fc.record({ at: fc.nat(), byte: fc.nat(255) }), { minLength: 1, maxLength: 12 });

function changed(bytes: Uint8Array, list: readonly { at: number; byte: number }[], keep: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  for (const { at, byte } of list) copy[at % copy.length] = byte;
  return copy.subarray(0, 1 + (keep % copy.length));
}

const commands = [
  ['explain'],
  ['explain', '--format', 'json'],
  ['frames', '--headers'],
  ['frames', '--format', 'tsv'],
  ['frames', '--format', 'json'],
];

async function survives(bytes: Uint8Array): Promise<void> {
  for (const command of commands) {
    const { code, stdout, stderr } = await calmwire([...command, '-'], { stdin: pieces(bytes) });
    expect([0, 2]).toContain(code);
    expect((stdout + stderr).replace(/[\n\t]/g, '')).not.toMatch(/\p{Cc}/u);
  }
}

describe('any input', () => {
  it('of random octets', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), async (bytes) => {
        await survives(bytes);
      }),
      { numRuns: 100 },
    );
  });

  it.each([FAILING, HEALTHY])('of a damaged capture: %s', async (name) => {
    const bytes = captureBytes(name);
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(), async (list, keep) => {
        await survives(changed(bytes, list, keep));
      }),
      { numRuns: 60 },
    );
  });

  it('of a trace that was written to attack a terminal', async () => {
    const { stdout } = await calmwire(['frames', '--format', 'json', capturePath(FAILING)]);
    const strings = ['127.0.0.1', 'too_many_pings', '/lab.Echo/Unary', '2775046339020000', 'grpc-node-js/1.14.7'];
    const hostile = strings.reduce((text, string) => text.replaceAll(string, `${string}\\u001b[2J\\u009b2J`), stdout);
    expect(hostile.length).toBeGreaterThan(stdout.length + 100);
    await survives(Buffer.from(hostile));
  });

  it('of a damaged trace', async () => {
    const { stdout } = await calmwire(['frames', '--format', 'json', capturePath(FAILING)]);
    const bytes = Buffer.from(stdout);
    await fc.assert(
      fc.asyncProperty(changes, fc.nat(), async (list, keep) => {
        await survives(changed(bytes, list, keep));
      }),
      { numRuns: 60 },
    );
  });
});
