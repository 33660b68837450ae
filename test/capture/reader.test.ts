import { describe, expect, it } from 'vitest';
import { CaptureReader } from '#capture';
import { join, PcapngWriter, pcapFile, pcapngFile } from '../support/packets.ts';

interface Read {
  readonly bytes: number[];
  readonly original: number;
  readonly linkType: number;
  readonly timeMs: number;
  readonly packet: number;
}

function read(file: Uint8Array): { packets: Read[]; reader: CaptureReader } {
  const packets: Read[] = [];
  const reader = new CaptureReader((bytes, start, captured, original, linkType, timeMs, packet) => {
    packets.push({ bytes: [...bytes.subarray(start, start + captured)], original, linkType, timeMs, packet });
  });
  reader.push(file);
  reader.end();
  return { packets, reader };
}

const write = new PcapngWriter(true);

describe('time', () => {
  const packets = [0n, 1n, 999n, 1_000_000_001n, 86_400_000_000_123n].map((timeNs) => ({
    bytes: Uint8Array.of(1),
    linkType: 1,
    timeNs: 1_999_999_999_999_999_999n + timeNs,
  }));
  const expected = [0, 0.000001, 0.000999, 1000.000001, 86_400_000.000123];

  it('keeps nanoseconds in pcap', () => {
    const file = pcapFile(packets, { little: true, resolution: 'nano' });
    expect(read(file).packets.map((packet) => packet.timeMs)).toEqual(expected);
    expect(read(file).reader.clock.startEpochMs).toBe(2_000_000_000_000);
  });

  it.each([
    ['nanoseconds', 9],
    ['picoseconds', 12],
  ])('keeps nanoseconds of pcapng in %s', (_, resolution) => {
    const times = read(pcapngFile(packets, { little: false, resolution })).packets.map((packet) => packet.timeMs);
    for (const [index, time] of times.entries()) expect(time).toBeCloseTo(expected[index]!, 7);
  });

  it.each([0, 1, 3, 6, 9, 10, 11, 15, 0x80, 0x80 | 10, 0x80 | 32, 0x80 | 40, 127, 255])(
    'is right in resolution %i up to its grain',
    (resolution) => {
      const ticks = resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution;
      const rounded = packets
        .slice(0, 4)
        .map((packet, index) => ({ ...packet, timeNs: BigInt(index) * 1_500_000_000n }));
      const times = read(pcapngFile(rounded, { little: true, resolution })).packets.map((packet) => packet.timeMs);
      for (const [index, time] of times.entries()) {
        const overflows = ticks > 1e19;
        if (!overflows) expect(Math.abs(time - index * 1500)).toBeLessThanOrEqual(1000 / ticks);
      }
    },
  );

  it('counts from the offset of the interface', () => {
    const options = write.option(14, write.u64(-1_000n));
    const packet = write.enhancedPacket(0, 5_000_000n, Uint8Array.of(1), 1);
    const { reader } = read(join(write.section(), write.interface(1, options), packet));
    expect(reader.clock.startEpochMs).toBe(-995_000);
  });

  it('is one clock for interfaces of different resolutions, and goes backwards if the file does', () => {
    const file = join(
      write.section(),
      write.interface(1),
      write.interface(101, write.option(9, [9])),
      write.enhancedPacket(0, 2_000_000n, Uint8Array.of(1), 1),
      write.enhancedPacket(1, 2_000_000_500n, Uint8Array.of(2), 2),
      write.enhancedPacket(0, 1_999_999n, Uint8Array.of(3), 3),
    );
    expect(read(file).packets.map(({ timeMs, linkType }) => [timeMs, linkType])).toEqual([
      [0, 1],
      [0.0005, 101],
      [-0.001, 1],
    ]);
  });
});

