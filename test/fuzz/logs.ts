/** Mutated logs: whatever the octets, nothing throws, every line is counted and no list grows with the input. */
import { renderText } from '#diagnose';
import { LogDiagnosis, stackWordings } from '#logs';
import type { FuzzTarget } from './run.ts';

/** Evidence of one finding: examples, the last line, burst, addresses, the rest. */
const EVIDENCE_MAX = 12;

function check(condition: boolean, sentence: string): void {
  if (!condition) throw new Error(sentence);
}

function run(bytes: Uint8Array): void {
  const diagnosis = new LogDiagnosis();
  // The first octet also decides in what pieces the log comes.
  const piece = 1 + ((bytes[0] ?? 0) % 97);
  for (let at = 0; at < bytes.length; at += piece) diagnosis.push(bytes.subarray(at, at + piece));
  diagnosis.end();
  const { facts } = diagnosis;
  const findings = diagnosis.findings();
  const counted = findings.reduce((sum, { log }) => sum + (log?.lines ?? 0), 0);
  check(counted === facts.known && facts.known <= facts.lines, 'lines that do not add up');
  for (const { evidence } of findings) check(evidence.length <= EVIDENCE_MAX, 'evidence without bound');
  const { lines, known, zone } = facts;
  const log = { lines, known, zone, joined: 0 };
  const input = {
    name: '-',
    format: 'log',
    packets: 0,
    bytes: bytes.length,
    startEpochMs: facts.startMs,
    durationMs: facts.durationMs,
    problems: [],
    log,
  };
  const text = renderText({ input, connections: [], findings }, { language: 'zh' });
  check(text.endsWith('\n'), 'a text without an end');
}

/** Each known line, alone and behind an ordinary one, in several envelopes. */
function seeds(): Uint8Array[] {
  const examples = stackWordings.flatMap(({ wordings }) => wordings.map(({ example }) => example));
  return examples.map((example, at) => {
    const forms = [
      example,
      `2026-11-21T13:26:42.287Z stdout F ${example}`,
      JSON.stringify({ time: '2026-11-21T13:26:42.287Z', msg: 'failed', err: { message: example } }),
      `2026-11-21 13:26:42,287 ERROR failed\n${example}\n\tat a.b.C(D.java:1)`,
    ];
    return new Uint8Array(Buffer.from(`\u001b[31mordinary\u001b[0m\r\n${forms[at % forms.length]}\n`));
  });
}

export const fuzzTarget: FuzzTarget = { name: 'log lines', run, seeds };
