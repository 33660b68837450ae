/** The report for code-scanning views and CI: SARIF 2.1.0, one run for all inputs (§3.13). */
import type { FindingId } from '../catalog.ts';
import type { Report } from '../report.ts';
import type { ExplainDocument } from './document.ts';
import { flattenFindings, renderJson } from './json.ts';
import type { Language } from './messages/index.ts';
import type { SarifArtifact, SarifLog, SarifNotification, SarifResult, SarifRule } from './sarif/log.ts';
import { resultOf } from './sarif/result.ts';
import { ruleOf } from './sarif/rule.ts';
import { sarifMessage, sarifUri } from './sarif/text.ts';
import { Writer } from './writer.ts';

const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** BCP 47, as §3.14.7 wants it. */
const tags: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

/** The log of the reports. `version` is that of calmwire. Plain data, ready for `JSON.stringify`. */
export function renderSarif(reports: readonly Report[], language: Language, version: string): SarifLog {
  const writer = new Writer(language);
  const documents = reports.map((report) => renderJson(report, language));
  const rules = new Map<FindingId, { readonly index: number; readonly rule: SarifRule }>();
  const seen = new Map<string, number>();
  const results = documents.flatMap((document, artifact) =>
    flattenFindings(document).map((finding): SarifResult => {
      const known = rules.get(finding.id) ?? { index: rules.size, rule: ruleOf(writer, finding.id) };
      rules.set(finding.id, known);
      return resultOf({ writer, document, artifact, seen }, finding, known.index);
    }),
  );
  const notifications = documents.flatMap(notificationsOf);
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'calmwire', version, rules: [...rules.values()].map(({ rule }) => rule) } },
        language: tags[language],
        columnKind: 'utf16CodeUnits',
        artifacts: documents.map(artifactOf),
        invocations: [
          {
            executionSuccessful: documents.every(({ input }) => input.format !== 'unknown'),
            toolExecutionNotifications: notifications,
          },
        ],
        results,
      },
    ],
  };
}

/** The schema wants no two alike, even where one file is named twice: `input` counts them. */
function artifactOf({ input, connections }: ExplainDocument, index: number): SarifArtifact {
  const { name, format, packets, bytes, start, duration } = input;
  return {
    location: { uri: sarifUri(name) },
    roles: ['analysisTarget'],
    length: bytes,
    properties: { input: index + 1, format, packets, start, duration, connections: connections.length },
  };
}

/** What could not be read. */
function notificationsOf({ input }: ExplainDocument, artifact: number): readonly SarifNotification[] {
  return input.problems.map((problem) => ({
    level: input.format === 'unknown' ? 'error' : 'warning',
    message: sarifMessage(problem),
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: sarifUri(input.name), index: artifact },
          region: { startLine: 1 },
        },
      },
    ],
  }));
}
