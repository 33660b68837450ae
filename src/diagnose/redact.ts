/**
 * A report without the secrets that peers put into what findings quote: the one place before all renderers. Only what came
 * from an input is looked at; the rules' own words and numbers stay.
 */
import type { Redactor } from '#base';
import type { Evidence, Finding, Params, Remedy, Victim } from './finding.ts';
import type { ComparisonSummary, ConnectionSummary, InputSummary, Report } from './report.ts';

/** The report with secrets hidden, plain data as before. */
export function redactReport(report: Report, redactor: Redactor): Report {
  const { input, connections, findings, comparison } = report;
  return {
    ...report,
    input: redactInput(input, redactor),
    connections: connections.map((connection) => redactConnection(connection, redactor)),
    findings: findings.map((finding) => redactFinding(finding, redactor)),
    ...(comparison === undefined ? {} : { comparison: redactComparison(comparison, redactor) }),
  };
}

function redactInput(input: InputSummary, redactor: Redactor): InputSummary {
  return { ...input, problems: input.problems.map((problem) => redactor.text(problem)) };
}

function redactComparison(comparison: ComparisonSummary, redactor: Redactor): ComparisonSummary {
  const { serverInput, example, proxy } = comparison;
  return {
    ...comparison,
    serverInput: serverInput === undefined ? undefined : redactInput(serverInput, redactor),
    proxy: proxy === undefined ? undefined : redactor.text(proxy),
    example:
      example === undefined
        ? undefined
        : {
            ...example,
            method: redactor.text(example.method),
            steps: example.steps.map((line): Evidence => ({ ...line, params: redactParams(line.params, redactor) })),
          },
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
