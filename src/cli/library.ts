/**
 * The library door `calmwire/diagnose`: what `calmwire explain` does, for programs.
 *
 *     import { createReadStream } from 'node:fs';
 *     import { explain, renderText } from 'calmwire/diagnose';
 *
 *     const report = await explain(createReadStream('trace.pcapng'), { name: 'trace.pcapng' });
 *     if (report.findings.some(({ severity }) => severity === 'error')) console.log(renderText(report, { language: 'en' }));
 *
 * A log beside a capture: `explainTogether`. Other formats: `renderMarkdown`, `renderSarif`, `renderHtml`.
 */
import { randomBytes } from 'node:crypto';
import type { Redactor } from '#base';
import {
  type Report,
  renderHtml as renderPage,
  renderSarif as renderSarifLog,
  type TimelineCollector,
  type TimelineSource,
} from '#diagnose';
import { Input, inflateMessage } from '#node';
import { KeyLog } from '#tls';
import { eventRedactor, type TraceSink } from '#trace';
import type { Explained } from './explain/explained.ts';
import { joinLogs } from './explain/join-logs.ts';
import { pageAssets } from './explain/page-assets.ts';
import { Judge } from './judge.ts';
import type { Language } from './language.ts';
import { readInput } from './read/read-recording.ts';
import { saltedRedactor } from './secrets.ts';
import { packageVersion } from './version.ts';

export type * from '#diagnose';
export { flattenFindings, renderBrief, renderJson, renderMarkdown, renderText, TimelineCollector } from '#diagnose';

/** What is to be explained: all of it, or as it comes. */
export type Source = AsyncIterable<Uint8Array> | Uint8Array;

export interface ExplainOptions {
  /** What `report.input.name` says; empty unless given. */
  readonly name?: string;
  /** Findings quote what peers said; unless true, secrets in it are hidden. */
  readonly showSecrets?: boolean;
  /** Secrets of TLS connections in the format of NSS, as SSLKEYLOGFILE holds them; those in a pcapng file need not be named. */
  readonly keylog?: Uint8Array | string;
  /** Gathers what the timeline of `renderHtml` shows; one for each input. */
  readonly timeline?: TimelineCollector;
}

/** One of several inputs: `showSecrets` is said once for all of them. */
export interface TogetherInput extends Omit<ExplainOptions, 'showSecrets'> {
  readonly source: Source;
}

/**
 * Explains a recording: a packet capture (pcap, pcapng) or a trace file, or the log of a program, gzip allowed, whole or as it comes. Octets are not
 * kept: a chunk may be reused once the next one is asked for. What cannot be read is an English sentence in
 * `report.input.problems` and never an exception; a source that throws ends the input, and its message is one of those.
 * The findings are data: the renderers put them into words, in English or Chinese.
 */
export async function explain(source: Source, options: ExplainOptions = {}): Promise<Report> {
  const { report } = await readOne(source, options, redactorOf(options.showSecrets));
  return report;
}

/**
 * Explains several inputs of one time, one after the other: lines of logs that belong to a finding of a capture become evidence of it, and are
 * left out of the report of their log. The reports are in the order of the inputs.
 */
export async function explainTogether(
  inputs: readonly TogetherInput[],
  { showSecrets }: Pick<ExplainOptions, 'showSecrets'> = {},
): Promise<readonly Report[]> {
  // Equal secrets get equal marks in all of them.
  const redactor = redactorOf(showSecrets);
  const explained: Explained[] = [];
  for (const { source, ...options } of inputs) explained.push(await readOne(source, options, redactor));
  return joinLogs(explained, redactor).map(({ report }) => report);
}

/** Reports as one SARIF 2.1.0 log for code scanning, ready for `JSON.stringify`. */
export function renderSarif(reports: readonly Report[], language: Language): ReturnType<typeof renderSarifLog> {
  return renderSarifLog(reports, language, packageVersion());
}

/** A report, and what was gathered of its events. */
export interface PageInput {
  readonly report: Report;
  /** Without it the page has the findings and no timeline. */
  readonly timeline?: TimelineSource;
}

/** Reports as one HTML file that needs nothing else: findings, and the timeline where events were gathered. */
export function renderHtml(inputs: readonly PageInput[], { language }: { readonly language: Language }): string {
  const pages = inputs.map(({ report, timeline }) => ({ report, timeline }));
  return renderPage(pages, { language, version: packageVersion(), assets: pageAssets() });
}

function redactorOf(showSecrets: boolean | undefined): Redactor | undefined {
  return showSecrets === true ? undefined : saltedRedactor(randomBytes(16).toString('hex'));
}

async function readOne(source: Source, options: ExplainOptions, redactor: Redactor | undefined): Promise<Explained> {
  const { name = '', keylog, timeline } = options;
  const judge = new Judge(redactor, { schema: undefined, guess: false, inflate: inflateMessage });
  const redact = redactor === undefined ? undefined : eventRedactor(redactor);
  const event: TraceSink = (one) => {
    judge.event(one);
    timeline?.event(redact === undefined ? one : redact(one));
  };
  const input = new Input(source instanceof Uint8Array ? once(source) : source, undefined);
  const consumer = { begin: () => judge.begin(), event, log: judge.log, payloadBytesMax: judge.payloadBytesMax };
  const read = await readInput(name, input, consumer, goOn, keyLogOf(keylog));
  const log = read.facts.log === undefined ? undefined : judge.log;
  return { read, reads: [read], report: judge.report(read), timeline, log };
}

function keyLogOf(lines: Uint8Array | string | undefined): KeyLog {
  const keyLog = new KeyLog();
  if (lines !== undefined) keyLog.push(typeof lines === 'string' ? new TextEncoder().encode(lines) : lines);
  keyLog.end();
  return keyLog;
}

async function goOn(): Promise<boolean> {
  return true;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
