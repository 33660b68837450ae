/** The verdict on a list of packets, and how that on a copy may differ from that on its original. */
import { FlowAssembler } from '#capture';
import { Diagnosis, type Finding } from '#diagnose';
import { nodeTlsCrypto } from '#node';
import { type KeyLog, TlsSink } from '#tls';
import { Tracer } from '#trace';
import type { Shot } from '../recordings.ts';
import type { Way } from './ways.ts';

const CERTAINTIES = { possible: 0, likely: 1, certain: 2 } as const;

/** The failures of one id; what is only `info` stands under a name of its own. */
export interface Told {
  readonly failure: boolean;
  /** The greatest. */
  readonly certainty: keyof typeof CERTAINTIES;
  /** Of all that are blamed. */
  readonly culprits: ReadonlySet<string>;
}

export type Verdict = ReadonlyMap<string, Told>;

/** Foretells, which a capture that stops early cannot refute. */
const FORETELLS: ReadonlySet<string> = new Set(['keepalive/will-be-cut']);

/** No failure where the rest of the capture shows that it came to nothing: there the copy may have only the attempt. */
const EXCUSED: ReadonlySet<string> = new Set(['connection/refused', 'connection/unreachable', 'stream/cancelled']);

export function verdictOf(shots: readonly Shot[], keyLog: KeyLog): Verdict {
  const diagnosis = new Diagnosis();
  const flows = new FlowAssembler(new TlsSink(new Tracer(diagnosis.event), { keyLog, crypto: nodeTlsCrypto }));
  shots.forEach(({ bytes, length, linkType, timeMs }, index) => {
    flows.take(bytes, 0, bytes.length, length, linkType, timeMs, index + 1);
  });
  flows.end();
  const told = new Map<string, Told>();
  for (const finding of diagnosis.finish().findings) collect(finding, told);
  return told;
}

function collect({ id, severity, certainty, culprit, consequences }: Finding, told: Map<string, Told>): void {
  const failure = severity !== 'info';
  const key = failure ? id : `${id} (info)`;
  const before = told.get(key);
  const surer = before === undefined || CERTAINTIES[certainty] > CERTAINTIES[before.certainty];
  told.set(key, {
    failure,
    certainty: surer ? certainty : before.certainty,
    culprits: new Set([culprit, ...(before?.culprits ?? [])]),
  });
  for (const consequence of consequences) collect(consequence, told);
}

export interface Complaint {
  /** `silence`: a capture of one direction claims that the other end was silent. */
  readonly what: 'false alarm' | 'surer than its original' | 'lost' | 'new' | 'silence';
  readonly id: string;
}

/**
 * What is left of a finding whose reason the copy does not show: that something was reset or closed. It must not be certain,
 * and must blame nobody whom the original does not blame.
 */
const SYMPTOMS: ReadonlySet<string> = new Set([
  'stream/reset',
  'stream/internal-error',
  'stream/cancelled',
  'stream/response-truncated',
  'goaway/protocol-error',
  'connection/abrupt-close',
  'connection/server-restart',
]);

function isSymptom(id: string, copy: Told, original: Verdict): boolean {
  if (!SYMPTOMS.has(id) || copy.certainty === 'certain') return false;
  const blamed = [...original.values()].filter(({ failure }) => failure).flatMap(({ culprits }) => [...culprits]);
  if (blamed.includes('unknown')) return true;
  return blamed.length > 0 && [...copy.culprits].every((culprit) => culprit === 'unknown' || blamed.includes(culprit));
}

/** What the copy claims and its original does not; for copies that miss nothing also what it does not claim. */
export function complaints(original: Verdict, copy: Verdict, way: Way): Complaint[] {
  const found: Complaint[] = [];
  for (const [id, told] of copy) {
    const { failure, certainty } = told;
    const before = original.get(id);
    const isKnown =
      before !== undefined || (EXCUSED.has(id) && original.has(`${id} (info)`)) || isSymptom(id, told, original);
    if (failure && !FORETELLS.has(id) && !isKnown) found.push({ what: 'false alarm', id });
    else if (before !== undefined && way.repeats !== true && CERTAINTIES[certainty] > CERTAINTIES[before.certainty])
      found.push({ what: 'surer than its original', id });
  }
  if (way.proves === 'less') return found;
  for (const id of original.keys()) if (!copy.has(id)) found.push({ what: 'lost', id });
  for (const id of copy.keys()) if (!original.has(id)) found.push({ what: 'new', id });
  return found;
}
