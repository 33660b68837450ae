/**
 * Makes trace events out of TCP connections: recognises what each end speaks, finds out who is client, and watches HTTP/2
 * and gRPC where they are spoken. Works alike on captures, taps and recordings. Never throws on what it is given.
 *
 * Events of one connection come in order. Where the beginning of a connection was not captured, its first events are held
 * until it is known who is client, so they may come after later events of other connections.
 */
import { Connection } from './connection.ts';
import type { TraceSink } from './events.ts';
import type { FlowInfo, TlsFlowHandler, TlsFlowSink } from './flow.ts';
import { Output } from './output.ts';
import { PayloadAllowance } from './payload.ts';

export interface TracerOptions {
  /** Messages are told with up to so many of their octets; without it with none, which costs nothing. */
  readonly payloadBytesMax?: number | undefined;
}

export class Tracer implements TlsFlowSink {
  readonly #output: Output;

  constructor(sink: TraceSink, { payloadBytesMax }: TracerOptions = {}) {
    this.#output = new Output(sink, payloadBytesMax === undefined ? undefined : new PayloadAllowance(payloadBytesMax));
  }

  opened(info: FlowInfo, timeMs: number, packet: number): TlsFlowHandler {
    return new Connection(this.#output, info, timeMs, packet);
  }
}
