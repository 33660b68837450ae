/**
 * From drafts to findings: one verdict an event, cause before symptom, the same thing on several connections told once,
 * the worst first.
 */

import { formatEndpoint } from '#base';
import type { Draft, EventKey } from './draft.ts';
import type { Certainty, Evidence, Finding, Params, Remedy, Severity } from './finding.ts';
import { findingParams } from './render/params/index.ts';

/** Merged findings keep the evidence of the first connections only; more would repeat it. */
const MERGED_EVIDENCE_MAX = 24;
const MERGED_VICTIMS_MAX = 500;

const SEVERITY_ORDER: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };
const CERTAINTY_ORDER: Readonly<Record<Certainty, number>> = { certain: 0, likely: 1, possible: 2 };

interface Node {
  readonly draft: Draft;
  /** Ids of its connections. */
  readonly connections: ReadonlySet<number>;
  readonly children: Node[];
}

/** `drafts` in the order of the rules: the most specific first. */
export function rank(drafts: readonly Draft[], remediesOf: (draft: Draft) => readonly Remedy[]): Finding[] {
  const nodes = oneVerdictAnEvent(drafts).map(nodeOf);
  const roots = nest(nodes);
  return sorted(merged(roots.map((node) => toFinding(node, remediesOf)).map(withGroup)));
}

function oneVerdictAnEvent(drafts: readonly Draft[]): Draft[] {
  const judged = new Set<EventKey>();
  return drafts.filter((draft) => {
    const { about } = draft;
    if (about.length > 0 && about.every((key) => judged.has(key))) return false;
    for (const key of about) judged.add(key);
    return true;
  });
}

/**
 * Hangs each finding under the first other one that explains an event it is about. Of two that explain each other the one
 * that was asked first is the cause. Returns the roots.
 */
function nest(nodes: readonly Node[]): Node[] {
  const order = new Map(nodes.map((node, index) => [node, index]));
  const outranks = (node: Node, other: Node): boolean =>
    (order.get(node) ?? 0) < (order.get(other) ?? 0) &&
    other.draft.about.some((key) => node.draft.explains.includes(key));
  const causes = new Map<EventKey, Node[]>();
  for (const node of nodes) {
    for (const key of node.draft.explains) causes.set(key, [...(causes.get(key) ?? []), node]);
  }
  const parents = new Map<Node, Node>();
  for (const node of nodes) {
    const able = node.draft.about
      .flatMap((key) => causes.get(key) ?? [])
      .filter((other) => other !== node && !outranks(node, other) && !isBelow(other, node, parents));
    // A cause on the same connection says more than one on another hop.
    const cause = able.find((other) => sharesConnection(other, node)) ?? able[0];
    if (cause !== undefined) parents.set(node, cause);
  }
  for (const [node, parent] of parents) parent.children.push(node);
  return nodes.filter((node) => !parents.has(node));
}

function nodeOf(draft: Draft): Node {
  return { draft, connections: new Set(draft.connections.map(({ id }) => id)), children: [] };
}

function sharesConnection(cause: Node, symptom: Node): boolean {
  return symptom.draft.connections.some(({ id }) => cause.connections.has(id));
}

/** Whether `node` already hangs under `ancestor`: two findings that explain each other must not make a ring. */
function isBelow(node: Node, ancestor: Node, parents: ReadonlyMap<Node, Node>): boolean {
  for (let at: Node | undefined = node; at !== undefined; at = parents.get(at)) {
    if (at === ancestor) return true;
  }
  return false;
}

interface Grouped {
  readonly group: string;
  readonly finding: Finding;
}

/** Findings of one group are told once: the same thing between the same hosts, whatever the connection. */
function withGroup({ finding, draft }: { finding: Finding; draft: Draft }): Grouped {
  const connection = draft.connections[0];
  const between = connection === undefined ? '' : `${connection.client.address} ${formatEndpoint(connection.server)}`;
  return {
    group: `${finding.id} ${kindOf(finding.params)} ${finding.variant} ${finding.severity} ${finding.certainty} ${finding.culprit} ${between}`,
    finding,
  };
}

