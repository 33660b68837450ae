/**
 * One input of a comparison: its diagnosis, and an index of its calls. The diagnosis forgets a call that went well; here
 * each is kept, as the very record that the diagnosis fills, with what identifies it on another hop.
 */
import { type Call, type ConnectionFacts, Diagnosis } from '#diagnose';
import type { HeadersEvent, TraceEvent } from '#trace';
import { type Identity, identitiesOf } from './identity.ts';

/** A call, where it was, and what may tell it on the other hop. */
export interface HopCall {
  readonly call: Call;
  readonly connection: ConnectionFacts;
  readonly identities: readonly Identity[];
}

/** Calls kept of one input: about a kilobyte each, so fifty megabytes. Later ones are counted. */
const CALLS_MAX = 50_000;

/** What is compared of an input: all of it, or those of its connections that belong to one hop. */
export interface HopView {
  readonly calls: readonly HopCall[];
  readonly connections: readonly ConnectionFacts[];
  /** When its last packet came, on its own clock; the first is at 0. */
  readonly lastMs: number;
}

export class Hop implements HopView {
  readonly diagnosis = new Diagnosis();
  readonly calls: HopCall[] = [];
  /** Calls beyond what is kept. */
  omitted = 0;
  /** Events of several connections come nearly in order of time, not quite: see `Tracer`. */
  lastMs = 0;

  /** Takes the next event. Bound, so that it can be handed over as a `TraceSink`. */
  readonly event = (event: TraceEvent): void => {
    this.diagnosis.event(event);
    if (event.timeMs > this.lastMs) this.lastMs = event.timeMs;
    if (event.kind === 'headers' && event.role === 'request' && event.from === 'client') this.#add(event);
  };

  get connections(): readonly ConnectionFacts[] {
    return [...this.diagnosis.facts.connections.values()];
  }

  #add(event: HeadersEvent): void {
    const connection = this.diagnosis.facts.connections.get(event.connection);
    const call = connection?.calls.find(event.stream);
    if (connection === undefined || call === undefined) return;
    if (this.calls.length < CALLS_MAX) this.calls.push({ call, connection, identities: identitiesOf(event.fields) });
    else this.omitted++;
  }
}

/** The part of a hop on these connections. */
export function viewOf(hop: HopView, connections: ReadonlySet<ConnectionFacts>): HopView {
  return {
    calls: hop.calls.filter(({ connection }) => connections.has(connection)),
    connections: hop.connections.filter((connection) => connections.has(connection)),
    lastMs: hop.lastMs,
  };
}

/** When a call was over for its client: answered to the end or reset; undefined while it went on. */
export function overMs({ server, reset }: Call): number | undefined {
  if (server.ended === undefined) return reset?.timeMs;
  return reset === undefined ? server.ended.timeMs : Math.min(server.ended.timeMs, reset.timeMs);
}

/** The server ended its answer: with grpc-status, where the call is gRPC's. */
export function isAnswered({ server, isGrpc, grpcStatus, unreadable }: Call): boolean {
  return server.ended !== undefined && (!isGrpc || grpcStatus !== undefined || unreadable);
}

/** Answered well: grpc-status 0, or below 400 where there is no gRPC. */
export function isFine(call: Call): boolean {
  if (!isAnswered(call)) return false;
  return call.isGrpc ? call.grpcStatus === 0 : (call.httpStatus ?? 200) < 400;
}
