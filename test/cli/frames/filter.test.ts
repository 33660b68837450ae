import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '#trace';
import { type FrameFilter, selects, selectsAll, selectsForTrace } from '../../../src/cli/frames/filter.ts';
import { parseTypes } from '../../../src/cli/frames/labels.ts';

const none: FrameFilter = {
  connection: undefined,
  stream: undefined,
  types: undefined,
  from: undefined,
  sinceMs: undefined,
  untilMs: undefined,
};
const at = { connection: 2, timeMs: 1_500, packet: 9 };
const ping: TraceEvent = {
  kind: 'frame',
  ...at,
  index: 5,
  from: 'client',
  frame: { kind: 'ping', type: 6, flags: 0, stream: 0, length: 8, payload: '0000000000000000' },
  streamWindow: undefined,
  connectionWindow: undefined,
};
const trailers: TraceEvent = {
  kind: 'headers',
  ...at,
  index: 6,
  from: 'server',
  stream: 7,
  role: 'trailers',
  fields: [],
  endStream: true,
  complete: true,
};
const message: TraceEvent = {
  kind: 'message',
  ...at,
  index: 7,
  from: 'client',
  stream: 7,
  compressed: false,
  length: 1,
  received: 1,
};
const fin: TraceEvent = {
  kind: 'end',
  ...at,
  from: 'server',
  how: 'fin',
  timeToLive: undefined,
  usualTimeToLive: undefined,
};
const lost: TraceEvent = { kind: 'lost', ...at, from: 'server', length: 10, why: 'capture' };

function types(list: string) {
  const parsed = parseTypes(list);
  if ('unknown' in parsed) throw new Error(parsed.unknown);
  return parsed;
}

describe('the filter of frames', () => {
  it('selects everything unless told otherwise', () => {
    expect(selectsAll(none)).toBe(true);
    expect(selectsAll({ ...none, stream: 0 })).toBe(false);
    for (const event of [ping, trailers, message, fin, lost]) expect(selects(none, event)).toBe(true);
  });

  it.each<[string, Partial<FrameFilter>, TraceEvent, boolean]>([
    ['connection', { connection: 2 }, ping, true],
    ['another connection', { connection: 3 }, ping, false],
    ['stream', { stream: 7 }, trailers, true],
    ['stream 0', { stream: 0 }, ping, true],
    ['another stream', { stream: 7 }, ping, false],
    ['what has no stream', { stream: 7 }, fin, false],
    ['side', { from: 'server' }, fin, true],
    ['the other side', { from: 'server' }, ping, false],
    ['since', { sinceMs: 1_500 }, ping, true],
    ['since later', { sinceMs: 1_500.1 }, ping, false],
    ['until', { untilMs: 1_500 }, ping, true],
    ['until earlier', { untilMs: 1_499 }, ping, false],
    ['type', { types: types('goaway,ping') }, ping, true],
    ['another type', { types: types('goaway') }, ping, false],
    ['a label', { types: types('fin') }, fin, true],
    ['another label', { types: types('rst,lost') }, fin, false],
    ['the block of a type', { types: types('headers') }, trailers, true],
    ['the block of another type', { types: types('data') }, trailers, false],
    ['the message of a type', { types: types('data') }, message, true],
    ['the message of another type', { types: types('headers') }, message, false],
  ])('goes by %s', (_, filter, event, selected) => {
    expect(selects({ ...none, ...filter }, event)).toBe(selected);
  });

  it('keeps the life of a connection in a trace, whatever is asked for of its frames', () => {
    const narrow: FrameFilter = {
      ...none,
      connection: 2,
      stream: 7,
      from: 'client',
      sinceMs: 9_000,
      types: types('ping'),
    };
    expect(selectsForTrace(narrow, fin)).toBe(true);
    expect(selectsForTrace(narrow, lost)).toBe(true);
    expect(selectsForTrace(narrow, ping)).toBe(false);
    expect(selectsForTrace(narrow, { ...fin, connection: 1 })).toBe(false);
  });
});

describe('parseTypes', () => {
  it('takes names in any case, with - or _, numbers and labels', () => {
    expect(types('PING, rst-stream,0x4d,12,Fin')).toEqual({
      frameTypes: new Set([6, 3, 0x4d, 12]),
      labels: new Set(['FIN']),
    });
  });
  it.each(['pong', '', 'ping,', '256', '0x100', '-1'])('refuses "%s"', (list) => {
    expect(parseTypes(list)).toHaveProperty('unknown');
  });
});
