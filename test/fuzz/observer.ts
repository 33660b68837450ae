/** Both directions of a connection at once: octets, losses, and joining in the middle. */
import { ErrorCode, type HeaderField, Observer, type ObserverSink, rules, type Violation } from '#h2';
import { REQUEST, RESPONSE, Script, TRAILERS } from '../h2/observer/script.ts';
import { deliveries, operations } from './operations.ts';
import type { FuzzTarget } from './run.ts';

export const fuzzTarget: FuzzTarget = {
  name: 'observer',
  run(bytes) {
    const sink = new CheckingSink();
    const observer = new Observer(sink);
    for (const { code, from, bytes: octets } of operations(bytes)) {
      if (code === 15) observer.gap(from, octets.length);
      else if (code === 14) observer.joinMiddle(from);
      else observer.receive(from, octets, 0, octets.length);
    }
    observer.end('client');
    observer.end('server');
    if (sink.events > 12 * bytes.length + 64) throw new Error(`${sink.events} events from ${bytes.length} octets`);
  },
  seeds: () => [calls(), oddities(), mistakes()],
};

/** What holds for every report, whatever was observed. */
class CheckingSink implements ObserverSink {
  events = 0;
  readonly #frames = { client: 0, server: 0 };

  frame(from: 'client' | 'server', _frame: unknown, stream: number | undefined, connection: number | undefined): void {
    this.events++;
    this.#frames[from]++;
    for (const window of [stream, connection]) {
      if (window !== undefined && !Number.isSafeInteger(window)) throw new Error(`window ${window}`);
    }
  }
  headers(_from: unknown, _stream: unknown, _role: unknown, fields: readonly HeaderField[]): void {
    this.events++;
    if (!Array.isArray(fields)) throw new Error('no fields');
  }
  data(_from: unknown, _stream: unknown, bytes: Uint8Array, start: number, end: number): void {
    if (start >= end || end > bytes.length) throw new Error(`data ${start} to ${end} of ${bytes.length}`);
  }
  dataLost(_from: unknown, _stream: unknown, length: number): void {
    if (length <= 0) throw new Error(`${length} octets lost`);
  }
  streamEnded(): void {
    this.events++;
  }
  violation({ rule, by, detail }: Violation, framesAgo: number): void {
    this.events++;
    if (!Object.hasOwn(rules, rule) || detail === '') throw new Error(`violation of ${rule}`);
    if (framesAgo < 0 || framesAgo > this.#frames[by]) throw new Error(`${framesAgo} frames ago`);
  }
  skipped(_from: unknown, length: number): void {
    if (length <= 0) throw new Error(`${length} octets skipped`);
  }
}

function calls(): Uint8Array {
  return deliveries(new Script().hello().unary(1).unary(3).chunks);
}

function oddities(): Uint8Array {
  const script = new Script().hello([{ id: 2, value: 1 }], [{ id: 3, value: 1 }]);
  script.client.headers(1, REQUEST, false, 20).data(1, 30, false, 9).window(1, 5).ping('00000000000000aa');
  script.server
    .promise(1, 2, REQUEST)
    .headers(1, { ':status': '103' })
    .headers(1, RESPONSE)
    .ping('00000000000000aa', true);
  script.client.reset(1, ErrorCode.CANCEL).headers(3, REQUEST, true);
  script.server.data(1, 9).headers(3, TRAILERS, true).settings({ id: 4, value: 1 }).goAway(3, 0, 'max_age');
  script.client.ack();
  return deliveries(script.chunks);
}

function mistakes(): Uint8Array {
  const script = new Script().hello();
  script.client.headers(5, REQUEST).headers(3, REQUEST).data(1, 5).window(7, 0).headers(2, REQUEST, true);
  script.server.headers(9, RESPONSE).data(5, 5).promise(5, 3, REQUEST).goAway(1, 1).goAway(9, 1);
  script.client.data(5, 60_000).data(5, 20_000).promise(5, 8, REQUEST);
  return deliveries(script.chunks);
}
