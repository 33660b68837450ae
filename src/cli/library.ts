/**
 * The library door `calmwire/diagnose`: what `calmwire explain` does, for programs.
 *
 *     import { createReadStream } from 'node:fs';
 *     import { explain, renderText } from 'calmwire/diagnose';
 *
 *     const report = await explain(createReadStream('trace.pcapng'), { name: 'trace.pcapng' });
 *     if (report.findings.some(({ severity }) => severity === 'error')) console.log(renderText(report, { language: 'en' }));
 */
import { randomBytes } from 'node:crypto';
import type { Report } from '#diagnose';
import { Input, inflateMessage } from '#node';
import { KeyLog } from '#tls';
import { Judge } from './judge.ts';
import { readInput } from './read/read-recording.ts';
import { saltedRedactor } from './secrets.ts';

export type * from '#diagnose';
export { flattenFindings, renderBrief, renderJson, renderText } from '#diagnose';

export interface ExplainOptions {
  /** What `report.input.name` says; empty unless given. */
  readonly name?: string;
  /** Findings quote what peers said; unless true, secrets in it are hidden. */
  readonly showSecrets?: boolean;
  /** Secrets of TLS connections in the format of NSS, as SSLKEYLOGFILE holds them; those in a pcapng file need not be named. */
  readonly keylog?: Uint8Array | string;
}

/**
 * Explains a recording: a packet capture (pcap, pcapng) or a trace file, gzip allowed, whole or as it comes. Octets are not
 * kept: a chunk may be reused once the next one is asked for. What cannot be read is an English sentence in
 * `report.input.problems` and never an exception; a source that throws ends the input, and its message is one of those.
 * The findings are data: `renderText`, `renderBrief` and `renderJson` put them into words, in English or Chinese.
 */
export async function explain(
  source: AsyncIterable<Uint8Array> | Uint8Array,
  options: ExplainOptions = {},
): Promise<Report> {
  const redactor = options.showSecrets === true ? undefined : saltedRedactor(randomBytes(16).toString('hex'));
  const judge = new Judge(redactor, { schema: undefined, guess: false, inflate: inflateMessage });
  const input = new Input(source instanceof Uint8Array ? once(source) : source, undefined);
  const read = await readInput(options.name ?? '', input, judge, goOn, keyLogOf(options.keylog));
  return judge.report(read);
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
