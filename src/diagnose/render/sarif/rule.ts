/** A finding id as a SARIF rule: what it means, what proves it, where to read more. */
import { catalog, type FindingId } from '../../catalog.ts';
import type { Certainty, Severity } from '../../finding.ts';
import { type AnyParam, findingParams } from '../params/index.ts';
import { expandReferences } from '../references.ts';
import type { Writer } from '../writer.ts';
import type { SarifLevel, SarifRule } from './log.ts';
import { sarifText } from './text.ts';

export const levels: Readonly<Record<Severity, SarifLevel>> = { error: 'error', warning: 'warning', info: 'none' };

/** As code-scanning views sort by it. */
const problemSeverities: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'recommendation',
};

export const precisions: Readonly<Record<Certainty, string>> = {
  certain: 'very-high',
  likely: 'high',
  possible: 'medium',
};

/** The rule of an id. Its texts are made of example values: a rule speaks of no capture in particular. */
export function ruleOf(writer: Writer, id: FindingId): SarifRule {
  const { severity, references } = catalog[id];
  const subject = { id, variant: undefined, params: examples(id) };
  const { proof } = writer.messages.findings[id];
  const links = expandReferences(references);
  const url = links[0]?.url;
  const title = sarifText(writer.title(subject));
  return {
    id,
    name: nameOf(id),
    shortDescription: { text: title },
    fullDescription: { text: sarifText(proof) },
    help: {
      text: [sarifText(proof), ...links.map((link) => `${sarifText(link.title)}: ${link.url}`)].join('\n'),
      markdown: [
        `**${title}**`,
        sarifText(proof),
        links.map((link) => `- [${sarifText(link.title)}](${link.url})`).join('\n'),
      ].join('\n\n'),
    },
    ...(url === undefined ? {} : { helpUri: url }),
    defaultConfiguration: { level: levels[severity] },
    properties: {
      tags: ['grpc', 'http2', id.split('/')[0]],
      'problem.severity': problemSeverities[severity],
      precision: precisions.certain,
    },
  };
}

/** `KeepaliveTooManyPings`: §3.49.7 wants an identifier. */
function nameOf(id: FindingId): string {
  return id.replace(/(?:^|[/-])([a-z])/g, (_, letter: string) => letter.toUpperCase()).replace(/\W/g, '');
}

function examples(id: FindingId): Readonly<Record<string, string | number | boolean>> {
  return Object.fromEntries(Object.entries<AnyParam>(findingParams[id]).map(([name, { example }]) => [name, example]));
}
