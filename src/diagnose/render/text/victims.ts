/** Who was hit, grouped by method and by whether a retry is safe. */
import type { Finding, Params, Victim } from '../../finding.ts';
import { printable } from '../printable.ts';
import type { Writer } from '../writer.ts';
import { listOf } from './list.ts';
import type { Page } from './page.ts';

/** Methods shown; a capture of a busy server has hundreds. */
const GROUPS_MAX = 6;
const STREAMS_MAX = 8;
/** Connections named in one group. */
const CONNECTIONS_MAX = 3;

/** Calls of one method that share a fate. */
export interface VictimGroup {
  readonly method: string;
  readonly retry: Victim['retry'];
  /** Streams by connection. */
  readonly streams: Map<number, number[]>;
}

export function addVictims(page: Page, writer: Writer, { victims, connections }: Finding): void {
  if (victims.length === 0) return;
  page.gap();
  page.paragraph(writer.phrase('hit'), 2, 'heading');
  const groups = victimGroups(victims);
  const most = page.room(GROUPS_MAX);
  for (const group of groups.slice(0, most)) addGroup(page, writer, group, connections[0]);
  const left = groups.length - most;
  if (left > 0) page.paragraph(writer.phrase('moreEvidence', { count: left }), 4, 'dim');
}

function addGroup(
  page: Page,
  writer: Writer,
  { method, retry, streams }: VictimGroup,
  first: number | undefined,
): void {
  const name = method === '' ? writer.phrase('unknownMethod') : printable(method);
  const calls = [...streams.values()].reduce((sum, ids) => sum + ids.length, 0);
  page.paragraph(writer.phrase('hitGroup', { method: name, calls, retry: writer.messages.retries[retry] }), 4);
  const most = page.room(CONNECTIONS_MAX);
  const ascending = [...streams].sort(([one], [other]) => one - other);
  for (const [connection, ids] of ascending.slice(0, most)) {
    const list = listOf(writer, ids, page.room(STREAMS_MAX));
    page.paragraph(
      streamsText(writer, list, streams.size === 1 && connection === first ? undefined : connection),
      6,
      'dim',
    );
  }
  const left = streams.size - most;
  if (left > 0) page.paragraph(writer.phrase('moreConnections', { count: left }), 6, 'dim');
}

/** The connection is named unless all happened on the finding's own. */
function streamsText(writer: Writer, list: Params, connection: number | undefined): string {
  const streams = writer.phrase('hitStreams', list);
  if (connection === undefined) return streams;
  const connections = writer.phrase('connections', { list: writer.connection(connection) });
  return writer.phrase('elsewhere', { text: streams, connections });
}

/** In order of first appearance. */
export function victimGroups(victims: readonly Victim[]): VictimGroup[] {
  const groups = new Map<string, VictimGroup>();
  for (const { method, retry, stream, connection } of victims) {
    const key = `${retry} ${method}`;
    const group = groups.get(key) ?? { method, retry, streams: new Map<number, number[]>() };
    groups.set(key, group);
    const streams = group.streams.get(connection);
    if (streams === undefined) group.streams.set(connection, [stream]);
    else streams.push(stream);
  }
  return [...groups.values()];
}
