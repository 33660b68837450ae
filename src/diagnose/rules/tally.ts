/** What the rules over many calls share: which calls show a trait, and how a few of them stand for all. */
import { type EventKey, evidence, streamKey } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { Tally } from '../facts/calls.ts';
import type { ConnectionFacts } from '../facts/connection.ts';
import type { Trait } from '../facts/traits.ts';
import type { Evidence } from '../finding.ts';

/** Calls shown in full as evidence; the others are counted. */
const SHOWN_MAX = 3;

/** The tally of a trait, or undefined when no call shows it. */
export function calls(connection: ConnectionFacts, trait: Trait): (Tally & { readonly first: Call }) | undefined {
  const tally = connection.calls.tally(trait);
  const first = tally.examples[0];
  return first === undefined ? undefined : { ...tally, first };
}

/** The same for traits that rest on something missing: a call whose answer fell into a hole of the capture shows nothing. */
export function callsWithout(
  connection: ConnectionFacts,
  trait: Trait,
): (Tally & { readonly first: Call }) | undefined {
  const tally = connection.calls.tally(trait);
  const examples = tally.examples.filter(
    (call) => !connection.lostBetween('server', call.opened, call.server.ended ?? call.reset),
  );
  const first = examples[0];
  const dropped = tally.examples.length - examples.length;
  return first === undefined ? undefined : { count: tally.count - dropped, examples, first };
}

export function ids(examples: readonly Call[]): number[] {
  return examples.map((call) => call.stream);
}

export function fates(connection: ConnectionFacts, examples: readonly Call[]): EventKey[] {
  return examples.map((call) => streamKey(connection, call.stream));
}

/** The first calls of a tally as evidence, by `lines`, then how many more there are. */
export function shown(connection: ConnectionFacts, tally: Tally, lines: (call: Call) => Evidence[]): Evidence[] {
  const examples = tally.examples.slice(0, SHOWN_MAX);
  const more = tally.count - examples.length;
  const last = examples.at(-1);
  const tail =
    more > 0 && last !== undefined ? [evidence(connection, last.opened, 'none', 'repeated', { count: more })] : [];
  return [...examples.flatMap(lines), ...tail];
}

export function responseEvidence(connection: ConnectionFacts, call: Call): Evidence[] {
  const { headers } = call.server;
  if (headers === undefined) return [];
  const sinceMs = headers.timeMs - call.opened.timeMs;
  return [
    evidence(connection, headers, 'server', 'headers-response', {
      stream: call.stream,
      status: call.httpStatus,
      sinceMs,
    }),
  ];
}

export function trailersEvidence(connection: ConnectionFacts, call: Call): Evidence[] {
  const { ended } = call.server;
  if (ended === undefined) return [];
  return [
    evidence(connection, ended, 'server', 'trailers', {
      stream: call.stream,
      grpcStatus: call.grpcStatus,
      grpcMessage: call.grpcMessage === '' ? undefined : call.grpcMessage,
      sinceMs: ended.timeMs - call.opened.timeMs,
    }),
  ];
}
