/** What stood in the way of reading an input, as sentences in the user's language. */
import type { Messages } from './messages/index.ts';
import type { ContentProblem, JoinProblem } from './read/content.ts';
import type { InputProblem } from './read/read-recording.ts';
import type { Seen } from './read/survey.ts';

/** Ports named in one sentence; the rest is counted. */
const PORTS_MAX = 5;

export function problemText(problem: InputProblem, messages: Messages): string {
  switch (problem.layer) {
    case 'input':
      return faultText(problem.fault, messages);
    case 'capture':
      return messages.capture(problem.problem);
    case 'trace':
      return messages.trace(problem.problem);
    case 'trace-newer':
      return messages.traceNewer(problem.lines);
    case 'omitted':
      return messages.moreProblems(problem.problems);
    case 'keys':
      return problem.kind === 'no-tls'
        ? messages.keys.noTls(problem.sessions)
        : messages.keys.closed(problem.kind, problem.tally, problem.sessions);
    case 'content':
      return contentText(problem, messages);
    case 'join':
      return joinText(problem, messages);
  }
}

type Fault = Extract<InputProblem, { layer: 'input' }>['fault'];

/** What the operating system, gzip or a keyboard has to say. */
export function faultText(fault: Fault, messages: Messages): string {
  if (fault.kind === 'unreadable' || fault.kind === 'gzip-damaged') return messages.input[fault.kind](fault.detail);
  return messages.input[fault.kind]();
}

function joinText(problem: JoinProblem, { joined }: Messages): string {
  if (problem.kind === 'unaligned') return joined.unaligned(problem.capture);
  return joined.assumedZone(problem.capture, zoneText(problem.eastMinutes), problem.lines);
}

/** `UTC+8`, `UTC-3:30`. */
function zoneText(eastMinutes: number): string {
  const minutes = Math.abs(eastMinutes);
  const rest = minutes % 60 === 0 ? '' : `:${minutes % 60}`;
  return eastMinutes === 0 ? 'UTC' : `UTC${eastMinutes < 0 ? '-' : '+'}${Math.floor(minutes / 60)}${rest}`;
}

function contentText(problem: ContentProblem, { content }: Messages): string {
  if (problem.kind === 'no-known-line') return content.noKnownLine(problem.lines, problem.timed);
  if (problem.kind === 'no-tcp') return content.noTcp(problem.packets);
  const advice = problem.seen.some(({ protocol }) => protocol === 'tls') ? content.tlsAdvice() : content.portAdvice();
  if (problem.seen.length === 0) return `${content.noConnection()}. ${content.portAdvice()}`;
  return `${content.noHttp2(problem.seen.map((seen) => seenText(seen, content)))}. ${advice}`;
}

function seenText({ protocol, connections, ports }: Seen, content: Messages['content']): string {
  return content.seen[protocol](
    connections,
    content.ports(ports.slice(0, PORTS_MAX), Math.max(0, ports.length - PORTS_MAX)),
  );
}