/** Parameters that make two findings of one id different things: summed up under the first one's, they would be wrong. */
const TELLING = ['errorCode', 'status', 'reaction', 'by', 'signal', 'trigger'] as const;

function kindOf(params: Params): string {
  return TELLING.map((name) => params[name] ?? '-').join(',');
}

function toFinding(node: Node, remediesOf: (draft: Draft) => readonly Remedy[]): { finding: Finding; draft: Draft } {
  const { draft } = node;
  const consequences = merged(node.children.map((child) => withGroup(toFinding(child, remediesOf))));
  const finding: Finding = {
    id: draft.id,
    severity: draft.severity,
    certainty: draft.certainty,
    culprit: draft.culprit,
    connections: draft.connections.map((connection) => connection.id),
    streams: draft.streams,
    variant: draft.variant,
    params: draft.params,
    evidence: draft.evidence,
    victims: draft.victims,
    remedies: remediesOf(draft),
    consequences: sorted(consequences),
  };
  return { finding, draft };
}

function merged(grouped: readonly Grouped[]): Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const { group, finding } of grouped) {
    const others = groups.get(group);
    if (others === undefined) groups.set(group, [finding]);
    else others.push(finding);
  }
  return [...groups.values()].map(merge);
}

/** The same thing on several connections, told once. All at a time: a capture may hold thousands of them. */
function merge(same: readonly Finding[]): Finding {
  const first = same[0]!;
  if (same.length === 1) return first;
  const connections = [...new Set(same.flatMap((finding) => finding.connections))].sort((a, b) => a - b);
  return {
    ...first,
    connections,
    streams: connections.length === 1 ? same.flatMap((finding) => finding.streams) : first.streams,
    params: mergeParams(same, connections.length),
    evidence: joinEvidence(same),
    victims: same.flatMap((finding) => finding.victims).slice(0, MERGED_VICTIMS_MAX),
    consequences: joinConsequences(same.flatMap((finding) => finding.consequences)),
  };
}

/** Counts that add up over connections; others (strikes, intervals) tell of one connection and stay the first one's. */
const ADDING: ReadonlySet<string> = new Set([
  'streams',
  'openStreams',
  'calls',
  'lostStreams',
  'resets',
  'lostBytes',
  'holes',
]);

function mergeParams([first, ...others]: readonly Finding[], connections: number): Params {
  const params: Record<string, string | number | boolean> = { ...first?.params };
  for (const other of others) {
    for (const [name, value] of Object.entries(other.params)) {
      const mine = params[name];
      if (ADDING.has(name) && typeof value === 'number' && typeof mine === 'number') params[name] = mine + value;
    }
  }
  if (first !== undefined && 'connections' in findingParams[first.id]) params.connections = connections;
  return params;
}

/** Lines that tell of all connections at once, and need no repeating. */
const TOLD_ONCE: ReadonlySet<string> = new Set(['same-gap', 'closed-together', 'next-interval']);

function joinEvidence([first, ...others]: readonly Finding[]): Evidence[] {
  const lines = [...(first?.evidence ?? [])];
  const most = Math.max(MERGED_EVIDENCE_MAX, lines.length);
  for (const { evidence } of others) {
    if (lines.length >= most) break;
    lines.push(...evidence.filter(({ key }) => !TOLD_ONCE.has(key) || !lines.some((line) => line.key === key)));
  }
  return lines.slice(0, most);
}

function joinConsequences(all: readonly Finding[]): Finding[] {
  const byId = new Map<string, Finding[]>();
  for (const finding of all) {
    const key = `${finding.id} ${finding.variant}`;
    const others = byId.get(key);
    if (others === undefined) byId.set(key, [finding]);
    else others.push(finding);
  }
  return [...byId.values()].map(merge);
}

function sorted(findings: readonly Finding[]): Finding[] {
  return [...findings].sort(
    (a, b) =>
      SEVERITY_ORDER[a.severity] - SEVERITY_ORDER[b.severity] ||
      CERTAINTY_ORDER[a.certainty] - CERTAINTY_ORDER[b.certainty] ||
      b.victims.length - a.victims.length ||
      (a.evidence[0]?.timeMs ?? 0) - (b.evidence[0]?.timeMs ?? 0),
  );
}
