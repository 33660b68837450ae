/** A report out of what was read and what was judged. */
import type { InputSummary, Report, Verdict } from '#diagnose';
import type { Messages } from './messages/index.ts';
import { problemText } from './problem-text.ts';
import type { ReadResult } from './read/read-recording.ts';

export function reportOf(read: ReadResult, verdict: Verdict, messages: Messages): Report {
  return { input: summaryOf(read, messages), connections: verdict.connections, findings: verdict.findings };
}

function summaryOf({ name, facts, compressed, bytes, problems }: ReadResult, messages: Messages): InputSummary {
  const format = facts.format ?? 'unknown';
  return {
    name,
    format: compressed ? `${format}, gzip` : format,
    packets: facts.packets,
    bytes,
    startEpochMs: facts.startEpochMs,
    durationMs: facts.durationMs,
    problems: problems.map((problem) => problemText(problem, messages)),
  };
}
