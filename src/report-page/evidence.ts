/** Which mark each line of evidence points to. */
import type { PageData, PageEvidence } from '#diagnose';
import type { Layout, Placed } from './layout.ts';

/** A line without a frame (FIN, RST) stands at the moment of its segment; clocks are rounded to microseconds. */
const SAME_MOMENT_MS = 0.002;

export interface Linked {
  readonly line: PageEvidence;
  readonly placed: Placed | undefined;
}

/** In the order of the page. */
export function linkEvidence({ evidence }: PageData, { marks }: Layout): readonly Linked[] {
  const frames = new Map<string, Placed>();
  for (const placed of marks) {
    const { mark, group } = placed;
    if (mark.frame !== null) frames.set(`${group.connection.input} ${group.connection.id} ${mark.frame}`, placed);
  }
  return evidence.map((line) => {
    const placed =
      line.frame === null ? atMoment(line, marks) : frames.get(`${line.input} ${line.connection} ${line.frame}`);
    return { line, placed };
  });
}

function atMoment({ input, connection, time }: PageEvidence, marks: readonly Placed[]): Placed | undefined {
  return marks.find(
    ({ mark, group }) =>
      mark.frame === null &&
      group.connection.input === input &&
      group.connection.id === connection &&
      Math.abs(mark.time - time) < SAME_MOMENT_MS,
  );
}
