/** What the rules of `calmwire explain` say of a connection that the runtime recorded. */
import { Diagnosis, type Finding, type Verdict } from '#diagnose';
import type { TraceEvent } from '#trace';

/**
 * Judges the events. First the findings that hit `stream` of `connection`, then those about the connection as a whole; what
 * happened to other calls says nothing of this one. `stream` 0 stands for a call that never got one: then all count.
 */
export function judge(events: readonly TraceEvent[], connection: number, stream: number): Verdict {
  const diagnosis = new Diagnosis();
  for (const event of events) diagnosis.event(event);
  const { connections, findings } = diagnosis.finish();
  if (stream === 0) return { connections, findings };
  const hits = findings.filter((finding) => isAbout(finding, connection, stream));
  const others = findings.filter((finding) => !hits.includes(finding) && streamsOf(finding) === 0);
  return { connections, findings: [...hits, ...others] };
}

function isAbout(
  { connections, streams, victims, consequences }: Finding,
  connection: number,
  stream: number,
): boolean {
  return (
    victims.some((victim) => victim.connection === connection && victim.stream === stream) ||
    (connections.includes(connection) && streams.includes(stream)) ||
    consequences.some((consequence) => isAbout(consequence, connection, stream))
  );
}

function streamsOf({ streams, victims }: Finding): number {
  return streams.length + victims.length;
}
