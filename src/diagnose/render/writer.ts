/** Turns findings into sentences of one language: the one place where templates, parameters and words come together. */
import { otherSide } from '#base';
import type { MessageNote } from '#grpc';
import type { Evidence, Finding, LogOccurrences, Params, Remedy } from '../finding.ts';
import { readings } from '../readings.ts';
import { isReasonKey, reasonTable } from '../remedies/reasons.ts';
import { stackName } from '../remedies/stacks.ts';
import type { ConnectionSummary, Report } from '../report.ts';
import { formatBytes, formatCount, formatDuration, formatPercent, formatQuoted } from './format.ts';
import { type Language, languages } from './messages/index.ts';
import type { FindingText, Messages, ReadingText, ReportTexts } from './messages/messages.ts';
import {
  evidenceParams,
  findingParams,
  isEvidenceKey,
  isWord,
  type ParamKind,
  type ParamTable,
  readingParams,
} from './params/index.ts';
import { printable } from './printable.ts';
import { renderTemplate } from './template.ts';

type Value = string | number | boolean;

/** The last-stream-id of a GOAWAY that only announces the end (RFC 9113 §6.8): known by its power, not by its digits. */
const LAST_STREAM = 0x7fffffff;

/** A blank with a wide character on both sides: "10 秒 发" reads "10 秒发". */
const BLANK_IN_WIDE = /(?<=[\u3001-\u9fff\uff01-\uff60]) (?=[\u3001-\u9fff\uff01-\uff60])/g;

/** What a finding's texts depend on. */
export type TextSubject = Pick<Finding, 'id' | 'variant' | 'params' | 'log'>;

export class Writer {
  readonly messages: Messages;
  readonly #sides: ReadonlyMap<number, ConnectionSummary>;

  /** `connections`: those of a report over two inputs, which are then named by their input and their number in it. */
  constructor(language: Language, connections: readonly ConnectionSummary[] = []) {
    this.messages = languages[language];
    this.#sides = new Map(connections.filter(({ side }) => side !== undefined).map((one) => [one.id, one]));
  }

  /** The number of a connection; in a comparison "left 3" or "right 3". */
  connection(id: number): string {
    const one = this.#sides.get(id);
    if (one === undefined) return String(id);
    const key = one.side === 'server-side' ? 'serverConnection' : 'clientConnection';
    return this.phrase(key, { number: String(one.numberInInput ?? id) });
  }

  title(finding: TextSubject): string {
    if (finding.log !== undefined) return this.#read(this.#readingOf(finding.log).title, finding.params) ?? finding.id;
    return this.#render(this.#textOf(finding).title, finding.params, findingParams[finding.id]) ?? finding.id;
  }

  /** The sentences whose parameters are known, in order. */
  sentences(finding: TextSubject): string[] {
    if (finding.log !== undefined) return this.#readingSentences(finding.log, finding.params);
    const table = findingParams[finding.id];
    const all = this.#textOf(finding).explanation.map((sentence) => this.#render(sentence, finding.params, table));
    return all.map((sentence) => sentence?.trim() ?? '').filter((sentence) => sentence !== '');
  }

  /** What the lines prove, what they do not, which findings they fit as well, and what to do next. */
  #readingSentences(log: LogOccurrences, params: Params): string[] {
    const { proves, open, next } = this.#readingOf(log);
    const { also } = log;
    const list = also.join(this.messages.listGap);
    const fits = also.length === 0 ? '' : this.phrase(isUndecided(log) ? 'undecided' : 'also', { list });
    return [this.#read(proves, params), this.#read(open, params), this.#read(next, params), fits]
      .map((sentence) => sentence?.trim() ?? '')
      .filter((sentence) => sentence !== '');
  }

  explanation(finding: TextSubject): string {
    return this.sentences(finding).join(this.messages.sentenceGap);
  }

  evidence({ key, params }: Evidence): string {
    if (!isEvidenceKey(key)) return unknownKey(key, params);
    return this.#render(this.messages.evidence[key], params, evidenceParams[key]) ?? unknownKey(key, params);
  }

  /** Why a remedy helps. */
  reason({ why, params }: Pick<Remedy, 'why' | 'params'>): string {
    if (!isReasonKey(why)) return unknownKey(why, params);
    return this.#render(this.messages.reasons[why], params, reasonTable[why]) ?? unknownKey(why, params);
  }

