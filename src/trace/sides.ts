/** Who is client. */
import type { OpenedEvent } from './events.ts';
import type { End, FlowInfo } from './flow.ts';

export interface Sides {
  readonly client: End;
  readonly by: OpenedEvent['sidesBy'];
}

/** A guess: servers listen on fixed, mostly lower ports; clients get theirs from a high range (RFC 6335 §6). */
export function clientByPorts({ a, b }: FlowInfo): End {
  return a.port >= b.port ? 'a' : 'b';
}
