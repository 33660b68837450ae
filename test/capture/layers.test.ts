/** Packets whose TCP segment is found, or not, whatever stands around it; the round trip of all link layers is in streams.test.ts. */
import { describe, expect, it } from 'vitest';
import {
  ACK,
  fragments,
  hex,
  type IpFields,
  ip,
  ipv4,
  ipv6,
  join,
  links,
  pcapFile,
  tcp,
  u16,
  udp,
} from '../support/packets.ts';
import { type Recorded, record } from './recorder.ts';

const segment = tcp({ sourcePort: 7, destinationPort: 8, sequence: 1, flags: ACK, payload: Uint8Array.of(1, 2, 3) });
const four: IpFields = { source: '192.0.2.1', destination: '192.0.2.2', protocol: 6, payload: segment };
const six: IpFields = { source: '2001:db8::1', destination: '2001:db8::2', protocol: 6, payload: segment };

function read(packets: readonly Uint8Array[], linkType = 101): Recorded {
  const captured = packets.map((bytes, index) => ({ bytes, linkType, timeNs: BigInt(index) }));
  return record(pcapFile(captured, { little: true, resolution: 'nano' }, linkType));
}

function octetsOf(...packets: readonly Uint8Array[]): readonly number[] {
  return read(packets).flows[0]?.streams.a ?? [];
}

describe('IPv4', () => {
  it('may have options', () => {
    expect(octetsOf(ipv4(four, 0, [1, 1, 1, 0]))).toEqual([1, 2, 3]);
  });

  it('ends where its total length says', () => {
    expect(octetsOf(join(ip(four), [9, 9, 9]))).toEqual([1, 2, 3]);
  });

  it('of zero total length reaches to the end of the packet (segmentation offload)', () => {
    const packet = ip(four);
    packet.set([0, 0], 2);
    expect(octetsOf(packet)).toEqual([1, 2, 3]);
  });

  it('without its header is malformed', () => {
    const { capture } = read([ip(four).subarray(0, 19), Uint8Array.of(0x44), Uint8Array.of(0x40, 0)]);
    expect(capture.summary).toMatchObject({ packets: 3, tcpPackets: 0, otherPackets: 3, malformedPackets: 3 });
  });

  it('with a TCP header that is cut off or too short is malformed', () => {
    const short = ip({ ...four, payload: segment.subarray(0, 19) });
    const wrong = segment.slice();
    wrong[12] = 0x40;
    const { capture } = read([short, ip({ ...four, payload: wrong })]);
    expect(capture.summary).toMatchObject({ tcpPackets: 0, malformedPackets: 2 });
  });
});

describe('IPv6', () => {
  const extension = (next: number, length: number) => join([next, length], new Uint8Array(6 + length * 8));

  it.each([
    ['hop-by-hop options', 0, extension(6, 0)],
    ['a routing header', 43, extension(6, 1)],
    ['destination options behind hop-by-hop options', 0, join(extension(60, 0), extension(6, 2))],
    ['an authentication header, which counts by four', 51, join([6, 4], new Uint8Array(22))],
    ['a mobility header', 135, extension(6, 0)],
    ['a fragment header that stands alone (RFC 6946)', 44, hex('06 00 0000 00000007')],
  ])('may have %s', (_, first, extensions) => {
    expect(octetsOf(ipv6(six, first, extensions))).toEqual([1, 2, 3]);
  });

  it('of zero payload length reaches to the end of the packet', () => {
    const packet = ip(six);
    packet.set([0, 0], 4);
    expect(octetsOf(packet)).toEqual([1, 2, 3]);
  });

  it('with extension headers beyond its end is malformed', () => {
    expect(read([ipv6(six, 0, extension(6, 200).subarray(0, 8))]).capture.summary.malformedPackets).toBe(1);
  });

  it('that is encrypted (ESP) is something else', () => {
    expect(read([ipv6({ ...six, protocol: 50 })]).capture.summary).toMatchObject({
      otherPackets: 1,
      malformedPackets: 0,
    });
  });
});

describe('fragments', () => {
  const long = tcp({
    sourcePort: 7,
    destinationPort: 8,
    sequence: 1,
    flags: ACK,
    payload: new Uint8Array(100).fill(5),
  });

  it('that overlap keep the first copy', () => {
    const [first, second, ...rest] = fragments({ ...four, payload: long }, 24);
    const other = second!.slice().fill(6, 20);
    expect(octetsOf(first!, second!, other, ...rest)).toEqual(new Array(100).fill(5));
  });

  it('are of different packets by identification, protocol and addresses', () => {
    const pieces = (fields: Partial<IpFields>) => fragments({ ...four, payload: long, ...fields }, 64);
    const packets = [
      pieces({})[0]!,
      pieces({ identification: 1 })[1]!,
      pieces({ protocol: 17 })[1]!,
      pieces({ source: '192.0.2.9' })[1]!,
    ];
    expect(read(packets).flows).toEqual([]);
    expect(read([...packets, pieces({})[1]!]).flows).toHaveLength(1);
  });

  it('do not fill up the memory: the oldest packet makes room', () => {
    const pieces = Array.from({ length: 65 }, (_, identification) =>
      fragments({ ...four, payload: long, identification }, 64),
    );
    const firsts = pieces.map(([first]) => first!);
    expect(read([...firsts, pieces[0]![1]!]).flows).toEqual([]);
    expect(read([...firsts, pieces[1]![1]!]).flows).toHaveLength(1);
  });

  it('beyond 65,535 octets are passed over', () => {
    expect(read([ipv4({ ...four, payload: new Uint8Array(64) }, 0x1fff)]).capture.summary.ipFragments).toBe(1);
  });
});

describe('other packets', () => {
  it('are counted by what they are', () => {
    const arp = join(new Uint8Array(12), [8, 6], new Uint8Array(28));
    const icmp = links.ethernet.wrap(ip({ ...four, protocol: 1 }));
    const dns = links.vlan.wrap(ip({ ...four, protocol: 17, payload: udp(53, 5353, new Uint8Array(20)) }));
    const { summary } = read([arp, icmp, dns, links.ethernet.wrap(ip(four)), new Uint8Array(3)], 1).capture;
    expect(summary).toMatchObject({ packets: 5, tcpPackets: 1, udpPackets: 1, otherPackets: 3, malformedPackets: 1 });
  });

  it('on the port of a tunnel and without its header are datagrams', () => {
    const packets = [4789, 6081].map((port) =>
      ip({ ...four, protocol: 17, payload: udp(9, port, new Uint8Array(40).fill(0xff)) }),
    );
    expect(read(packets).capture.summary.udpPackets).toBe(2);
  });

  it('that nest without end are given up', () => {
    const tags = new Array(40).fill([0x81, 0, 0, 1]).flat();
    expect(read([join(new Uint8Array(12), tags, [8, 0], ip(four))], 1).capture.summary.malformedPackets).toBe(1);
  });

  it('of other GRE versions, and source-routed ones, are something else', () => {
    const gre = (flags: number) => ip({ ...four, protocol: 47, payload: join(u16(flags), [8, 0], ip(four)) });
    expect(read([gre(1), gre(0x4000)]).flows).toEqual([]);
    expect(read([gre(0)]).flows).toHaveLength(1);
  });
});
