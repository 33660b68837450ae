/** One connection in a few numbers, for the list at the end of a report. */
import type { ConnectionFacts } from './facts/connection.ts';
import type { CallCounts, ConnectionSummary } from './report.ts';

export function summarize(connection: ConnectionFacts): ConnectionSummary {
  const end = connection.firstEnd;
  const { client, server } = connection.protocol;
  return {
    id: connection.id,
    client: connection.client,
    server: connection.server,
    protocol: client?.protocol ?? server?.protocol ?? 'none',
    openedMs: connection.opened.timeMs,
    closedMs: end === undefined ? undefined : connection.ends.at(-1)?.timeMs,
    how: end?.how ?? (connection.closed?.how === 'evicted' ? 'evicted' : 'open'),
    closedBy: end?.from,
    frames: connection.frames,
    calls: counts(connection),
    // A TLS library is the choice of many programs: good for advice, not for a name.
    clientStack: connection.stacks.client?.by === 'tls-hello' ? undefined : connection.stacks.client?.name,
    serverStack: connection.stacks.server?.name ?? connection.stacks.middlebox?.name,
  };
}

/** Calls that were still going on when the capture ended are neither. */
function counts(connection: ConnectionFacts): CallCounts {
  const { calls } = connection;
  const total = calls.opened;
  const ok = calls.tally('ok').count + answeredOpen(connection);
  const cancelled = calls.tally('client-reset').count;
  const running = connection.firstEnd === undefined ? calls.waiting().length : 0;
  return { total, ok, cancelled, failed: Math.max(0, total - ok - cancelled - running) };
}

/** Answered well, but the client never ended its side. */
function answeredOpen(connection: ConnectionFacts): number {
  return connection.calls.open.values().filter((call) => call.answered && (call.grpcStatus ?? 0) === 0).length;
}
