import { expect, it } from 'vitest';
import { Capture } from '#capture';
import { ip, join, links, PcapngWriter, pcapFile, tcp, udp } from '../support/packets.ts';
import { Recorder } from './recorder.ts';

it('says so when the file is no capture', () => {
  const capture = new Capture({
    opened: () => {
      throw new Error('no connection expected');
    },
  });
  capture.push(new Uint8Array(600));
  capture.end();
  expect(capture.problems.map((problem) => problem.kind)).toEqual(['not-a-capture']);
});

const ends = { source: '10.0.0.1', destination: '10.0.0.2' };
const SEGMENT = ip({
  ...ends,
  protocol: 6,
  payload: tcp({ sourcePort: 1, destinationPort: 2, sequence: 9, flags: 2 }),
});
const DATAGRAM = ip({ ...ends, protocol: 17, payload: udp(1, 2, new Uint8Array(8)) });

function explored(file: Uint8Array): Capture {
  const capture = new Capture(new Recorder());
  capture.push(file);
  capture.end();
  capture.end();
  return capture;
}

it('counts what a file holds', () => {
  const packets = [SEGMENT, DATAGRAM, Uint8Array.of(0x45), DATAGRAM].map((bytes, at) => ({
    ...{ bytes, linkType: 101, timeNs: BigInt(at) * 5_000_000n },
    ...(at === 3 ? { snapLength: 24 } : {}),
  }));
  const { summary, problems, problemsOmitted } = explored(pcapFile(packets, { little: true, resolution: 'nano' }));
  expect(summary).toMatchObject({
    format: 'pcap',
    packets: 4,
    tcpPackets: 1,
    malformedPackets: 1,
    snappedPackets: 1,
    linkTypes: [{ linkType: 101, packets: 4 }],
    lastTimeMs: 15,
  });
  expect(summary.tcpPackets + summary.udpPackets + summary.otherPackets).toBe(4);
  expect(problems.map(({ kind, params }) => [kind, params])).toEqual([['snapped-packets', { count: 1, of: 4 }]]);
  expect(problemsOmitted).toBe(0);
});

it('says what concerns the file as a whole: no packets, lost ones, links that cannot be read', () => {
  const write = new PcapngWriter(true);
  const dropped = write.statistics(0, write.option(5, write.u64(7n)));
  const empty = explored(join(write.section(), write.interface(1), dropped));
  expect(empty.problems.map(({ kind }) => kind)).toEqual(['no-packets', 'dropped-packets']);
  expect(empty.summary).toMatchObject({ format: 'pcapng', droppedPackets: 7, startEpochMs: undefined, lastTimeMs: 0 });
  const strange = join(write.section(), write.interface(9_999), write.enhancedPacket(0, 1n, Uint8Array.of(1), 1));
  expect(explored(strange).problems).toMatchObject([
    { kind: 'unknown-link-type', packet: 1, params: { linkType: 9_999 } },
  ]);
});

it('hands out the secrets that stand before the packets', () => {
  const write = new PcapngWriter(true);
  const line = new TextEncoder().encode('CLIENT_RANDOM 00 11\n');
  const secrets = write.block(10, join(write.u32(0x544c534b), write.u32(line.length), line));
  const told: string[] = [];
  const capture = new Capture(new Recorder(), undefined, (bytes) => told.push(new TextDecoder().decode(bytes)));
  capture.push(
    join(write.section(), secrets, write.interface(1), write.enhancedPacket(0, 1n, links.ethernet.wrap(SEGMENT), 60)),
  );
  capture.end();
  expect(told).toEqual(['CLIENT_RANDOM 00 11\n']);
  expect(capture.summary.decryptionSecrets).toBe(1);
});
