/** Whatever way two octet streams are cut into packets, wrapped and stored, the same two streams come out. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type CapturedPacket,
  fragments,
  type LinkKind,
  links,
  type PacketiserOptions,
  packetise,
  pcapFile,
  pcapngFile,
  Random,
} from '../support/packets.ts';
import { firstDifference, record } from './recorder.ts';

const START_NS = 1_700_000_000_123_456_000n;

function stored(packets: readonly Uint8Array[], kind: LinkKind): CapturedPacket[] {
  const link = links[kind];
  return packets.map((packet, index) => ({
    bytes: link.wrap(packet),
    linkType: link.linkType,
    timeNs: START_NS + BigInt(index) * 100_000n,
  }));
}

const kinds = Object.keys(links) as LinkKind[];

const conversation = fc.record({ a: fc.integer({ min: 0, max: 6000 }), b: fc.integer({ min: 0, max: 6000 }) });

const fates: fc.Arbitrary<Partial<PacketiserOptions>> = fc.record({
  seed: fc.integer(),
  maxSegment: fc.constantFrom(1, 7, 100, 1400),
  delayed: fc.constantFrom(0, 0.1),
  repeated: fc.constantFrom(0, 0.1),
  copied: fc.constantFrom(0, 0.2),
  keepalive: fc.constantFrom(0, 0.1),
  reorder: fc.constantFrom(0, 2, 8),
});

const ipv6 = { a: '2001:db8::1', b: 'fe80::1:2' };
const ipv4 = { a: '10.0.0.1', b: '10.0.0.2' };

function files(packets: readonly CapturedPacket[]): Record<string, Uint8Array> {
  return {
    pcap: pcapFile(packets, { little: true, resolution: 'micro' }),
    'pcap, big-endian, nanoseconds': pcapFile(packets, { little: false, resolution: 'nano' }),
    'pcap, modified': pcapFile(packets, { little: true, resolution: 'modified' }),
    pcapng: pcapngFile(packets, { little: true }),
    'pcapng with sections and options': pcapngFile(packets, {
      little: false,
      resolution: 9,
      decorated: true,
      sectionEvery: 7,
      offsetSeconds: -3600n,
    }),
    'pcapng, obsolete blocks': pcapngFile(packets, { little: true, packetBlock: 'obsolete', resolution: 0x80 | 30 }),
  };
}

const formats = Object.keys(files([]));

describe('any packets', () => {
  it('give the same streams', () => {
    fc.assert(
      fc.property(
        conversation,
        fates,
        fc.constantFrom(...kinds),
        fc.constantFrom(...formats),
        fc.boolean(),
        (lengths, fate, kind, format, six) => {
          const random = new Random(fate.seed ?? 0);
          // Single octets make many packets: fewer of them will do.
          const scale = fate.maxSegment === 1 ? 0.05 : 1;
          const a = random.bytes(Math.floor(lengths.a * scale));
          const b = random.bytes(Math.floor(lengths.b * scale));
          const addresses = six ? ipv6 : ipv4;
          // 802.3 frames hold 1,500 octets, and a repetition may take up to 600 from its neighbours.
          const fits = kind === 'snap' ? { ...fate, maxSegment: Math.min(fate.maxSegment ?? 700, 700) } : fate;
          const { packets } = packetise({ a, b }, { seed: 0, ...fits, addresses });
          const { flows, capture } = record(files(stored(packets, kind))[format]!);
          expect(capture.problems).toEqual([]);
          expect(flows).toHaveLength(1);
          const [flow] = flows;
          expect(flow!.info).toEqual({
            a: { address: addresses.a, port: 40_000 },
            b: { address: addresses.b, port: 50_051 },
            handshake: 'seen',
            initial: expect.any(Number),
          });
          expect(flow!.gaps).toEqual({ a: [], b: [] });
          expect(firstDifference(flow!.streams.a, a)).toBe(-1);
          expect(firstDifference(flow!.streams.b, b)).toBe(-1);
          expect(flow!.finished).toEqual({ a: true, b: true });
          expect(flow!.how).toBe('closed');
          expect(capture.summary.tcpPackets).toBe(packets.length);
        },
      ),
      { numRuns: 250 },
    );
  });

  it('give the same events whatever pieces the file comes in', () => {
    fc.assert(
      fc.property(
        fates,
        fc.constantFrom(...formats),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }),
        (fate, format, pieces) => {
          const random = new Random(fate.seed ?? 0);
          const { packets } = packetise({ a: random.bytes(700), b: random.bytes(900) }, { seed: 0, ...fate });
          const file = files(stored(packets, 'ethernet'))[format]!;
          expect(record(file, pieces).flows.map((flow) => flow.lines)).toEqual(
            record(file).flows.map((flow) => flow.lines),
          );
        },
      ),
      { numRuns: 100 },
    );
  });

  it('deliver what was captured and declare what was not', () => {
    fc.assert(
      fc.property(conversation, fates, (lengths, fate) => {
        const random = new Random(fate.seed ?? 0);
        const scale = fate.maxSegment === 1 ? 0.05 : 1;
        const streams = {
          a: random.bytes(Math.floor(lengths.a * scale)),
          b: random.bytes(Math.floor(lengths.b * scale)),
        };
        const { packets, missed } = packetise(streams, { seed: 0, ...fate, keepalive: 0, missed: 0.1 });
        const { flows } = record(pcapFile(stored(packets, 'ethernet'), { little: true, resolution: 'micro' }));
        for (const end of ['a', 'b'] as const) {
          const expected = [...streams[end]];
          for (const { start, end: after } of missed[end]) expected.fill(-1, start, after);
          expect(firstDifference(flows[0]!.streams[end], expected)).toBe(-1);
          expect(flows[0]!.gaps[end]).toEqual(missed[end]);
        }
      }),
      { numRuns: 250 },
    );
  });
});

describe('fragments', () => {
  it.each([ipv4, ipv6])('of $a are joined', (addresses) => {
    const random = new Random(5);
    const streams = { a: random.bytes(9000), b: random.bytes(3000) };
    const { packets } = packetise(streams, { seed: 3, maxSegment: 1400, addresses });
    const headerBytes = addresses === ipv6 ? 40 : 20;
    const pieces = packets.flatMap((packet, index) => {
      const payload = packet.subarray(headerBytes);
      const fields = { source: addresses.a, destination: addresses.b, protocol: 6, identification: index, payload };
      const whole = fragments({ ...fields, ...endsOf(packet, addresses) }, 64);
      return index % 2 === 0 ? whole.reverse() : [...whole, ...whole.slice(0, 1)];
    });
    const { flows, capture } = record(pcapFile(stored(pieces, 'ethernet'), { little: true, resolution: 'micro' }));
    expect(flows[0]!.streams).toEqual({ a: [...streams.a], b: [...streams.b] });
    expect(capture.summary.ipFragments).toBeGreaterThan(packets.length);
  });
});

function endsOf(packet: Uint8Array, addresses: { a: string; b: string }): { source: string; destination: string } {
  const six = packet[0]! >> 4 === 6;
  const fromA = (six ? packet[40]! * 256 + packet[41]! : packet[20]! * 256 + packet[21]!) === 40_000;
  return fromA ? { source: addresses.a, destination: addresses.b } : { source: addresses.b, destination: addresses.a };
}
