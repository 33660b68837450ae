/** Stands between a source of TCP connections and the tracer, and undoes TLS where the key log allows it. */
import type { FlowHandler, FlowInfo, FlowSink, TlsFlowSink } from '#trace';
import { TlsFlow } from './flow.ts';
import type { Decryption } from './session.ts';

export class TlsSink implements FlowSink {
  readonly #next: TlsFlowSink;
  readonly #decryption: Decryption | undefined;

  /** Without `decryption` the handshakes are told, and the content stays as it is. */
  constructor(next: TlsFlowSink, decryption: Decryption | undefined) {
    this.#next = next;
    this.#decryption = decryption;
  }

  opened(info: FlowInfo, timeMs: number, packet: number): FlowHandler {
    return new TlsFlow(this.#next.opened(info, timeMs, packet), this.#decryption);
  }
}
