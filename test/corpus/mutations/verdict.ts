/** The verdict on a list of packets, and how that on a copy may differ from that on its original. */
import { FlowAssembler } from '#capture';
import { Diagnosis, type Finding } from '#diagnose';
import { Tracer } from '#trace';
import type { Shot } from '../recordings.ts';
import type { Way } from './ways.ts';

const CERTAINTIES = { possible: 0, likely: 1, certain: 2 } as const;

/** The findings of one id. */
export interface Told {
  readonly failure: boolean;
  /** The greatest. */
  readonly certainty: keyof typeof CERTAINTIES;
}

export type Verdict = ReadonlyMap<string, Told>;

/** Foretells, which a capture that stops early cannot refute. */
const FORETELLS: ReadonlySet<string> = new Set(['keepalive/will-be-cut']);

export function verdictOf(shots: readonly Shot[]): Verdict {
  const diagnosis = new Diagnosis();
  const flows = new FlowAssembler(new Tracer(diagnosis.event));
  shots.forEach(({ bytes, length, linkType, timeMs }, index) => {
    flows.take(bytes, 0, bytes.length, length, linkType, timeMs, index + 1);
  });
  flows.end();
  const told = new Map<string, Told>();
  for (const finding of diagnosis.finish().findings) collect(finding, told);
  return told;
}

function collect({ id, severity, certainty, consequences }: Finding, told: Map<string, Told>): void {
  const before = told.get(id);
  const surer = before === undefined || CERTAINTIES[certainty] > CERTAINTIES[before.certainty];
  told.set(id, {
    failure: severity !== 'info' || (before?.failure ?? false),
    certainty: surer ? certainty : before.certainty,
  });
  for (const consequence of consequences) collect(consequence, told);
}

export interface Complaint {
  readonly what: 'false alarm' | 'surer than its original' | 'lost' | 'new';
  readonly id: string;
}

/** What the copy claims and its original does not; for copies that miss nothing also what it does not claim. */
export function complaints(original: Verdict, copy: Verdict, way: Way): Complaint[] {
  const found: Complaint[] = [];
  for (const [id, { failure, certainty }] of copy) {
    const before = original.get(id);
    if (failure && !FORETELLS.has(id) && before?.failure !== true) found.push({ what: 'false alarm', id });
    else if (before !== undefined && CERTAINTIES[certainty] > CERTAINTIES[before.certainty])
      found.push({ what: 'surer than its original', id });
  }
  if (way.proves === 'less') return found;
  for (const id of original.keys()) if (!copy.has(id)) found.push({ what: 'lost', id });
  for (const id of copy.keys()) if (!original.has(id)) found.push({ what: 'new', id });
  return found;
}