describe('pcapng', () => {
  it('reads all three kinds of packet block, and passes over the others', () => {
    const file = join(
      write.section(),
      write.interface(1, [], 4),
      write.block(0x0bad, new Uint8Array(9)),
      write.simplePacket(Uint8Array.of(1, 2, 3, 4), 9),
      write.block(4, new Uint8Array(40)),
      write.enhancedPacket(0, 7n, Uint8Array.of(5, 6), 2, write.option(1, [0x68, 0x69])),
      write.block(10, Uint8Array.of(...write.u32(0x544c534b), ...write.u32(6), 0x61, 0x20, 0x62, 0x0a, 0x63, 0x0a)),
      write.block(10, new Uint8Array(40)),
      write.obsoletePacket(0, 8_007n, Uint8Array.of(7), 60),
    );
    const { packets, reader } = read(file);
    expect(packets).toEqual([
      { bytes: [1, 2, 3, 4], original: 9, linkType: 1, timeMs: 0, packet: 1 },
      { bytes: [5, 6], original: 2, linkType: 1, timeMs: 0, packet: 2 },
      { bytes: [7], original: 60, linkType: 1, timeMs: 8, packet: 3 },
    ]);
    expect(reader.secrets).toBe(1);
    expect(reader.problems.kept).toEqual([]);
  });

  it('has the latest count of dropped packets of each interface in each section', () => {
    const section = join(
      write.section(),
      write.interface(1),
      write.interface(1),
      write.statistics(0, [...write.option(4, write.u64(99n)), ...write.option(5, write.u64(2n))]),
      write.statistics(0, [...write.option(5, write.u64(3n)), ...write.option(7, write.u64(10n))]),
      write.statistics(1, write.option(5, write.u64(100n))),
      write.statistics(9, write.option(5, write.u64(100n))),
    );
    expect(read(join(section, section)).reader.dropped).toBe(2 * 113);
  });
});

it('hands packets out where they lie', () => {
  const packet = { bytes: Uint8Array.of(1, 2, 3), linkType: 1, timeNs: 0n };
  const file = pcapFile([packet, packet], { little: true, resolution: 'micro' });
  const buffers: Uint8Array[] = [];
  const reader = new CaptureReader((bytes) => buffers.push(bytes));
  reader.push(file);
  expect(buffers).toEqual([file, file]);
  expect(buffers[0]).toBe(file);
});

describe('pieces of any size', () => {
  const files: Readonly<Record<string, Uint8Array>> = {
    pcap: pcapFile(
      [1, 2, 3].map((octet) => ({ bytes: new Uint8Array(octet * 40).fill(octet), linkType: 1, timeNs: BigInt(octet) })),
      { little: true, resolution: 'nano' },
    ),
    'pcapng with blocks that are passed over': join(
      write.section(),
      write.interface(1),
      write.block(0x0bad, new Uint8Array(500)),
      write.enhancedPacket(0, 7n, new Uint8Array(70).fill(5), 70),
      write.block(0x0bad, new Uint8Array(2_000)),
      write.enhancedPacket(0, 9n, new Uint8Array(3).fill(6), 90),
    ),
  };

  it.each(Object.entries(files))('give the same packets: %s', (_name, file) => {
    const whole = read(file).packets;
    for (const size of [1, 2, 3, 5, 16, 61, 100, 513, 1_000]) {
      const packets: Read[] = [];
      const reader = new CaptureReader((bytes, start, captured, original, linkType, timeMs, packet) => {
        packets.push({ bytes: [...bytes.subarray(start, start + captured)], original, linkType, timeMs, packet });
      });
      for (let at = 0; at < file.length; at += size) {
        const piece = file.slice(at, at + size);
        reader.push(piece);
        piece.fill(0xdd);
      }
      reader.end();
      reader.end();
      expect(packets).toEqual(whole);
      expect([reader.packets, reader.problems.kept]).toEqual([whole.length, []]);
    }
  });

  it('tell in which part a file was cut', () => {
    const file = files.pcap!;
    const parts = [file.length - 1, 30, 26, 10].map((length) => read(file.slice(0, length)).reader.problems.kept[0]);
    expect(parts.map((problem) => problem?.params.part)).toEqual(['packet', 'packet', 'packet', 'file header']);
    const ng = files['pcapng with blocks that are passed over']!;
    expect(read(ng.slice(0, 400)).reader.problems.kept[0]).toMatchObject({
      kind: 'truncated-file',
      params: { part: 'block' },
    });
  });
});

describe('what is no capture', () => {
  it.each<[string, Uint8Array, string]>([
    ['nothing at all', new Uint8Array(0), 'not-a-capture'],
    ['three octets', Uint8Array.of(1, 2, 3), 'not-a-capture'],
    ['text', new TextEncoder().encode('hello, world\n'.repeat(60)), 'not-a-capture'],
    ['gzip', Uint8Array.of(0x1f, 0x8b, 8, 0, ...new Uint8Array(600)), 'compressed'],
  ])('is named: %s', (_name, file, kind) => {
    for (const size of [1, 7, 1_000]) {
      const reader = new CaptureReader(() => expect.unreachable());
      for (let at = 0; at < file.length; at += size) reader.push(file.slice(at, at + size));
      reader.end();
      expect(reader.problems.kept.map((problem) => problem.kind)).toEqual([kind]);
      expect([reader.format, reader.packets, reader.recordAt, reader.dropped, reader.secrets]).toEqual([
        undefined,
        0,
        0,
        0,
        0,
      ]);
    }
  });
});
