/** The diagnosis of one input: trace events in, findings and a summary of each connection out. */
import type { TraceEvent } from '#trace';
import type { Draft } from './draft.ts';
import { CaptureFacts } from './facts/capture.ts';
import type { ConnectionFacts } from './facts/connection.ts';
import type { StackSign } from './facts/stack.ts';
import type { Finding } from './finding.ts';
import { graded } from './grade.ts';
import { rank } from './rank.ts';
import { type RevealedStacks, remediesFor } from './remedies/index.ts';
import { isStackId, type StackId } from './remedies/stacks.ts';
import type { ConnectionSummary } from './report.ts';
import { judge } from './rules/index.ts';
import { summarize } from './summary.ts';

export interface Verdict {
  readonly connections: readonly ConnectionSummary[];
  /** Root findings, worst first. */
  readonly findings: readonly Finding[];
}

export class Diagnosis {
  readonly facts = new CaptureFacts();

  /** Takes the next event. Bound, so that it can be handed over as a `TraceSink`. */
  readonly event = (event: TraceEvent): void => {
    this.facts.event(event);
  };

  /** What the rules say of what was seen, before it is put in order. */
  drafts(): Draft[] {
    return graded(judge(this.facts));
  }

  /** Judges what was seen. May be called again after more events. */
  finish(): Verdict {
    return conclude([...this.facts.connections.values()], this.drafts(), ({ connections }) => stacksOf(connections[0]));
  }
}

/** Drafts to findings: causes above symptoms, with the settings of the stacks that `stacksFor` knows. */
export function conclude(
  connections: readonly ConnectionFacts[],
  drafts: readonly Draft[],
  stacksFor: (draft: Draft) => RevealedStacks,
): Verdict {
  const findings = rank(drafts, (draft) => remediesFor(draft, stacksFor(draft)));
  return { connections: connections.map(summarize), findings };
}

/** The stacks that the traffic reveals, as far as the remedy tables know them. */
export function stacksOf(connection: ConnectionFacts | undefined): RevealedStacks {
  const { client, server, middlebox } = connection?.stacks ?? {};
  return { client: stackId(client), server: stackId(server), middlebox: stackId(middlebox) };
}

function stackId(sign: StackSign | undefined): StackId | undefined {
  return sign !== undefined && isStackId(sign.stack) ? sign.stack : undefined;
}
