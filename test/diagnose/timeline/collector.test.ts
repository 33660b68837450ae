import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '#trace';
import { TimelineCollector } from '../../../src/diagnose/timeline/collector.ts';
import { Curve } from '../../../src/diagnose/timeline/curve.ts';
import { indexOf } from '../../../src/diagnose/timeline/mark.ts';
import { select } from '../../../src/diagnose/timeline/select.ts';
import * as samples from '../render/samples.ts';

const client = { address: '10.0.0.1', port: 40_000 };
const server = { address: '10.0.0.2', port: 50_051 };

function opened(connection: number): TraceEvent {
  return {
    kind: 'opened',
    connection,
    timeMs: connection,
    packet: 1,
    client,
    server,
    handshake: 'seen',
    sidesBy: 'syn',
  };
}

function data(connection: number, index: number, stream = 1): TraceEvent {
  const frame = { kind: 'data', type: 0, flags: 0, stream, length: 5, bodyOffset: 0, bodyLength: 5 } as const;
  const at = { connection, timeMs: index, packet: index, index };
  return { kind: 'frame', ...at, from: 'client', frame, streamWindow: 100, connectionWindow: 100_000 - index };
}

function reset(connection: number, index: number, stream: number): TraceEvent {
  const frame = { kind: 'rst-stream', type: 3, flags: 0, stream, length: 4, errorCode: 8 } as const;
  const at = { connection, timeMs: index, packet: index, index };
  return { kind: 'frame', ...at, from: 'client', frame, streamWindow: undefined, connectionWindow: undefined };
}

const closed = (connection: number): TraceEvent => ({
  kind: 'closed',
  connection,
  timeMs: 1e6,
  packet: 1,
  how: 'closed',
});

describe('the collector', () => {
  it('keeps the beginning, the end and what led to what is notable, however long the connection', () => {
    const timeline = new TimelineCollector();
    timeline.event(opened(1));
    for (let index = 1; index <= 50_000; index++) {
      if (index === 20_000) timeline.event(data(1, index, 77));
      else timeline.event(index === 20_001 ? reset(1, index, 77) : data(1, index));
    }
    const track = timeline.track(1);
    const indexes = track?.marks().map(indexOf) ?? [];
    expect(track?.total).toBe(50_000);
    expect(indexes.length).toBeLessThan(400);
    for (const kept of [1, 20, 20_000, 20_001, 49_990, 50_000]) expect(indexes).toContain(kept);
    expect(indexes).toEqual([...indexes].sort((one, other) => (one ?? 0) - (other ?? 0)));
  });

  it('forgets well connections first, and counts all', () => {
    const timeline = new TimelineCollector();
    for (let connection = 1; connection <= 2_000; connection++) {
      timeline.event(opened(connection));
      if (connection % 10 === 0) timeline.event(reset(connection, connection, 1));
      timeline.event(closed(connection));
    }
    const kept = timeline.tracks().map(({ opened: { connection } }) => connection);
    expect(timeline.connections).toBe(2_000);
    expect(kept.length).toBeLessThanOrEqual(600);
    expect(kept.filter((connection) => connection % 10 === 0)).toHaveLength(200);
  });

  it('cuts monstrous header lists', () => {
    const timeline = new TimelineCollector();
    timeline.event(opened(1));
    const frame = {
      kind: 'headers',
      type: 1,
      flags: 4,
      stream: 1,
      length: 9,
      bodyOffset: 0,
      bodyLength: 9,
      priority: undefined,
    } as const;
    const at = { connection: 1, timeMs: 1, packet: 1, index: 1, from: 'client' } as const;
    timeline.event({ kind: 'frame', ...at, frame, streamWindow: undefined, connectionWindow: undefined });
    const fields = Array.from({ length: 10_000 }, (_, number) => ({
      name: `x-${number}`,
      value: 'v'.repeat(5_000),
      neverIndexed: false,
      unknown: 'nothing' as const,
    }));
    timeline.event({ kind: 'headers', ...at, stream: 1, role: 'request', fields, endStream: false, complete: true });
    const [mark] = timeline.track(1)?.marks() ?? [];
    expect(mark?.fields?.length).toBeLessThan(50);
    expect(mark?.fields?.[0]?.value.length).toBe(512);
    expect(mark?.fieldsCut).toBe(10_000 - 48);
  });
});

it('a curve keeps its low points in a bounded number', () => {
  const curve = new Curve();
  for (let time = 0; time < 100_000; time++) curve.add(time, time === 31_415 ? 0 : 65_535);
  expect(curve.points.length).toBeLessThan(600);
  expect(Math.min(...curve.points.map(({ window }) => window))).toBe(0);
});

it('a page takes the frames around the evidence first when room is short', () => {
  const timeline = new TimelineCollector();
  timeline.event(opened(1));
  for (let index = 1; index <= 150; index++) timeline.event(data(1, index));
  const [line] = samples.tooManyPings.evidence;
  const finding = { ...samples.tooManyPings, connections: [1], evidence: [{ ...line!, frame: 75, connection: 1 }] };
  const { chosen } = select(samples.report([finding]), timeline, 30);
  const indexes = chosen[0]?.marks.map(indexOf) ?? [];
  expect(indexes).toHaveLength(30);
  for (let index = 65; index <= 85; index++) expect(indexes).toContain(index);
});
