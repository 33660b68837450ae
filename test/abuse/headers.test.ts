/** Attacks by header blocks: floods of CONTINUATION, blocks that blow up when they are decoded, connections cut in the middle. */
import { describe, expect, it } from 'vitest';
import { ByteBuffer, Flag, FrameType, type HpackEncoder, writeHeaders } from '#h2';
import { grpcFields } from '../support/attacker.ts';
import { ServerRig } from '../support/server-rig.ts';
import { siege } from '../support/siege.ts';

const SEAT = '/test.Seat/Call';
const id = (n: number) => 1 + 2 * n;

describe('VU#421644 CONTINUATION flood (CVE-2024-27316, -28182, -30255, CVE-2023-45288)', () => {
  for (const length of [0, 1, 16_384]) {
    it(`of ${length} octets a frame ends with the block's limit of frames or octets`, () => {
      const report = siege({
        begin: (attacker) => attacker.frame(FrameType.HEADERS, Flag.END_STREAM, 1, new Uint8Array(0)),
        step: (attacker) => attacker.frame(FrameType.CONTINUATION, 0, 1, new Uint8Array(length)),
        steps: 1_000,
      });
      expect(report.attacker.goaway).toMatchObject({ code: 'ENHANCE_YOUR_CALM' });
      expect(report.attacker.goaway!.debug).toMatch(
        /^headers\/block-too-large: .*(9 CONTINUATION frames|65536 octets and 5 CONTINUATION frames)/,
      );
      expect(report.survived).toBeLessThanOrEqual(10);
      expect(report.rig.seats).toEqual([]);
    });
  }
});

describe('a header block that does not end', () => {
  it('ends the connection after ten seconds, though an octet comes now and then', () => {
    const report = siege({
      begin: (attacker) => attacker.frame(FrameType.HEADERS, 0, 1, new Uint8Array(0)),
      step: (attacker, n) => {
        if (n % 10 === 0 && n < 60) attacker.frame(FrameType.CONTINUATION, 0, 1, Uint8Array.of(0x82));
      },
      steps: 200,
      stepMs: 100,
    });
    expect(report.survived).toBe(100);
    expect(report.attacker.goaway).toMatchObject({
      code: 'ENHANCE_YOUR_CALM',
      debug: 'a header block did not end within 10000 ms',
    });
  });

  it('near-miss: one that ends in time is served', () => {
    const rig = new ServerRig().echo();
    const client = rig.client();
    const block = new ByteBuffer();
    const list = Object.entries(grpcFields('/test.Echo/Unary')).map(([name, value]) => ({
      name,
      value,
      neverIndexed: false,
    }));
    client.encoder.encode(list, block);
    client.frame(FrameType.HEADERS, 0, 1, block.toBytes().subarray(0, 4));
    rig.clock.advance(9_000);
    client.frame(FrameType.CONTINUATION, Flag.END_HEADERS, 1, block.toBytes().subarray(4));
    rig.clock.advance(9_000);
    client.data(1, new Uint8Array(5), true);
    expect(client.story(1).at(-1)).toBe('status:0 END');
  });
});

describe('HPACK bomb (CVE-2016-8740 class)', () => {
  /** One entry of nearly the whole table, then nothing but references to it: an octet stands for 4 KB. */
  function bomb(references: number, encoder: HpackEncoder): Uint8Array {
    const block = new ByteBuffer();
    const fields = Object.entries(grpcFields(SEAT)).map(([name, value]) => ({ name, value, neverIndexed: false }));
    encoder.encode([...fields, { name: 'x', value: 'y'.repeat(2_900), neverIndexed: false }], block);
    for (let at = 0; at < references; at++) block.u8(0x80 | 62);
    return block.toBytes();
  }

  it('is answered without a handler, and the connection stays in step', () => {
    const report = siege({
      step: (attacker, n) => {
        const block = bomb(12_000, attacker.encoder);
        writeHeaders(attacker.out, id(n), block, { endStream: true });
        attacker.flush();
        expect(attacker.trailers(id(n))['grpc-status']).toBe('8');
        expect(attacker.trailers(id(n))['grpc-message']).toMatch(/headers of 35\d{6} octets where 65536 are allowed/);
      },
      steps: 100,
    });
    expect(report.attacker.goaway).toBeUndefined();
    report.attacker.request(id(200), '/test.Echo/Unary');
    expect(report.attacker.story(id(200)).at(-1)).toBe('status:0 END');
    expect(report.rig.core.stats.refusals.get('max-header-list-bytes')).toBe(100);
  });

  it('near-miss: a list just within the limit is served', () => {
    const rig = new ServerRig().echo();
    const fields = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`x-${n}`, 'v'.repeat(10_000)]));
    const client = rig.client().headers(1, { ...grpcFields('/test.Echo/Unary'), ...fields });
    client.data(1, new Uint8Array(5), true);
    expect(client.story(1).at(-1)).toBe('status:0 END');
  });
});

describe('CVE-2024-27983, CVE-2023-45802: connections that end in the middle of something', () => {
  /** A session with everything in it: a block in two frames, a message in two, a reset, a response that waits. */
  function speech(): Uint8Array {
    const rig = new ServerRig().echo().seat('bidi-streaming');
    const attacker = rig.client(false);
    const said: Uint8Array[] = [];
    const { handler } = attacker.link;
    const bytes = handler!.bytes.bind(handler);
    handler!.bytes = (chunk, start, end) => {
      said.push(chunk.slice(start, end));
      bytes(chunk, start, end);
    };
    attacker.preface();
    attacker.request(1, SEAT, { message: 'none', end: false });
    const block = new ByteBuffer();
    const list = Object.entries(grpcFields('/test.Echo/Unary')).map(([name, value]) => ({
      name,
      value,
      neverIndexed: false,
    }));
    attacker.encoder.encode(list, block);
    attacker.frame(FrameType.HEADERS, 0, 3, block.toBytes().subarray(0, 4));
    attacker.frame(FrameType.CONTINUATION, Flag.END_HEADERS, 3, block.toBytes().subarray(4));
    attacker.data(3, new Uint8Array(5), true).reset(1);
    attacker.request(5, SEAT, { end: false }).data(5, new Uint8Array(7));
    return Uint8Array.from(said.flatMap((chunk) => [...chunk]));
  }

  it('leave nothing behind, wherever they are cut', () => {
    const all = speech();
    expect(all.length).toBeGreaterThan(200);
    for (let at = 0; at <= all.length; at++) {
      for (const how of ['fin', 'cut'] as const) {
        const rig = new ServerRig().echo().seat('bidi-streaming');
        const attacker = rig.client(false);
        attacker.raw(all.subarray(0, at))[how]();
        attacker.link.close(undefined);
        for (const { call, cancels, log } of rig.seats) {
          expect(cancels, `cut at ${at}: ${log.join()}`).toHaveLength(1);
          call.end(1);
        }
        const { connections, calls, partialMessageBytes } = rig.core.stats;
        expect([connections.open, calls.running, partialMessageBytes], `cut at ${at}`).toEqual([0, 0, 0]);
        expect(rig.timers.size, `timers after a cut at ${at}`).toBe(0);
      }
    }
  });
});
