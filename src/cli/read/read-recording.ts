/** Reads one named input to its end through a `Recording`, with progress, and gathers what stood in the way. */

import { Input, type InputFault, openInput, STANDARD_INPUT } from '#node';
import type { KeyLog } from '#tls';
import type { Io } from '../io.ts';
import { Progress } from '../progress.ts';
import { type ContentProblem, contentProblems, type JoinProblem } from './content.ts';
import type { RecordingFacts, RecordingProblem } from './decoders.ts';
import { type KeyProblem, keyProblems } from './key-problems.ts';
import { type EventConsumer, NOTHING, Recording } from './recording.ts';

/** Standard input is a keyboard, or what the operating system and gzip have to say. */
type OpenFault = InputFault | { readonly kind: 'terminal' };

export type InputProblem =
  | RecordingProblem
  | ContentProblem
  | KeyProblem
  | JoinProblem
  | { readonly layer: 'input'; readonly fault: OpenFault };

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
  /** Secrets for TLS connections, from elsewhere than the input. */
  readonly keyLog: KeyLog | undefined;
}

/** Opens and reads one input. Never throws on what it holds; what is readable has gone to `consumer` when it returns. */
export async function readRecording(name: string, io: Io, consumer: EventConsumer, pace: Pace): Promise<ReadResult> {
  const input = await open(name, io);
  if (!(input instanceof Input)) return unopened(name, input);
  const progress = new Progress(io, name);
  const afterPiece = async () => {
    const goOn = await pace.afterPiece(input.live);
    if (goOn && pace.showProgress) await progress.update(input);
    return goOn;
  };
  const result = await readInput(name, input, consumer, afterPiece, pace.keyLog);
  await progress.end();
  return result;
}

/** Reads an open input. `afterPiece` returns false to stop it early. */
export async function readInput(
  name: string,
  input: Input,
  consumer: EventConsumer,
  afterPiece: () => Promise<boolean>,
  keyLog?: KeyLog,
): Promise<ReadResult> {
  const recording = new Recording(consumer, keyLog);
  let complete = true;
  for await (const chunk of input.chunks()) {
    recording.push(chunk);
    complete = await afterPiece();
    if (!complete) break;
  }
  if (complete) recording.end();
  const { facts, survey, bytes } = recording;
  const problems = complete ? problemsOf(input, recording) : [];
  const usable = facts.format !== undefined && (!complete || survey.http2Connections > 0 || facts.log !== undefined);
  return { name, facts, compressed: input.compressed, bytes, problems, usable };
}

function unopened(name: string, fault: OpenFault): ReadResult {
  const problems = [{ layer: 'input', fault } as const];
  return { name, facts: NOTHING, compressed: false, bytes: 0, problems, usable: false };
}

function problemsOf(input: Input, recording: Recording): readonly InputProblem[] {
  const { facts, survey, bytes, problems } = recording;
  const fault: InputProblem[] = input.fault === undefined ? [] : [{ layer: 'input', fault: input.fault }];
  // An input that gave nothing because of its fault is not an empty file.
  if (fault.length > 0 && bytes === 0) return fault;
  return [...fault, ...problems, ...keyProblems(survey, recording.keyLog), ...contentProblems(facts, survey)];
}

async function open(name: string, io: Io): Promise<Input | OpenFault> {
  if (name !== STANDARD_INPUT) return openInput(name, io.stdin);
  const standardInput = io.stdin();
  return standardInput.isTerminal ? { kind: 'terminal' } : openInput(name, () => standardInput);
}
