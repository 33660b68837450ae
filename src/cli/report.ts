/** A report out of what was read and what was judged. */
import type { InputSummary, LogSummary, Report, Verdict } from '#diagnose';
import type { LogFacts } from '#logs';
import { messagesIn } from './messages/index.ts';
import { problemText } from './problem-text.ts';
import type { ReadResult } from './read/read-recording.ts';

export function reportOf(read: ReadResult, verdict: Verdict): Report {
  return { input: summaryOf(read), connections: verdict.connections, findings: verdict.findings };
}

/** What was read, for the report. */
export function summaryOf({ name, facts, compressed, bytes, problems }: ReadResult): InputSummary {
  const format = facts.format ?? 'unknown';
  return {
    name,
    format: compressed ? `${format}, gzip` : format,
    packets: facts.packets,
    bytes,
    startEpochMs: facts.startEpochMs,
    durationMs: facts.durationMs,
    // English in every language of the report: programs compare them (schema/explain.schema.json).
    problems: problems.map((problem) => problemText(problem, messagesIn.en)),
    ...(facts.log === undefined || facts.format === undefined ? {} : { log: logSummary(facts.log) }),
  };
}

function logSummary({ lines, known, zone }: LogFacts): LogSummary {
  return { lines, known, joined: 0, zone };
}
