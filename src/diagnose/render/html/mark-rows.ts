/** A kept event as the page shows it: how it is drawn, and what it holds in names and values. */
import { errorCodeName, Flag, type Frame, flagNames, frameTypeName, settingName } from '#h2';
import type { FrameEvent } from '#trace';
import { isTrouble, type Mark } from '../../timeline/mark.ts';
import { formatCount } from '../format.ts';
import type { PageTexts } from '../messages/page.ts';
import { printable } from '../printable.ts';
import type { MarkKind, PageMark } from './data.ts';

type Row = readonly [name: string, value: string];

/** Entries of one SETTINGS frame that are shown; a sane one has six. */
const SETTINGS_MAX = 16;
/** Characters of a header value. */
const VALUE_MAX = 512;

export function pageMark(mark: Mark, texts: PageTexts, strike: number): PageMark {
  const { event } = mark;
  const { packet, timeMs: time, from } = event;
  const base = { packet, time, from, strike, trouble: isTrouble(mark) };
  if (event.kind === 'frame') return { ...base, ...frameParts(event, mark, texts) };
  const below = { frame: null, stream: null, length: null, window: null, fields: [], ends: false };
  if (event.kind === 'lost') {
    const rows = [[texts.lost, formatCount(event.length)]] as const;
    return { ...base, ...below, kind: 'lost', type: 'LOST', rows };
  }
  const { timeToLive, usualTimeToLive } = event;
  const rows: Row[] = timeToLive === undefined ? [] : [[texts.timeToLive, `${timeToLive} (${usualTimeToLive ?? '?'})`]];
  return { ...base, ...below, kind: event.how, type: event.how.toUpperCase(), rows };
}

function frameParts(
  event: FrameEvent,
  mark: Mark,
  texts: PageTexts,
): Omit<PageMark, 'packet' | 'time' | 'from' | 'strike' | 'trouble'> {
  const { frame, index, connectionWindow } = event;
  const flags = flagNames(frame.type, frame.flags);
  const rows: Row[] = [...(flags === '-' ? [] : [[texts.flags, flags] as const]), ...frameRows(frame, texts)];
  const { message, violation, fields = [] } = mark;
  if (message !== undefined) {
    const whole = formatCount(message.length);
    rows.push([
      texts.message,
      message.received < message.length ? `${formatCount(message.received)} / ${whole}` : whole,
    ]);
  }
  if (violation !== undefined) rows.push([texts.violation, printable(`${violation.rule}: ${violation.detail}`)]);
  return {
    frame: index,
    kind: kindOf(frame, mark),
    type: frameTypeName(frame.type),
    stream: frame.stream,
    length: frame.length,
    window: connectionWindow ?? null,
    ends: endsStream(frame),
    rows,
    fields: fields.map(({ name, value, unknown }) => [
      unknown === 'nothing' ? printable(name) : '?',
      unknown === 'field' ? '?' : printable(value, VALUE_MAX),
    ]),
  };
}

/** RST_STREAM ends both directions. */
function endsStream({ kind, flags }: Frame): boolean {
  return kind === 'rst-stream' || ((kind === 'data' || kind === 'headers') && (flags & Flag.END_STREAM) !== 0);
}

const kinds: Readonly<Partial<Record<Frame['kind'], MarkKind>>> = {
  data: 'data',
  'rst-stream': 'reset',
  settings: 'settings',
  goaway: 'goaway',
  'window-update': 'window',
};

const roles: Readonly<Record<string, MarkKind>> = { request: 'request', response: 'response', trailers: 'trailers' };

function kindOf(frame: Frame, mark: Mark): MarkKind {
  if (frame.kind === 'ping') return frame.flags & Flag.ACK ? 'ack' : 'ping';
  if (frame.kind === 'headers' || frame.kind === 'continuation') {
    return roles[mark.role ?? ''] ?? (mark.event.from === 'client' ? 'request' : 'response');
  }
  return kinds[frame.kind] ?? 'other';
}

function frameRows(frame: Frame, texts: PageTexts): readonly Row[] {
  switch (frame.kind) {
    case 'rst-stream':
      return [[texts.errorCode, errorCodeName(frame.errorCode)]];
    case 'goaway': {
      const debug = frame.debugData === '' ? [] : [[texts.debugData, printable(frame.debugData)] as const];
      return [
        [texts.errorCode, errorCodeName(frame.errorCode)],
        [texts.lastStream, String(frame.lastStream)],
        ...debug,
      ];
    }
    case 'ping':
      return [[texts.payload, printable(frame.payload)]];
    case 'settings':
      return frame.settings.slice(0, SETTINGS_MAX).map(({ id, value }) => [settingName(id), formatCount(value)]);
    case 'window-update':
      return [[texts.increment, formatCount(frame.increment)]];
    default:
      return [];
  }
}