  /** What stands in the way of showing a message, or should be known beside it. */
  note({ kind, ...params }: MessageNote): string {
    return this.#render(this.messages.notes[kind], params, {}) ?? kind;
  }

  /** One of the fixed phrases of the report. */
  phrase(key: keyof ReportTexts, params: Params = {}): string {
    return this.#render(this.messages.report[key], params, {}) ?? '';
  }

  /** A template of a reading without any of its parameters. */
  plain(template: string): string {
    return this.#read(template, {}) ?? '';
  }

  duration(ms: number): string {
    return formatDuration(ms, this.messages.units);
  }

  #readingOf({ reading }: LogOccurrences): ReadingText {
    return this.messages.readings[reading];
  }

  #read(template: string, params: Params): string | undefined {
    return this.#render(template, params, readingParams);
  }

  #textOf({ id, variant }: TextSubject): FindingText {
    const texts = this.messages.findings[id];
    return (variant === undefined ? undefined : texts.variants[variant]) ?? texts;
  }

  #render(template: string, params: Params, table: ParamTable): string | undefined {
    const text = renderTemplate(template, params, (name, value, format) => this.#print(name, value, format, table));
    return this.messages.tightens ? text?.replace(BLANK_IN_WIDE, '') : text;
  }

  #print(name: string, value: Value, format: string, table: ParamTable): string {
    if (format.includes('|')) return counted(value, format);
    if (format !== '') return this.#printAs(format, value);
    const kind = table[name]?.kind;
    return kind === undefined ? this.#printPhrase(name, value) : this.#printKind(kind, value);
  }

  /** Parameters without a table are those of report phrases: texts are whole sentences and lists there, and not cut. */
  #printPhrase(name: string, value: Value): string {
    if (typeof value === 'string') return printable(value, Number.POSITIVE_INFINITY);
    return this.#printKind(name.endsWith('Ms') ? 'ms' : 'count', value);
  }

  #printAs(format: string, value: Value): string {
    switch (format) {
      case 'quoted':
        return formatQuoted(String(value));
      case 'abs':
        return this.duration(Math.abs(Number(value)));
      case 'other':
        return this.messages.words[otherSide(value === 'client' ? 'client' : 'server')];
      default:
        return printable(String(value));
    }
  }

  #printText(kind: ParamKind, value: string): string {
    if (kind === 'word' && isWord(value)) return this.messages.words[value];
    return kind === 'stack' ? this.#stack(value) : printable(value);
  }

  /** `etcd`, `Kitex 0.15.0`; a proxy without a name is "a proxy". */
  #stack(value: string): string {
    if (value === 'proxy') return this.messages.words.proxy;
    const [id, ...version] = value.split('/');
    return printable([stackName(id!), version.join('/')].join(' ').trim());
  }

  #printKind(kind: ParamKind, value: Value): string {
    if (typeof value === 'string') return this.#printText(kind, value);
    if (typeof value === 'boolean') return String(value);
    switch (kind) {
      case 'ms':
        return this.duration(value);
      case 'bytes':
        return formatBytes(value, this.messages.units);
      case 'percent':
        return formatPercent(value);
      case 'id':
        return value === LAST_STREAM ? '2^31-1' : String(value);
      default:
        return formatCount(value);
    }
  }
}

/** The reading proves no finding, it only narrows the choice. */
function isUndecided({ reading }: LogOccurrences): boolean {
  return readings[reading].certainty === 'possible';
}

/** For the texts of a report: in a comparison, connections are named by their side. */
export function writerOf({ comparison, connections }: Report, language: Language): Writer {
  return new Writer(language, comparison === undefined ? [] : connections);
}

/** `call|calls` with 1 is "1 call", with others "3 calls". */
function counted(value: Value, forms: string): string {
  const [one, many] = forms.split('|');
  return `${formatCount(Number(value))} ${value === 1 ? one : many}`;
}

/** A key without a message still shows what it holds: a rule may be newer than the texts. */
function unknownKey(key: string, params: Params): string {
  const values = Object.entries(params).map(([name, value]) => `${name}=${value}`);
  return printable([key, ...values].join(' '));
}
