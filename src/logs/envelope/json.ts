/** A line that is a JSON object: its texts, in the order in which they tell most, and its time. */
import { type LogTime, timeOf, timeOfNumber } from '../line/time.ts';
import { accessLine } from './access.ts';

/** Texts taken of one object, and how deep: a log may hold whole requests. */
const TEXTS_MAX = 60;
const DEPTH_MAX = 4;
/** Where loggers put the time: zap, pino, winston, logrus, bunyan, logstash, GCP, Docker. */
const TIME_KEYS = ['time', 'ts', 'timestamp', '@timestamp', 't', 'datetime', 'date', 'start_time', 'eventTime'];

interface JsonLine {
  readonly text: string;
  readonly time: LogTime | undefined;
}

/** Undefined for what is no JSON object. A text of Docker's `log` keeps its own form and is unwrapped in turn. */
export function readJson(line: string): JsonLine | undefined {
  const start = line.search(/\S/);
  if (line[start] !== '{') return undefined;
  const object = parse(line);
  if (object === undefined) return undefined;
  const time = timeIn(object);
  const inner = object.log;
  if (typeof inner === 'string' && 'stream' in object) return { text: inner.trimEnd(), time };
  const access = accessLine(object);
  return { text: access ?? textsOf(object).join(' | '), time };
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function timeIn(object: Readonly<Record<string, unknown>>): LogTime | undefined {
  for (const key of TIME_KEYS) {
    const value = object[key];
    const time =
      typeof value === 'number' ? timeOfNumber(value) : typeof value === 'string' ? timeOf(value) : undefined;
    if (time !== undefined) return time;
  }
  return undefined;
}

function textsOf(object: Readonly<Record<string, unknown>>): string[] {
  const texts: string[] = [];
  const visit = (value: unknown, depth: number): void => {
    if (texts.length >= TEXTS_MAX) return;
    if (typeof value === 'string') texts.push(value);
    else if (depth < DEPTH_MAX && Array.isArray(value)) for (const each of value) visit(each, depth + 1);
    else if (depth < DEPTH_MAX && isObject(value)) for (const each of Object.values(value)) visit(each, depth + 1);
  };
  visit(object, 0);
  return texts;
}
