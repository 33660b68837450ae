/** Thin first version: in-order streams only. */
import type { Endpoint } from '#base';
import type { End, FlowHandler, FlowSink } from '#trace';
import { formatIpv4 } from '../address.ts';
import type { Packet } from '../packet.ts';
import { FIN, RST, Segment, SYN } from './segment.ts';

class Direction {
  next = 0;
  synced = false;
}

class Flow {
  readonly a = new Direction();
  readonly b = new Direction();
  established = false;
  readonly first: string;
  readonly handler: FlowHandler;
  constructor(first: string, handler: FlowHandler) {
    this.first = first;
    this.handler = handler;
  }
}

export class TcpTracker {
  readonly #sink: FlowSink;
  readonly #segment = new Segment();
  readonly #flows = new Map<string, Flow>();

  constructor(sink: FlowSink) {
    this.#sink = sink;
  }

  take(packet: Packet): void {
    const segment = this.#segment;
    if (!segment.read(packet)) return;
    const source = { address: formatIpv4(packet.bytes, packet.sourceAt), port: segment.sourcePort };
    const destination = { address: formatIpv4(packet.bytes, packet.destinationAt), port: segment.destinationPort };
    const flow = this.#flow(source, destination, packet);
    const from: End = flow.first === key(source, destination) ? 'a' : 'b';
    const direction = flow[from];
    const { timeMs, number } = packet;
    if (from === 'b' && !flow.established) {
      flow.established = true;
      flow.handler.established(timeMs, number);
    }
    if (!direction.synced) {
      direction.synced = true;
      direction.next = (segment.sequence + (segment.flags & SYN ? 1 : 0)) | 0;
    }
    if (segment.length > 0 && segment.sequence === direction.next) {
      flow.handler.bytes(from, packet.bytes, segment.dataAt, packet.end, timeMs, number);
      direction.next = (direction.next + segment.length) | 0;
    }
    if (segment.flags & FIN) flow.handler.fin(from, timeMs, number);
    if (segment.flags & RST) flow.handler.rst(from, packet.timeToLive, undefined, timeMs, number);
  }

  end(timeMs: number): void {
    for (const flow of this.#flows.values()) flow.handler.done('capture-ended', timeMs);
  }

  #flow(source: Endpoint, destination: Endpoint, packet: Packet): Flow {
    const name = key(source, destination);
    const known = this.#flows.get(name) ?? this.#flows.get(key(destination, source));
    if (known !== undefined) return known;
    const info = { a: source, b: destination, handshake: this.#segment.flags & SYN ? 'seen' : 'unseen' } as const;
    const flow = new Flow(name, this.#sink.opened(info, packet.timeMs, packet.number));
    this.#flows.set(name, flow);
    return flow;
  }
}

function key(source: Endpoint, destination: Endpoint): string {
  return `${source.address}:${source.port}>${destination.address}:${destination.port}`;
}
