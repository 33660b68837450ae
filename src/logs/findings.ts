/** From groups of lines to findings: the reading's verdict, the lines as evidence, and what mends it. */
import {
  type Evidence,
  type Finding,
  type LogOccurrences,
  type Params,
  type Reading,
  type Remedy,
  readings,
  remediesFor,
} from '#diagnose';
import type { LogClock } from './clock.ts';
import type { Occurrence } from './occurrence.ts';
import type { Group } from './tally/group.ts';

const SEVERITY_ORDER = { error: 0, warning: 1, info: 2 } as const;
const CERTAINTY_ORDER = { certain: 0, likely: 1, possible: 2 } as const;

/** Worst first. */
export function findingsOf(groups: readonly Group[], clock: LogClock): Finding[] {
  return groups
    .map((group) => findingOf(group, clock))
    .sort(
      (one, other) =>
        SEVERITY_ORDER[one.severity] - SEVERITY_ORDER[other.severity] ||
        CERTAINTY_ORDER[one.certainty] - CERTAINTY_ORDER[other.certainty] ||
        (one.log?.also.length ?? 0) - (other.log?.also.length ?? 0) ||
        (other.log?.lines ?? 0) - (one.log?.lines ?? 0),
    );
}

function findingOf(group: Group, clock: LogClock): Finding {
  const reading = readings[group.reading];
  const params = paramsOf(group);
  return {
    id: reading.id,
    severity: reading.severity,
    certainty: reading.certainty,
    culprit: reading.culprit,
    connections: [],
    streams: [],
    variant: reading.variant,
    params,
    evidence: evidenceOf(group, clock),
    victims: [],
    remedies: remediesOf(group, reading, params),
    consequences: [],
    log: occurrencesOf(group, reading, clock),
  };
}

function paramsOf(group: Group): Params {
  const { peerCount } = group;
  const base: Params = { ...group.params, stack: group.stack, lines: group.lines };
  return peerCount > 1 ? { ...base, peers: peerCount } : base;
}

/** Texts of the catalogue tell of frames; a log finding has the texts of its reading, so its parameters serve the remedies. */
function remediesOf(group: Group, reading: Reading, params: Params): Remedy[] {
  const nobody = { client: undefined, server: undefined, middlebox: undefined };
  const id = reading.mend ?? reading.id;
  const subject = { id, variant: reading.variant, params, culprit: reading.culprit };
  return remediesFor(subject, { ...nobody, [group.writer]: group.stack });
}

function evidenceOf(group: Group, clock: LogClock): Evidence[] {
  const { examples, last, lines } = group;
  const shown = examples.map((occurrence) => lineEvidence(occurrence));
  const lastShown = examples.at(-1)?.line === last.line;
  const end = lastShown ? [] : [lineEvidence(last)];
  const left = lines - shown.length - end.length;
  const more = left > 0 ? [{ ...bare(last), key: 'repeated', params: { count: left } }] : [];
  return [...shown, ...end, ...burstEvidence(group, clock), ...peerEvidence(group), ...more];
}

/** A recognised line as proof. */
export function lineEvidence(occurrence: Occurrence): Evidence {
  const { line, words, stack } = occurrence;
  return { ...bare(occurrence), line, key: 'log-line', params: { text: words, stack } };
}

function bare({ timeMs }: Occurrence): Evidence {
  return {
    frame: undefined,
    packet: 0,
    timeMs: timeMs ?? 0,
    connection: 0,
    from: 'none',
    key: 'log-line',
    params: {},
  };
}

function burstEvidence(group: Group, clock: LogClock): Evidence[] {
  const burst = group.bursts.burst(group.lines, clock.durationMs);
  if (burst === undefined) return [];
  const { lines, startMs, spanMs } = burst;
  return [{ ...bare(group.first), timeMs: startMs, key: 'log-burst', params: { count: lines, spanMs } }];
}

function peerEvidence(group: Group): Evidence[] {
  const { peers, peerCount } = group;
  if (peerCount < 2) return [];
  const list = peers.map(({ address, lines }) => `${address} (${lines})`).join(', ');
  const more = peerCount - peers.length;
  return [{ ...bare(group.first), key: 'log-peers', params: more > 0 ? { list, more } : { list } }];
}

function occurrencesOf(group: Group, reading: Reading, clock: LogClock): LogOccurrences {
  const { first, last, lines, peers, peerCount } = group;
  const timed = first.timeMs !== undefined;
  const { bars, widthMs } = timed ? group.histogram.bars(clock.durationMs) : { bars: [], widthMs: 0 };
  return {
    reading: group.reading,
    stack: group.stack,
    lines,
    firstLine: first.line,
    lastLine: last.line,
    firstMs: first.timeMs,
    lastMs: last.timeMs,
    histogram: bars,
    bucketMs: widthMs,
    burst: group.bursts.burst(lines, clock.durationMs),
    peers,
    peersOmitted: peerCount - peers.length,
    also: reading.also,
  };
}
