import { expect, it } from 'vitest';
import { defaultLimits } from '#capture';
import { ACK, type CapturedPacket, ip, pcapFile, SYN, tcp } from '../../support/packets.ts';
import { record } from '../recorder.ts';

/** SYN, SYN-ACK and data of the connection from `port`, one after the other. */
function connection(port: number, timeMs: number): CapturedPacket[] {
  const client = { sourcePort: port, destinationPort: 50_051 };
  const server = { sourcePort: 50_051, destinationPort: port };
  const up = { source: '10.0.0.1', destination: '10.0.0.2', protocol: 6, identification: port };
  const down = { ...up, source: '10.0.0.2', destination: '10.0.0.1' };
  const packets = [
    ip({ ...up, payload: tcp({ ...client, sequence: 100, flags: SYN }) }),
    ip({ ...down, payload: tcp({ ...server, sequence: 900, acknowledgment: 101, flags: SYN | ACK }) }),
    ip({
      ...up,
      payload: tcp({ ...client, sequence: 101, acknowledgment: 901, flags: ACK, payload: Uint8Array.of(port & 0xff) }),
    }),
  ];
  return packets.map((bytes) => ({ bytes, linkType: 101, timeNs: BigInt(timeMs) * 1_000_000n }));
}

function read(packets: readonly CapturedPacket[], limits = defaultLimits) {
  return record(pcapFile(packets, { little: true, resolution: 'nano' }), [], limits);
}

it('keeps thousands of interleaved connections apart', () => {
  const each = Array.from({ length: 3000 }, (_, index) => connection(1000 + index, 0));
  const { flows } = read([0, 1, 2].flatMap((step) => each.map((packets) => packets[step]!)));
  expect(flows).toHaveLength(3000);
  expect(flows.every((flow, index) => flow.streams.a[0] === ((1000 + index) & 0xff) && flow.lines.length === 4)).toBe(
    true,
  );
});

it('evicts the connection that has been quiet for longest', () => {
  const limits = { ...defaultLimits, liveFlows: 2 };
  const { flows } = read(
    [...connection(1, 0), ...connection(2, 1), ...connection(1, 2).slice(2), ...connection(3, 3)],
    limits,
  );
  expect(flows.map((flow) => flow.how)).toEqual(['capture-ended', 'evicted', 'capture-ended']);
});

it('takes an evicted connection that goes on for one that was joined late', () => {
  const limits = { ...defaultLimits, liveFlows: 1 };
  const { flows } = read([...connection(1, 0), ...connection(2, 1), ...connection(1, 2).slice(2)], limits);
  expect(flows.map((flow) => [flow.info.handshake, flow.how])).toEqual([
    ['seen', 'evicted'],
    ['seen', 'evicted'],
    ['unseen', 'capture-ended'],
  ]);
});

it('ends the connections of a capture in the order in which they were quiet', () => {
  const { flows } = read([...connection(1, 0), ...connection(2, 5)]);
  expect(flows.map((flow) => flow.lines.at(-1))).toEqual(['done capture-ended', 'done capture-ended']);
});

it('shares the text of endpoints', () => {
  const { flows } = read([...connection(1, 0), ...connection(2, 5)]);
  expect(flows[0]!.info.b).toBe(flows[1]!.info.b);
});

const RST = 4;

/** One segment of the connection from `port`, by its client. */
function segment(port: number, timeMs: number, flags: number, sequence: number): CapturedPacket {
  const payload = tcp({ sourcePort: port, destinationPort: 50_051, sequence, acknowledgment: 901, flags });
  const bytes = ip({ source: '10.0.0.1', destination: '10.0.0.2', protocol: 6, identification: sequence, payload });
  return { bytes, linkType: 101, timeNs: BigInt(timeMs) * 1_000_000n };
}

it('waits a while after a RST for what crossed it, and remembers the connection for stragglers', () => {
  const after = (ms: number) =>
    read([...connection(1, 0), segment(1, 10, RST | ACK, 102), ...connection(2, 20), segment(1, ms, ACK, 102)]).flows;
  expect(after(60).map(({ how }) => how)).toEqual(['closed', 'capture-ended']);
  expect(after(5_000).map(({ how }) => how)).toEqual(['closed', 'capture-ended']);
  // Much later it is another connection between the same ports, of which the beginning is missing.
  expect(after(90_000).map(({ info }) => info.handshake)).toEqual(['seen', 'seen', 'unseen']);
});

it('takes a SYN with another number for a new connection, open or reset before', () => {
  const open = read([...connection(1, 0), segment(1, 50, SYN, 777_000)]).flows;
  expect(open.map(({ how, info }) => [how, info.initial])).toEqual([
    ['capture-ended', 100],
    ['capture-ended', 777_000],
  ]);
  const reset = read([...connection(1, 0), segment(1, 10, RST | ACK, 102), segment(1, 50, SYN, 777_000)]).flows;
  expect(reset.map(({ how }) => how)).toEqual(['closed', 'capture-ended']);
});

it('makes no connection of a RST that belongs to none', () => {
  expect(read([segment(1, 0, RST, 5)]).flows).toEqual([]);
});

it('forgets finished connections when there are too many', () => {
  const limits = { ...defaultLimits, finishedFlows: 1, resetLingerMs: 0 };
  const ended = [1, 2, 3].flatMap((port) => [
    ...connection(port, port * 10),
    segment(port, port * 10 + 1, RST | ACK, 102),
  ]);
  const { flows } = read([...ended, segment(1, 60, ACK, 102)], limits);
  expect(flows.map(({ info }) => info.handshake)).toEqual(['seen', 'seen', 'seen', 'unseen']);
});

it('knows the initial number also from the answer to a SYN that was not captured', () => {
  const { flows } = read(connection(1, 0).slice(1));
  expect(flows[0]!.info).toMatchObject({ handshake: 'partial', initial: 100 });
});

it('mends the times behind a leap of the clock, and takes every packet once', () => {
  const steady = connection(1, 0);
  const later = Array.from({ length: 100 }, (_, at) => connection(100 + at, 5_000 + at)).flat();
  const { flows } = read([...steady, ...later]);
  expect(flows).toHaveLength(101);
  expect(flows.every(({ lines }) => lines.length === 4)).toBe(true);
});
