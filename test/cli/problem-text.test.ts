import { describe, expect, it } from 'vitest';
import type { CaptureProblem, ProblemKind } from '#capture';
import { messagesIn } from '../../src/cli/messages/index.ts';
import { problemText } from '../../src/cli/problem-text.ts';
import type { InputProblem } from '../../src/cli/read/read-recording.ts';

/** One of each kind that a capture can have, with the parameters that its sentence needs. */
const params: Readonly<Record<ProblemKind, CaptureProblem['params']>> = {
  'not-a-capture': { what: 'a ZIP archive', advice: 'Unpack it first.' },
  compressed: {},
  'truncated-file': { part: 'packet', missing: 3, read: 7 },
  'absurd-length': { length: 9_000_000, limit: 262_144, read: 7 },
  'damaged-file': { what: 'a length that is no multiple of four', read: 7 },
  'bad-block': { type: 6, reason: 'it is too short' },
  'unknown-interface': { interface: 3 },
  'too-many-interfaces': { limit: 1000 },
  'unknown-link-type': { linkType: 147, name: 'USER0' },
  'snapped-packets': { count: 2, of: 9 },
  'dropped-packets': { count: 12 },
  'no-packets': { format: 'pcap' },
};

const captureProblems = Object.entries(params).map(([kind, values]): InputProblem => {
  const problem = { kind: kind as ProblemKind, at: 24, packet: 8, params: values };
  return { layer: 'capture', problem };
});

const seen = [
  { protocol: 'tls', connections: 12, ports: [443, 8443, 9443, 10_443, 11_443, 12_443, 13_443] },
  { protocol: 'http1', connections: 1, ports: [80] },
  { protocol: 'other', connections: 2, ports: [5432] },
  { protocol: 'silent', connections: 1, ports: [50051] },
] as const;

const problems: readonly InputProblem[] = [
  ...captureProblems,
  { layer: 'input', fault: { kind: 'not-found' } },
  { layer: 'input', fault: { kind: 'no-permission' } },
  { layer: 'input', fault: { kind: 'is-directory' } },
  { layer: 'input', fault: { kind: 'unreadable', detail: 'EIO: i/o error' } },
  { layer: 'input', fault: { kind: 'gzip-truncated' } },
  { layer: 'input', fault: { kind: 'gzip-damaged', detail: 'incorrect data check' } },
  { layer: 'input', fault: { kind: 'terminal' } },
  { layer: 'trace', problem: { kind: 'not-a-trace', line: 1, detail: 'the file is empty' } },
  { layer: 'trace', problem: { kind: 'unsupported-version', line: 1, detail: 'the file has version 9' } },
  { layer: 'trace', problem: { kind: 'bad-event', line: 7, detail: 'the line has no kind of event' } },
  { layer: 'trace-newer', lines: 2 },
  { layer: 'omitted', problems: 40 },
  { layer: 'content', kind: 'no-tcp', packets: 40 },
  { layer: 'content', kind: 'no-http2', seen: [] },
  { layer: 'content', kind: 'no-http2', seen },
  { layer: 'content', kind: 'no-http2', seen: seen.slice(1) },
];

describe('problems as sentences', () => {
  it.each(problems.map((problem) => [JSON.stringify(problem).slice(0, 80), problem] as const))('%s', (_, problem) => {
    for (const messages of Object.values(messagesIn)) {
      const text = problemText(problem, messages);
      expect(text).not.toMatch(/undefined|\{\w+\}|\[object/);
      expect(text.length).toBeGreaterThan(4);
    }
    expect(problemText(problem, messagesIn.zh)).toMatch(/[\u4e00-\u9fff]/);
    expect(problemText(problem, messagesIn.en)).not.toMatch(/[\u4e00-\u9fff]/);
  });

  it('names the same numbers in both languages', () => {
    for (const problem of captureProblems) {
      const numbers = (language: 'en' | 'zh') =>
        [...problemText(problem, messagesIn[language]).replaceAll(',', '').matchAll(/\d+/g)].map(String).sort();
      expect(numbers('zh')).toEqual(numbers('en'));
    }
  });

  it('tells where the TLS is and what to do', () => {
    expect(problemText(problems.at(-2)!, messagesIn.en)).toBe(
      'no HTTP/2 in clear text: 12 TLS connections on ports 443, 8443, 9443, 10443, 11443 and 2 more, ' +
        '1 HTTP/1 connection on port 80, 2 connections of another protocol on port 5432, ' +
        '1 connection without data on port 50051. TLS hides the frames. Give the secrets with --keylog FILE ' +
        '(SSLKEYLOGFILE), or capture where the traffic is in clear text: ' +
        'behind the proxy or sidecar that ends TLS, often on its loopback interface (tcpdump -i lo).',
    );
  });
});
