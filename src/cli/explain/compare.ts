/** `explain --compare`: two inputs, or one that holds both hops, judged together. */
import type { Redactor } from '#base';
import { HopComparer } from '#compare';
import { type Report, redactReport } from '#diagnose';
import { STANDARD_INPUT } from '#node';
import type { KeyLog } from '#tls';
import { secretWatch, type TraceSink } from '#trace';
import type { Context } from '../context.ts';
import type { Messages } from '../messages/index.ts';
import { type ReadResult, readRecording } from '../read/read-recording.ts';
import { summaryOf } from '../report.ts';
import type { Explained } from './explained.ts';

interface CompareOptions {
  readonly annotate?: string;
  readonly proto?: readonly string[];
}

/** Why these inputs cannot be compared; undefined if they can. */
export function compareRefusal(
  files: readonly string[],
  { annotate, proto }: CompareOptions,
  { usage }: Messages,
): string | undefined {
  if (files.length > 2) return usage.compareTwo(files.length);
  const option = annotate !== undefined ? '--annotate' : proto !== undefined ? '--proto' : undefined;
  return option === undefined ? undefined : usage.compareWithout(option);
}

/** How inputs are read: with these keys, and without these secrets. */
interface Means {
  readonly keyLog: KeyLog | undefined;
  readonly redactor: Redactor | undefined;
}

/** Reads the inputs one after the other and compares them. The same file twice is one that holds both hops. */
export async function explainCompared(files: readonly string[], means: Means, context: Context): Promise<Explained> {
  const { redactor } = means;
  const comparer = new HopComparer();
  const [name = STANDARD_INPUT, other] = files;
  const first = await readInto(name, comparer.first, means, context);
  const second =
    other === undefined || other === name ? undefined : await readInto(other, comparer.second(), means, context);
  const { findings, connections, comparison } = comparer.finish(wallOffsetMs(first, second));
  const [clientSide, serverSide] = comparison.swapped && second !== undefined ? [second, first] : [first, second];
  const serverInput = serverSide === undefined ? undefined : summaryOf(serverSide);
  const report: Report = {
    input: summaryOf(clientSide),
    connections,
    findings,
    comparison: { ...comparison, serverInput },
  };
  const reads = second === undefined ? [first] : [first, second];
  return {
    read: decisive(reads),
    reads,
    timeline: undefined,
    log: undefined,
    report: redactor === undefined ? report : redactReport(report, redactor),
  };
}

async function readInto(
  name: string,
  sink: TraceSink,
  { keyLog, redactor }: Means,
  { io }: Context,
): Promise<ReadResult> {
  const watch = redactor === undefined ? undefined : secretWatch(redactor);
  const event: TraceSink = (one) => {
    if (one.kind === 'headers') watch?.(one);
    sink(one);
  };
  return readRecording(
    name,
    io,
    { begin: nothing, event },
    { afterPiece: async () => true, showProgress: true, keyLog },
  );
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
