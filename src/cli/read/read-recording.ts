/** Reads one named input to its end through a `Recording`, with progress, and gathers what stood in the way. */

import { Input, type InputFault, openInput, STANDARD_INPUT } from '#node';
import type { Io } from '../io.ts';
import { Progress } from '../progress.ts';
import { type ContentProblem, contentProblems } from './content.ts';
import type { RecordingFacts, RecordingProblem } from './decoders.ts';
import { type EventConsumer, Recording } from './recording.ts';

export type InputProblem =
  | RecordingProblem
  | ContentProblem
  | { readonly layer: 'input'; readonly fault: InputFault | { readonly kind: 'terminal' } };

export interface ReadResult {
  /** As the user named it. */
  readonly name: string;
  readonly facts: RecordingFacts;
  readonly compressed: boolean;
  /** Octets read, decompressed. */
  readonly bytes: number;
  readonly problems: readonly InputProblem[];
  /** False if nothing in the input can be judged: it is no recording, or there is no HTTP/2 in it. */
  readonly usable: boolean;
}

/** What the reader does between two pieces of input. */
export interface Pace {
  /** Called after each piece. `live`: nothing more is there at the moment, so output should not wait. False stops. */
  readonly afterPiece: (live: boolean) => Promise<boolean>;
  readonly showProgress: boolean;
}

/** Never throws on what the input holds; what is readable has gone to `consumer` when it returns. */
export async function readRecording(name: string, io: Io, consumer: EventConsumer, pace: Pace): Promise<ReadResult> {
  const recording = new Recording(consumer);
  const input = await open(name, io);
  if (!(input instanceof Input)) {
    const problems = [{ layer: 'input', fault: input } as const];
    return { name, facts: recording.facts, compressed: false, bytes: 0, problems, usable: false };
  }
  const complete = await readAll(name, input, recording, io, pace);
  const { facts, survey, bytes } = recording;
  const problems = complete ? problemsOf(input, recording) : [];
  const usable = facts.format !== undefined && (!complete || survey.http2Connections > 0);
  return { name, facts, compressed: input.compressed, bytes, problems, usable };
}

function problemsOf(input: Input, recording: Recording): readonly InputProblem[] {
  const { facts, survey, bytes, problems } = recording;
  const fault: InputProblem[] = input.fault === undefined ? [] : [{ layer: 'input', fault: input.fault }];
  // An input that gave nothing because of its fault is not an empty file.
  if (fault.length > 0 && bytes === 0) return fault;
  return [...fault, ...problems, ...contentProblems(facts, survey)];
}

async function open(name: string, io: Io): Promise<Input | InputFault | { readonly kind: 'terminal' }> {
  if (name !== STANDARD_INPUT) return openInput(name, io.stdin);
  const standardInput = io.stdin();
  return standardInput.isTerminal ? { kind: 'terminal' } : openInput(name, () => standardInput);
}

/** False if the reading was stopped before the end of the input. */
async function readAll(name: string, input: Input, recording: Recording, io: Io, pace: Pace): Promise<boolean> {
  const progress = new Progress(io, name);
  let complete = true;
  for await (const chunk of input.chunks()) {
    recording.push(chunk);
    complete = await pace.afterPiece(input.live);
    if (!complete) break;
    if (pace.showProgress) await progress.update(input);
  }
  if (complete) recording.end();
  await progress.end();
  return complete;
}
