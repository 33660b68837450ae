/** Who is client. */
import type { OpenedEvent } from './events.ts';
import type { End, FlowInfo } from './flow.ts';

export interface Sides {
  readonly client: End;
  readonly by: OpenedEvent['sidesBy'];
}

/** Where systems take client ports from by default: Linux from 32,768, others from 49,152 (RFC 6335 §6). */
const EPHEMERAL_MIN = 32_768;
/** gRPC's customary server ports, which lie in that range. */
const GRPC_PORTS = { from: 50_051, to: 50_060 };

/** A guess: servers listen on low or customary ports; the lower one if that does not tell. */
export function clientByPorts({ a, b }: FlowInfo): End {
  const aServes = isServerPort(a.port);
  if (aServes !== isServerPort(b.port)) return aServes ? 'b' : 'a';
  return a.port >= b.port ? 'a' : 'b';
}

function isServerPort(port: number): boolean {
  return port < EPHEMERAL_MIN || (port >= GRPC_PORTS.from && port <= GRPC_PORTS.to);
}
