/** The diagnosis of one input: trace events in, findings and a summary of each connection out. */
import type { TraceEvent } from '#trace';
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
  readonly #facts = new CaptureFacts();

  /** Takes the next event. Bound, so that it can be handed over as a `TraceSink`. */
  readonly event = (event: TraceEvent): void => {
    this.#facts.event(event);
  };

  /** Judges what was seen. May be called again after more events. */
  finish(): Verdict {
    const connections = [...this.#facts.connections.values()];
    const findings = rank(graded(judge(this.#facts)), (draft) => remediesFor(draft, stacksOf(draft.connections[0])));
    return { connections: connections.map(summarize), findings };
  }
}

/** The stacks that the traffic reveals, as far as the remedy tables know them. */
function stacksOf(connection: ConnectionFacts | undefined): RevealedStacks {
  const { client, server, middlebox } = connection?.stacks ?? {};
  return { client: stackId(client), server: stackId(server), middlebox: stackId(middlebox) };
}

function stackId(sign: StackSign | undefined): StackId | undefined {
  return sign !== undefined && isStackId(sign.stack) ? sign.stack : undefined;
}
