/** Drives a tracer as a capture would, and shows its events as lines. */

import { frameTypeName } from '#h2';
import { type FlowHandler, type FlowInfo, type TraceEvent, Tracer, type TraceSink } from '#trace';
import type { Chunk } from '../h2/observer/script.ts';
import { Script } from '../h2/observer/script.ts';

export const INFO: FlowInfo = {
  a: { address: '10.0.0.1', port: 40_000 },
  b: { address: '10.0.0.2', port: 50_051 },
  handshake: 'seen',
};

/** The connection was joined after its handshake. */
export const LATE: FlowInfo = { ...INFO, handshake: 'unseen' };
/** The same, first seen by a packet of the server. */
export const LATE_SWAPPED: FlowInfo = { a: INFO.b, b: INFO.a, handshake: 'unseen' };

export class Driver {
  readonly events: TraceEvent[] = [];
  readonly handler: FlowHandler;
  readonly #clientIsA: boolean;
  packet = 1;

  constructor(info: FlowInfo = INFO, sink?: TraceSink) {
    const tracer = new Tracer(sink ?? ((event) => this.events.push(event)));
    this.handler = tracer.opened(info, 0, 1);
    this.#clientIsA = info.a === INFO.a;
  }

  /** Each chunk is a segment, one millisecond after the other. */
  play(write: (script: Script) => void): this {
    const script = new Script();
    write(script);
    return this.chunks(script.chunks);
  }

  chunks(chunks: readonly Chunk[]): this {
    for (const { from, bytes } of chunks) {
      this.packet++;
      // Inside a larger buffer, as in a capture.
      const packet = new Uint8Array(bytes.length + 7);
      packet.set(bytes, 5);
      this.handler.bytes(this.end(from), packet, 5, 5 + bytes.length, this.packet, this.packet);
      packet.fill(0xee);
    }
    return this;
  }

  gap(from: 'client' | 'server', length: number): this {
    this.packet++;
    this.handler.gap(this.end(from), length, this.packet, this.packet);
    return this;
  }

  end(side: 'client' | 'server'): 'a' | 'b' {
    return (side === 'client') === this.#clientIsA ? 'a' : 'b';
  }

  close(how: 'closed' | 'capture-ended' | 'evicted' = 'closed'): string[] {
    this.handler.done(how, this.packet + 1);
    return this.lines;
  }

  get lines(): string[] {
    return this.events.map(shown);
  }
}

function shown(event: TraceEvent): string {
  switch (event.kind) {
    case 'opened':
      return `opened ${event.client.port}>${event.server.port} ${event.handshake} ${event.sidesBy}`;
    case 'protocol':
      return `protocol ${event.side} ${event.protocol} '${event.text}'`;
    case 'frame':
      return `frame ${event.index} ${event.from} ${frameTypeName(event.frame.type)} ${event.frame.stream}`;
    case 'headers':
      return `headers ${event.index} ${event.from} ${event.role} ${event.stream}`;
    case 'message':
      return `message ${event.index} ${event.from} ${event.stream} ${event.received}/${event.length}`;
    case 'violation':
      return `violation ${event.index} ${event.by} ${event.rule} ${event.stream}`;
    case 'lost':
      return `lost ${event.from} ${event.length} ${event.why}`;
    case 'segment':
      return `segment ${event.from} ${event.note}`;
    case 'end':
      return `end ${event.from} ${event.how}`;
    case 'closed':
      return `closed ${event.how}`;
    case 'tls':
      return `tls ${event.from} ${event.news.step}`;
    case 'clock':
      return `clock ${event.byMs} ${event.proof}`;
    case 'established':
      return event.kind;
  }
}
