/** Random operations on a flow: octets of both ends, gaps, notes and endings, from its start or from its middle. */
import { fromLatin1 } from '#base';
import { encodeEvent, type FlowInfo, type TraceEvent, Tracer } from '#trace';
import { REQUEST, Script } from '../h2/observer/script.ts';
import { deliveries, operations } from './operations.ts';
import type { FuzzTarget } from './run.ts';

export const fuzzTarget: FuzzTarget = {
  name: 'tracer',
  run(bytes) {
    const events: TraceEvent[] = [];
    const tracer = new Tracer((event) => events.push(event));
    const handler = tracer.opened(info(bytes[0] ?? 0), 0, 1);
    let packet = 1;
    for (const { code, from, bytes: octets } of operations(bytes)) {
      packet++;
      const end = from === 'client' ? 'a' : 'b';
      if (code === 15) handler.gap(end, octets.length, packet, packet);
      else if (code === 14) handler.note(end, 'retransmission', packet, packet);
      else if (code === 13) handler.fin(end, packet, packet);
      else if (code === 12) handler.rst(end, undefined, 64, packet, packet);
      else handler.bytes(end, octets, 0, octets.length, packet, packet);
    }
    handler.done('capture-ended', packet);
    check(events);
  },
  seeds: () => [
    calls(),
    upgrade(),
    fromLate(),
    text('GET / HTTP/1.1\r\n\r\n'),
    text('\x16\x03\x01\0\x05\x01\0\0\x01\x03'),
  ],
};

function info(choice: number): FlowInfo {
  const handshake = (['seen', 'seen', 'partial', 'unseen'] as const)[(choice >>> 1) & 3] ?? 'seen';
  return { a: { address: '10.0.0.1', port: 40_000 }, b: { address: '10.0.0.2', port: 443 }, handshake };
}

/** Opened first and once, closed last and once, frames numbered without holes, every event writable. */
function check(events: readonly TraceEvent[]): void {
  let frames = 0;
  for (const [at, event] of events.entries()) {
    if ((event.kind === 'opened') !== (at === 0)) throw new Error(`${event.kind} as event ${at}`);
    if ((event.kind === 'closed') !== (at === events.length - 1)) throw new Error(`${event.kind} as event ${at}`);
    if (event.kind === 'frame' && event.index !== ++frames) throw new Error(`frame ${event.index} after ${frames - 1}`);
    if ('index' in event && event.index > frames) throw new Error(`${event.kind} of frame ${event.index}`);
    if (event.kind === 'message' && event.received > event.length) throw new Error('more of a message than there is');
    if (encodeEvent(event).includes('\n')) throw new Error('an event of two lines');
  }
}

function calls(): Uint8Array {
  return deliveries(new Script().hello().unary(1).unary(3).chunks);
}

function upgrade(): Uint8Array {
  const script = new Script();
  script.client.text('GET / HTTP/1.1\r\nUpgrade: h2c\r\nHTTP2-Settings: AAQAAAPo\r\n\r\n');
  script.server.text('HTTP/1.1 101 Switching Protocols\r\n\r\n').settings().message(1, 5, true);
  script.client.preface().settings().headers(3, REQUEST, true);
  return deliveries(script.chunks);
}

function fromLate(): Uint8Array {
  const script = new Script().hello().unary(1).unary(3).unary(5);
  const late = deliveries(script.chunks.slice(8));
  late[0] = 6;
  return late;
}

function text(line: string): Uint8Array {
  return deliveries([{ from: 'client', bytes: fromLatin1(line) }]);
}
