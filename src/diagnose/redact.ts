/**
 * A report without the secrets that peers put into what findings quote: the one place before all renderers. Only what came
 * from an input is looked at; the rules' own words and numbers stay.
 */
import type { Redactor } from '#base';
import type { Evidence, Finding, Params, Remedy, Victim } from './finding.ts';
import type { ConnectionSummary, Report } from './report.ts';

/** The report with secrets hidden, plain data as before. */
export function redactReport(report: Report, redactor: Redactor): Report {
  const { input, connections, findings } = report;
  return {
    ...report,
    input: { ...input, problems: input.problems.map((problem) => redactor.text(problem)) },
    connections: connections.map((connection) => redactConnection(connection, redactor)),
    findings: findings.map((finding) => redactFinding(finding, redactor)),
  };
}

/** Recursion follows the nesting that the rules give their findings, two or three deep. */
export function redactFinding(finding: Finding, redactor: Redactor): Finding {
  const { params, evidence, victims, remedies, consequences } = finding;
  return {
    ...finding,
    params: redactParams(params, redactor),
    evidence: evidence.map((line): Evidence => ({ ...line, params: redactParams(line.params, redactor) })),
    victims: victims.map((victim): Victim => ({ ...victim, method: redactor.text(victim.method) })),
    remedies: remedies.map((remedy) => redactRemedy(remedy, redactor)),
    consequences: consequences.map((below) => redactFinding(below, redactor)),
  };
}

function redactConnection(connection: ConnectionSummary, redactor: Redactor): ConnectionSummary {
  const { clientStack, serverStack } = connection;
  return {
    ...connection,
    clientStack: clientStack === undefined ? undefined : redactor.text(clientStack),
    serverStack: serverStack === undefined ? undefined : redactor.text(serverStack),
  };
}

function redactRemedy(remedy: Remedy, redactor: Redactor): Remedy {
  const { value, snippet, params } = remedy;
  return {
    ...remedy,
    value: redactor.text(value),
    snippet: redactor.text(snippet),
    params: redactParams(params, redactor),
  };
}

function redactParams(params: Params, redactor: Redactor): Params {
  const result: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(params)) {
    result[name] = typeof value === 'string' ? redactor.text(value) : value;
  }
  return result;
}
