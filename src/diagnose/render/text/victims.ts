/** Who was hit, grouped by method and by whether a retry is safe. */
import type { Victim } from '../../finding.ts';
import { printable } from '../printable.ts';
import type { Writer } from '../writer.ts';
import { listOf } from './list.ts';
import type { Page } from './page.ts';

/** Methods shown; a capture of a busy server has hundreds. */
const GROUPS_MAX = 6;
const STREAMS_MAX = 8;

interface Group {
  readonly method: string;
  readonly retry: Victim['retry'];
  readonly streams: number[];
}

export function addVictims(page: Page, writer: Writer, victims: readonly Victim[]): void {
  if (victims.length === 0) return;
  page.gap();
  page.paragraph(writer.phrase('hit'), 2, 'heading');
  const groups = groupsOf(victims);
  const most = page.room(GROUPS_MAX);
  for (const { method, retry, streams } of groups.slice(0, most)) {
    const name = method === '' ? writer.phrase('unknownMethod') : printable(method);
    page.paragraph(
      writer.phrase('hitGroup', { method: name, calls: streams.length, retry: writer.messages.retries[retry] }),
      4,
    );
    page.paragraph(writer.phrase('hitStreams', listOf(writer, streams, page.room(STREAMS_MAX))), 6, 'dim');
  }
  const left = groups.length - most;
  if (left > 0) page.paragraph(writer.phrase('moreEvidence', { count: left }), 4, 'dim');
}

/** In order of first appearance. */
function groupsOf(victims: readonly Victim[]): Group[] {
  const groups = new Map<string, Group>();
  for (const { method, retry, stream } of victims) {
    const key = `${retry} ${method}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { method, retry, streams: [stream] });
    else group.streams.push(stream);
  }
  return [...groups.values()];
}
