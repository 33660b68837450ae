/** Files that are cut, damaged or strange: what could be read is read, and each problem has its sentence. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Capture, describeProblem, MAX_PROBLEMS } from '#capture';
import { join, links, PcapngWriter, packetise, pcapFile, pcapngFile, Random } from '../support/packets.ts';
import { record } from './recorder.ts';

const random = new Random(3);
const { packets } = packetise({ a: random.bytes(120), b: random.bytes(200) }, { seed: 4, maxSegment: 60, reorder: 2 });
const captured = packets.map((packet, index) => ({
  bytes: links.ethernet.wrap(packet),
  linkType: 1,
  timeNs: BigInt(index) * 1_000_000n,
}));
const micro = { little: true, resolution: 'micro' } as const;
const write = new PcapngWriter(true);
const packet = write.enhancedPacket(0, 0n, captured[0]!.bytes, captured[0]!.bytes.length);
const pcapng = (...blocks: readonly Uint8Array[]) => join(write.section(), write.interface(1), ...blocks);

function sentences(capture: Capture): string[] {
  return capture.problems.map(describeProblem);
}

describe('a capture that is cut anywhere', () => {
  it.each([
    ['pcap', pcapFile(captured, micro)],
    ['pcapng', pcapngFile(captured, { little: false, decorated: true })],
  ])('%s gives the beginning of the same events', (_, file) => {
    const whole = record(file).flows[0]!.lines;
    for (let length = 0; length < file.length; length++) {
      const { flows, capture } = record(file.slice(0, length), [97]);
      // What waited at the cut, and the end itself, are told as at the end of any capture.
      const lines = flows[0]?.lines.slice(0, -1) ?? [];
      const same = lines.findIndex((line, index) => line !== whole[index]);
      const beginning = same < 0 ? lines : lines.slice(0, same);
      expect(lines.slice(beginning.length).every((line) => /gap|octets|fin/.test(line))).toBe(true);
      expect(capture.summary.packets).toBeLessThanOrEqual(packets.length);
      expect(capture.problems.length).toBeLessThanOrEqual(2);
      for (const sentence of sentences(capture)) expect(sentence).not.toMatch(/[{}]|undefined|NaN/);
    }
  });
});

describe('a problem is told in plain words', () => {
  it.each<[string, Uint8Array, readonly string[]]>([
    [
      'an empty file',
      new Uint8Array(0),
      ['This is an empty file, not a packet capture. The capturing program may not have run.'],
    ],
    [
      'another kind of file',
      Uint8Array.from('PK\x03\x04', (character) => character.charCodeAt(0)),
      ['This is a ZIP archive, not a packet capture. Unpack it first.'],
    ],
    [
      'gzip',
      gzipSync(pcapFile(captured, micro)),
      ['The capture is still compressed with gzip. Decompress it first: `gzip -d FILE`.'],
    ],
    [
      'a header without packets',
      pcapFile([], micro),
      [
        'The file is a pcap capture without any packet. Check the interface and the filter of the capturing program, and that there was traffic while it ran.',
      ],
    ],
    [
      'a cut packet',
      pcapFile(captured, micro).subarray(0, 150),
      [
        'The file ends inside the packet at offset 102, 30 octets too early. Packets read before it: 1. It was copied while it was being written, or the disk was full. Stop the capturing program before copying its file.',
      ],
    ],
    [
      'a cut block',
      pcapng(packet, write.block(4, new Uint8Array(5000))).subarray(0, 1000),
      [
        'The file ends inside the block at offset 144, 4,156 octets too early. Packets read before it: 1. It was copied while it was being written, or the disk was full. Stop the capturing program before copying its file.',
      ],
    ],
    [
      'a damaged pcap record',
      join(pcapFile(captured.slice(0, 2), micro), new Uint8Array(16).fill(0xff)),
      [
        'The record at offset 180 claims 4,294,967,295 octets, where 262,144 is the most that any program writes. Packets read before it: 2; after it, none can be found. The file is damaged: copy it again in binary mode, or capture again.',
      ],
    ],
    [
      'a damaged block length',
      pcapng(packet, new Uint8Array(12).fill(7)),
      [
        'At offset 144 the file holds a block of 117,901,063 octets. Packets read before it: 1; after it, none can be found. The file is damaged: copy it again in binary mode, or capture again.',
      ],
    ],
    [
      'a block that is too long',
      pcapng(packet, join(write.u32(6), write.u32(2 ** 30), new Uint8Array(40))),
      [
        'The record at offset 144 claims 1,073,741,824 octets, where 16,777,216 is the most that any program writes. Packets read before it: 1; after it, none can be found. The file is damaged: copy it again in binary mode, or capture again.',
      ],
    ],
    [
      'a block whose lengths differ',
      pcapng(packet, join(write.u32(6), write.u32(36), new Uint8Array(24), write.u32(40))),
      [
        'At offset 144 the file holds a block of 36 octets that ends as one of 40. Packets read before it: 1; after it, none can be found. The file is damaged: copy it again in binary mode, or capture again.',
      ],
    ],
    [
      'a section of no byte order',
      pcapng(packet, join([0x0a, 0x0d, 0x0d, 0x0a], new Uint8Array(24))),
      [
        'At offset 144 the file holds a section header without a byte order. Packets read before it: 1; after it, none can be found. The file is damaged: copy it again in binary mode, or capture again.',
      ],
    ],
    [
      'blocks that contradict themselves',
      pcapng(
        write.block(6, new Uint8Array(8)),
        write.block(6, join(new Uint8Array(12), write.u32(99), new Uint8Array(8))),
        packet,
      ),
      [
        'The pcapng block of type 6 at offset 48 was passed over because it has 20 octets and needs 32. The blocks after it were read. The program that wrote the file is at fault.',
        'The pcapng block of type 6 at offset 68 was passed over because it claims 99 octets of packet and has room for 4. The blocks after it were read. The program that wrote the file is at fault.',
      ],
    ],
    [
      'an interface that is not described',
      pcapng(write.enhancedPacket(3, 0n, Uint8Array.of(1), 1), packet),
      [
        'Packet 1 at offset 48 belongs to interface 3, which the file does not describe, so it was passed over. The file was probably pieced together; use `mergecap` for that.',
      ],
    ],
    [
      'a link type that cannot be read, once',
      pcapFile(captured.slice(0, 2), micro, 127),
      [
        'Packets of link type 127 (IEEE802_11_RADIOTAP (Wi-Fi)), first packet 1 at offset 24, cannot be read and were passed over. Capture on an Ethernet or loopback interface, or on `any`.',
      ],
    ],
    [
      'packets that were cut short',
      pcapFile(captured.map((each, index) => (index > 3 ? { ...each, snapLength: 68 } : each)).slice(0, 8), micro),
      [
        'Packets cut short when they were captured: 4 of 8, the first being packet 5. What is missing from their TCP data is reported as lost. Capture whole packets: `tcpdump -s 0`.',
      ],
    ],
    [
      'packets that were dropped',
      pcapng(packet, write.statistics(0, write.option(5, write.u64(12_345n)))),
      [
        'Packets dropped while capturing, by the own count of the capturing program: 12,345. Narrow its filter to the port in question, or enlarge its buffer: `tcpdump -B 16384`.',
      ],
    ],
  ])('%s', (_, file, expected) => {
    expect(sentences(record(file).capture)).toEqual(expected);
  });
});

it('keeps a bounded number of problems and counts the others', () => {
  const { capture } = record(
    pcapng(...new Array<Uint8Array>(MAX_PROBLEMS + 7).fill(write.block(6, new Uint8Array(8)))),
  );
  expect(capture.problems).toHaveLength(MAX_PROBLEMS);
  // One more for a file without packets.
  expect(capture.problemsOmitted).toBe(8);
});
