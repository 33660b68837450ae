/** Options that there are not are refused by name, and names of other libraries lead to ours. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clientCredentials, createChannel, createServer, serverCredentials } from '#runtime';
import { peersChannelNames, peersServerNames } from '../../src/runtime/option-names.ts';

const guide = readFileSync(join(import.meta.dirname, '../../docs/guide/options.md'), 'utf8');

/** What the guide says that grpc-js calls options, with the option's name, below a heading. */
function documented(heading: string): [string, string][] {
  const part = guide.split(/^## /m).find((text) => text.startsWith(heading)) ?? '';
  const found: [string, string][] = [];
  for (const row of part.split('\n')) {
    const option = /^\| `([\w.]+)`/.exec(row)?.[1];
    for (const [, name = ''] of row.matchAll(/grpc-js `(grpc[\w.-]+)`/g)) found.push([name, option ?? '']);
  }
  return found;
}

describe('names of grpc-js', () => {
  it.each([
    { heading: 'Channel', names: peersChannelNames },
    { heading: 'Server', names: peersServerNames },
  ])('that the guide gives for the $heading lead to the same options', ({ heading, names }) => {
    const pairs = documented(heading);
    expect(pairs.length).toBeGreaterThan(8);
    for (const [name, option] of pairs) expect([name, names[name]]).toEqual([name, option]);
  });
});

describe('an option that there is not', () => {
  it('of a channel', () => {
    const copied = { 'grpc.keepalive_time_ms': 10_000 } as object;
    expect(() => createChannel('localhost:1', copied)).toThrow(
      "createChannel has no option 'grpc.keepalive_time_ms': here that is keepalive.intervalMs",
    );
    expect(() => createChannel('localhost:1', { keepalive: { interval: 10_000 } as object })).toThrow(
      "keepalive has no option 'interval': here that is intervalMs",
    );
    expect(() => createChannel('localhost:1', { connections: { poolled: 3 } as never })).toThrow(
      "connections has no option 'poolled': its options are pooled",
    );
    expect(() => createChannel('localhost:1', { recording: { frame: 5 } as object })).toThrow(
      "recording has no option 'frame': here that is frames",
    );
  });

  it('of a server', async () => {
    expect(() => createServer({ maxconcurrentstreams: 5 } as object)).toThrow('here that is maxConcurrentStreams');
    expect(() => createServer({ limits: { resetz: 5 } as object })).toThrow(
      /^limits has no option 'resetz': its options/,
    );
    expect(() => createServer({ limits: { resets: { bursts: 5 } } as object })).toThrow(
      "limits.resets has no option 'bursts': here that is burst",
    );
    expect(() => createServer({ limits: { overhead: 5 } as object })).toThrow(
      'limits.overhead must be an object, not 5',
    );
    const wrong = createServer().listen('127.0.0.1:0', { tls: true } as object);
    await expect(wrong).rejects.toThrow("listen has no option 'tls': its options are credentials,");
  });

  it('of credentials, where it would leave a server open', () => {
    const files = { certificate: 'x', privateKey: 'y' };
    expect(() => serverCredentials({ ...files, clientCertificate: 'required' } as never)).toThrow(
      "serverCredentials has no option 'clientCertificate': here that is clientCertificates",
    );
    expect(() => serverCredentials({ ...files, clientCertificates: 'require' } as never)).toThrow(
      "clientCertificates must be 'none', 'optional' or 'required', not 'require'",
    );
    expect(() => clientCredentials({ ca: 'x' } as never)).toThrow(
      "clientCredentials has no option 'ca': here that is rootCertificates",
    );
  });
});
