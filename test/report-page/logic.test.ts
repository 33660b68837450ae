/** The parts of the page's script that need no browser. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PageConnection, PageData, PageMark } from '#diagnose';
import { linkEvidence } from '../../src/report-page/evidence.ts';
import { duration, tick } from '../../src/report-page/format.ts';
import { layoutOf } from '../../src/report-page/layout.ts';
import { Scale } from '../../src/report-page/scale.ts';
import { haystack, matcher } from '../../src/report-page/search.ts';
import { View } from '../../src/report-page/view.ts';

const times = fc.array(fc.double({ min: 0, max: 1e8, noNaN: true }), { minLength: 1, maxLength: 50 });

function mark(fields: Partial<PageMark>): PageMark {
  return {
    frame: 1,
    packet: 1,
    time: 0,
    from: 'client',
    kind: 'data',
    type: 'DATA',
    stream: 1,
    length: 0,
    window: null,
    rows: [],
    fields: [],
    ends: false,
    trouble: false,
    strike: 0,
    ...fields,
  };
}

function connection(marks: readonly PageMark[], fields: Partial<PageConnection> = {}): PageConnection {
  return {
    input: 0,
    id: 1,
    name: '1',
    client: 'c',
    server: 's',
    opened: 0,
    closed: 100,
    severity: null,
    total: marks.length,
    marks,
    curves: { client: [], server: [] },
    paths: { 5: '/pkg.Svc/Get' },
    ...fields,
  };
}

describe.each(['even', 'linear'] as const)('the %s scale', (kind) => {
  it('keeps the order of time', () => {
    fc.assert(
      fc.property(times, (values) => {
        const scale = new Scale(values, kind);
        const positions = scale.times.map((time) => scale.position(time));
        for (const [at, position] of positions.entries())
          if (at > 0) expect(position).toBeGreaterThan(positions[at - 1]!);
      }),
    );
  });

  it('leads back to the time', () => {
    fc.assert(
      fc.property(times, (values) => {
        const scale = new Scale(values, kind);
        for (const time of values) {
          expect(scale.time(scale.position(time))).toBeCloseTo(time, 3);
        }
      }),
    );
  });
});

it('the even scale gives a microsecond and an hour a place each', () => {
  const scale = new Scale([0, 0.001, 3_600_000], 'even');
  const [first = 0, second = 0, third = 0] = scale.times.map((time) => scale.position(time));
  expect(second - first).toBeGreaterThanOrEqual(1);
  expect(third - second).toBeLessThan(40 * (second - first));
});

describe('the view', () => {
  it('never leaves the scale, whatever is done to it', () => {
    const act = fc.oneof(
      fc.record({ kind: fc.constant('zoom' as const), by: fc.double({ min: 0.1, max: 10, noNaN: true }) }),
      fc.record({ kind: fc.constant('pan' as const), by: fc.double({ min: -3, max: 3, noNaN: true }) }),
      fc.record({ kind: fc.constant('narrow' as const), by: fc.double({ min: 0, max: 100, noNaN: true }) }),
    );
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        const view = new View();
        view.reset(100);
        for (const { kind, by } of acts) {
          if (kind === 'zoom') view.zoom(by, 0.3);
          else if (kind === 'pan') view.pan(by);
          else view.narrow(by, 5);
          expect(view.from).toBeGreaterThanOrEqual(-4.001);
          expect(view.to).toBeLessThanOrEqual(104.001);
          expect(view.span).toBeGreaterThan(0);
        }
      }),
    );
  });

  it('keeps the place under the pointer', () => {
    const view = new View();
    view.reset(100);
    const place = view.from + 0.25 * view.span;
    view.zoom(3, 0.25);
    expect(view.from + 0.25 * view.span).toBeCloseTo(place);
  });
});

describe('the layout', () => {
  it('puts streams that overlap into lanes of their own, and others one behind the other', () => {
    const marks = [
      mark({ stream: 1, time: 0 }),
      mark({ stream: 3, time: 1 }),
      mark({ stream: 1, time: 2, ends: true, from: 'server' }),
      mark({ stream: 3, time: 3, ends: true, from: 'server' }),
      mark({ stream: 5, time: 4 }),
      mark({ stream: 5, time: 5, ends: true, from: 'server' }),
    ];
    const [group] = layoutOf([connection(marks)]).groups;
    const bars = group?.lanes
      .filter(({ kind }) => kind === 'streams')
      .map((lane) => lane.bars.map(({ stream }) => stream));
    expect(bars).toEqual([[1, 5], [3]]);
  });

  it('lets a stream that nobody ended last as long as its connection, if all of it is there', () => {
    const marks = [mark({ stream: 5, time: 4 })];
    const end = (total: number) => layoutOf([connection(marks, { total })]).groups[0]?.lanes[1]?.bars[0]?.end;
    expect(end(1)).toBe(100);
    expect(end(2)).toBe(4);
  });

  it('has a place for every mark, with thousands of streams at once', () => {
    const marks = Array.from({ length: 3_000 }, (_, at) => mark({ frame: at, stream: 2 * at + 1, time: at / 1000 }));
    const layout = layoutOf([connection(marks)]);
    expect(layout.marks).toHaveLength(3_000);
    expect(layout.height).toBeLessThan(600);
  });
});

describe('the search', () => {
  const { marks } = layoutOf([
    connection([mark({ stream: 5 }), mark({ stream: 55 }), mark({ stream: 0, type: 'PING', kind: 'ping' })]),
  ]);
  const found = (query: string) =>
    marks.filter((placed) => matcher(query)?.(haystack(placed))).map((one) => one.mark.stream);

  it.each([
    ['stream 5', [5]],
    ['流 5', [5]],
    ['svc/get', [5]],
    ['PING', [0]],
    ['data client', [5, 55]],
    ['nowhere', []],
  ])('%s', (query, streams) => {
    expect(found(query)).toEqual(streams);
  });

  it('is off without words', () => {
    expect(matcher('  ')).toBeUndefined();
  });
});

it('evidence finds its frame, and an end of the connection by its moment', () => {
  const marks = [mark({ frame: 7, time: 1 }), mark({ frame: null, kind: 'fin', type: 'FIN', stream: null, time: 2 })];
  const line = { input: 0, connection: 1, line: null, text: '', finding: '', element: '' };
  const data = {
    connections: [connection(marks)],
    evidence: [
      { ...line, frame: 7, time: 1 },
      { ...line, frame: null, time: 2.0004 },
      { ...line, frame: 8, time: 1 },
      { ...line, frame: null, time: 3 },
    ],
  };
  const linked = linkEvidence(data as unknown as PageData, layoutOf(data.connections));
  expect(linked.map(({ placed }) => placed?.mark.type)).toEqual(['DATA', 'FIN', undefined, undefined]);
});

it('numbers are short', () => {
  expect(duration(0.35)).toBe('0.35 ms');
  expect(duration(126_000)).toBe('2 min 6 s');
  expect(duration(7_300_000)).toBe('2 h 1 min');
  expect(tick(0.7123, 0.1)).toBe('0.712 ms');
  expect(tick(182.2, 40)).toBe('182 ms');
  expect(tick(2_500, 1_000)).toBe('2.5 s');
});
