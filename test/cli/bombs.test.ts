/** Inputs that grow a thousandfold when they are undone: `explain` ends soon, and holds no more than its bounds. */
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HpackDecoder } from '#h2';
import { REQUEST, RESPONSE, Script, TRAILERS } from '../h2/observer/script.ts';
import { BulkCapture } from '../support/packets/bulk.ts';
import { calmwire } from './support.ts';

/**
 * Octets outside the heap at any moment: input pieces (1 MiB), zlib's output pieces (256 KiB), one inflated message (1 MiB), and
 * what was not collected yet. The bombs undone are 100 MB and more.
 */
const HELD_BYTES_MAX = 48 * 1024 * 1024;
/** Seconds would do on any machine; a bomb that is undone without a bound takes minutes. */
const TIME_MAX_MS = 20_000;
const UNDONE_BYTES = 100 * 1024 * 1024;
const protos = fileURLToPath(new URL('../../fixtures/protos', import.meta.url));

interface Watched {
  readonly source: AsyncIterable<Uint8Array>;
  pieces: number;
  mostBytes: number;
}

/** Hands out the input in small pieces and notes how much memory stands outside the heap before each. */
function watched(input: Uint8Array, pieceBytes = 4_096): Watched {
  const before = process.memoryUsage().arrayBuffers;
  const watch = { pieces: 0, mostBytes: 0, source: give() };
  async function* give(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < input.length; at += pieceBytes) {
      watch.pieces++;
      watch.mostBytes = Math.max(watch.mostBytes, process.memoryUsage().arrayBuffers - before);
      yield input.subarray(at, at + pieceBytes);
    }
  }
  return watch;
}

/** One gzip file that undoes to `head` and then to `body` over and over, `UNDONE_BYTES` in all: gzip files may be joined. */
function bomb(head: Uint8Array, body: Uint8Array): Uint8Array {
  const member = gzipSync(body);
  const members = Array.from({ length: Math.ceil(UNDONE_BYTES / body.length) }, () => member);
  return Buffer.concat([gzipSync(head), ...members]);
}

const PCAP_HEAD = Uint8Array.of(
  0xd4,
  0xc3,
  0xb2,
  0xa1,
  2,
  0,
  4,
  0,
  ...new Array<number>(8).fill(0),
  0,
  0,
  4,
  0,
  1,
  0,
  0,
  0,
);

/** Packet records of 64 KiB of zeros each. */
function emptyPackets(count: number): Uint8Array {
  const records = new Uint8Array(count * (16 + 65_536));
  const view = new DataView(records.buffer);
  for (let at = 0; at < records.length; at += 16 + 65_536) {
    view.setUint32(at + 8, 65_536, true);
    view.setUint32(at + 12, 65_536, true);
  }
  return records;
}

function captureOf(write: (script: Script) => void): Uint8Array {
  const script = new Script();
  script.client.preface().settings();
  script.server.settings();
  write(script);
  const capture = new BulkCapture(16 * 1024 * 1024, 1_448);
  const flow = capture.open(40_000);
  for (const { from, bytes } of script.chunks) capture.send(flow, from === 'client', bytes);
  capture.close(flow);
  return capture.file;
}

describe('bombs', () => {
  it('of gzip over zeros: the first octets tell that it is no capture', { timeout: TIME_MAX_MS }, async () => {
    const watch = watched(bomb(new Uint8Array(64), new Uint8Array(8 * 1024 * 1024)));
    const { code, stderr } = await calmwire(['explain', '-'], { stdin: watch.source });
    expect(code).toBe(2);
    expect(stderr).toContain('a file of zeros');
    expect(watch.mostBytes).toBeLessThan(HELD_BYTES_MAX);
  });

  it('of gzip over packets: each piece is read and let go', { timeout: TIME_MAX_MS }, async () => {
    const input = bomb(PCAP_HEAD, emptyPackets(64));
    expect(UNDONE_BYTES / input.length).toBeGreaterThan(500);
    const watch = watched(input);
    const { code, stdout } = await calmwire(['explain', '-', '--format', 'json'], { stdin: watch.source });
    expect(code).toBe(2);
    expect(stdout).toContain('no TCP in 1600 packets');
    expect(watch.mostBytes).toBeLessThan(HELD_BYTES_MAX);
  });

  it('of messages: each is inflated up to a mebibyte', { timeout: TIME_MAX_MS }, async () => {
    const packed = gzipSync(new Uint8Array(40 * 1024 * 1024));
    const message = Uint8Array.of(1, ...new Uint8Array(new Uint32Array([packed.length]).buffer).reverse(), ...packed);
    const input = captureOf(({ client, server }) => {
      for (let id = 1; id < 40; id += 2) {
        client.headers(id, { ...REQUEST, 'grpc-encoding': 'gzip' });
        for (let at = 0; at < message.length; at += 16_384) client.body(id, [...message.subarray(at, at + 16_384)]);
        client.data(id, 0, true);
        server.headers(id, RESPONSE).headers(id, { ...TRAILERS, 'grpc-status': '13' }, true);
      }
    });
    for (const command of ['explain', 'frames']) {
      const watch = watched(input, 65_536);
      const { code } = await calmwire([command, '-', '--proto', protos], { stdin: watch.source });
      expect(code).toBe(0);
      expect(watch.mostBytes).toBeLessThan(HELD_BYTES_MAX);
    }
  });

  const indexed = (octets: number): Uint8Array => {
    const value = new Uint8Array(4_000).fill(0x61);
    // A literal that is added to the table, of 4,000 octets, and then its index over and over (RFC 7541 §6.2.1, §6.1).
    return Uint8Array.of(0x40, 1, 0x78, 0x7f, 0xa1, 0x1e, ...value, ...new Array<number>(octets).fill(0xbe));
  };

  it('of HPACK: a list is cut at a mebibyte, and its fields are one object', () => {
    const block = indexed(12_000);
    const decoded = new HpackDecoder().decode(block, 0, block.length);
    if (decoded.kind === 'fault') throw new Error(decoded.detail);
    expect(decoded.listBytes).toBe(12_001 * 4_033);
    expect(decoded.complete).toBe(false);
    expect(decoded.fields.length).toBe(Math.floor(1_048_576 / 4_033));
    expect(new Set(decoded.fields).size).toBe(1);
  });

  it('of HPACK, in a capture', { timeout: TIME_MAX_MS }, async () => {
    const block = indexed(12_000);
    const input = captureOf(({ client }) => {
      for (let id = 1; id < 200; id += 2) {
        client.raw(Uint8Array.of(0, block.length >> 8, block.length & 255, 1, 5, 0, 0, 0, id));
        client.raw(block);
      }
    });
    const watch = watched(input, 65_536);
    const { code, stdout } = await calmwire(['explain', '-'], { stdin: watch.source });
    expect(code).toBe(0);
    // A field of the bomb may be shown once, cut; never the list.
    expect(stdout.length).toBeLessThan(20_000);
    expect(watch.mostBytes).toBeLessThan(HELD_BYTES_MAX);
  });
});
