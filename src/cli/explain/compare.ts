/** `explain --compare`: two inputs, or one that holds both hops, judged together. */
import type { Redactor } from '#base';
import { HopComparer } from '#compare';
import {
  CallMessages,
  type ClockSummary,
  PairedTimeline,
  type Report,
  redactReport,
  TimelineCollector,
  type TimelineSource,
} from '#diagnose';
import type { MessagePorts } from '#grpc';
import { STANDARD_INPUT } from '#node';
import type { KeyLog } from '#tls';
import { eventRedactor, secretWatch, type TraceSink } from '#trace';
import type { Context } from '../context.ts';
import type { Messages } from '../messages/index.ts';
import { payloadBytesMax } from '../proto/open.ts';
import { type ReadResult, readRecording } from '../read/read-recording.ts';
import { summaryOf } from '../report.ts';
import type { Explained } from './explained.ts';

interface CompareOptions {
  readonly annotate?: string;
}

/** Why these inputs cannot be compared; undefined if they can. */
export function compareRefusal(
  files: readonly string[],
  { annotate }: CompareOptions,
  { usage }: Messages,
): string | undefined {
  if (files.length > 2) return usage.compareTwo(files.length);
  return annotate === undefined ? undefined : usage.compareWithout('--annotate');
}

/** How inputs are read: with these keys and types, without these secrets, and for which format. */
interface Means {
  readonly keyLog: KeyLog | undefined;
  readonly ports: MessagePorts;
  readonly redactor: Redactor | undefined;
  readonly wantsTimeline: boolean;
}

/** Reads the inputs one after the other and compares them. The same file twice is one that holds both hops. */
export async function explainCompared(files: readonly string[], means: Means, context: Context): Promise<Explained> {
  const { redactor } = means;
  const comparer = new HopComparer();
  const [name = STANDARD_INPUT, other] = files;
  const first = await readInto(name, comparer.first, means, context);
  const second =
    other === undefined || other === name ? undefined : await readInto(other, comparer.second(), means, context);
  const compared = comparer.finish(wallOffsetMs(first.read, second?.read));
  const { findings, connections, comparison } = compared;
  const [left, right] = comparison.swapped && second !== undefined ? [second, first] : [first, second];
  const idsAfter = serverIdsAfter(connections);
  const serverInput = right === undefined ? undefined : summaryOf(right.read);
  const report: Report = {
    input: summaryOf(left.read),
    connections,
    findings: withMessages(findings, left.messages, right?.messages, idsAfter),
    comparison: { ...comparison, serverInput },
  };
  const reads = second === undefined ? [first.read] : [first.read, second.read];
  return {
    read: decisive(reads),
    reads,
    timeline: timelineOf(left.timeline, right?.timeline, idsAfter, comparison.clock),
    log: undefined,
    report: redactor === undefined ? report : redactReport(report, redactor),
  };
}

/** One input, read: what was counted, what its calls said, and what its timeline shows. */
interface HopRead {
  readonly read: ReadResult;
  readonly messages: CallMessages;
  readonly timeline: TimelineCollector | undefined;
}

async function readInto(name: string, sink: TraceSink, means: Means, { io }: Context): Promise<HopRead> {
  const { keyLog, ports, redactor, wantsTimeline } = means;
  const watch = redactor === undefined ? undefined : secretWatch(redactor);
  const redact = redactor === undefined ? undefined : eventRedactor(redactor);
  const messages = new CallMessages(ports, redactor);
  const timeline = wantsTimeline ? new TimelineCollector() : undefined;
  const event: TraceSink = (one) => {
    if (one.kind === 'headers') watch?.(one);
    if (one.kind !== 'frame') messages.event(one);
    sink(one);
    timeline?.event(redact === undefined ? one : redact(one));
  };
  const consumer = { begin: nothing, event, payloadBytesMax: payloadBytesMax(ports) };
  const read = await readRecording(name, io, consumer, { afterPiece: async () => true, showProgress: true, keyLog });
  return { read, messages, timeline };
}

/** What the ids of the server side's connections begin after; undefined where one input holds both hops. */
function serverIdsAfter(connections: Report['connections']): number | undefined {
  const moved = connections.find(({ id, numberInInput }) => numberInInput !== undefined && numberInInput !== id);
  return moved === undefined ? undefined : moved.id - (moved.numberInInput ?? moved.id);
}

function withMessages(
  findings: Report['findings'],
  left: CallMessages,
  right: CallMessages | undefined,
  idsAfter: number | undefined,
): Report['findings'] {
  if (right === undefined || idsAfter === undefined) return left.attach(findings);
  const own = left.attach(findings, { after: 0, upTo: idsAfter });
  return right.attach(own, { after: idsAfter, upTo: Number.POSITIVE_INFINITY });
}

/** Both sides on the clock of the client's. */
function timelineOf(
  left: TimelineCollector | undefined,
  right: TimelineCollector | undefined,
  idsAfter: number | undefined,
  { offsetMs, driftPpm }: ClockSummary,
): TimelineSource | undefined {
  if (left === undefined || right === undefined || idsAfter === undefined) return left;
  const timeMs = (ownMs: number): number => ownMs + offsetMs + (ownMs * driftPpm) / 1e6;
  return new PairedTimeline(left, right, { idsAfter, timeMs });
}

function nothing(): void {}

/** What is to be added to times of the second input, by what the wall clocks of both say. */
function wallOffsetMs(first: ReadResult, second: ReadResult | undefined): number | undefined {
  const [here, there] = [first.facts.startEpochMs, second?.facts.startEpochMs];
  return here === undefined || there === undefined ? undefined : there - here;
}

/** Both must be recordings; one of them may hold no HTTP/2, where a proxy never reached its server. */
function decisive(reads: readonly ReadResult[]): ReadResult {
  const bad = reads.find(({ facts }) => facts.format === undefined);
  return bad ?? reads.find(({ usable }) => usable) ?? reads[0]!;
}
