/** An active connection whose peer says anything, and whose owner commands at random: it never throws, and breaks no rule itself. */
import { otherSide, type Side } from '#base';
import {
  type ActiveStream,
  Connection,
  type ConnectionEnding,
  type ConnectionHandler,
  HeaderTemplate,
  Observer,
  type ObserverSink,
  type StreamEnding,
  type StreamHandler,
  type Violation,
} from '#h2';
import { REQUEST, RESPONSE, Script, TRAILERS } from '../h2/observer/script.ts';
import { deliveries, operations } from './operations.ts';
import type { FuzzTarget } from './run.ts';

const template = (fields: Readonly<Record<string, string>>): HeaderTemplate =>
  new HeaderTemplate(Object.entries(fields).map(([name, value]) => ({ name, value, neverIndexed: false })));
const [request, response, trailers] = [template(REQUEST), template(RESPONSE), template(TRAILERS)];
const list = (of: HeaderTemplate) => ({ template: of, extra: undefined });

export const fuzzTarget: FuzzTarget = {
  name: 'connection',
  run(bytes) {
    for (const side of ['server', 'client'] as const) new World(side, (bytes[0] ?? 0) % 7).run(bytes);
  },
  seeds: () => [calls(), oddities(), mistakes()],
};

/** Octets that may be kept for a peer that reads nothing: the engine's own limit and a frame. */
const UNREAD_BYTES_MAX = 1_048_576 + 65_536;

/** What a stream's owner knows of itself. */
class Owner implements StreamHandler {
  stream: ActiveStream | undefined;
  closedTimes = 0;
  readonly world: World;
  constructor(world: World) {
    this.world = world;
  }
  headers(): void {
    this.alive();
  }
  data(stream: ActiveStream, bytes: Uint8Array, start: number, end: number): void {
    this.alive();
    if (start >= end || end > bytes.length) throw new Error(`data ${start} to ${end} of ${bytes.length}`);
    if (this.world.consumes) this.world.connection.consumed(stream, end - start);
  }
  ended(): void {
    this.alive();
    if (this.world.side === 'server') this.world.answer(this);
  }
  writable(): void {
    this.alive();
  }
  closed(_stream: ActiveStream, _ending: StreamEnding): void {
    this.closedTimes++;
    this.stream = undefined;
    if (this.closedTimes > 1) throw new Error('closed twice');
  }
  alive(): void {
    if (this.closedTimes > 0) throw new Error('told something after its end');
  }
}

class World implements ConnectionHandler {
  readonly side: Side;
  readonly connection: Connection;
  readonly consumes: boolean;
  readonly owners: Owner[] = [];
  ending: ConnectionEnding | undefined;
  #nowMs = 0;
  readonly #breaches: Violation[] = [];
  readonly #observer: Observer;

  constructor(side: Side, manner: number) {
    this.side = side;
    this.consumes = manner % 2 === 0;
    const small = manner > 3 ? { streamWindowBytes: 100, connectionWindowBytes: 65_535, maxConcurrentStreams: 3 } : {};
    this.connection = new Connection({ ...small, side, nowMs: 0 }, this);
    const ignore = (): void => {};
    const violation = (seen: Violation): void => void (seen.by === side && this.#breaches.push(seen));
    const sink = {
      frame: ignore,
      headers: ignore,
      data: ignore,
      dataLost: ignore,
      streamEnded: ignore,
      skipped: ignore,
      violation,
    };
    this.#observer = new Observer(sink as ObserverSink);
    this.connection.start();
  }

  run(bytes: Uint8Array): void {
    const peer = otherSide(this.side);
    for (const { code, from, bytes: octets } of operations(bytes)) {
      this.#nowMs += code;
      if (from === peer) this.#receive(octets);
      else this.#command(code, octets.length);
      this.#flush();
    }
    this.connection.end(this.#nowMs);
    const waiting = this.owners.filter(({ closedTimes }) => closedTimes !== 1);
    if (waiting.length > 0) throw new Error(`${waiting.length} owners were not told of the end`);
    if (this.connection.heldBytes !== 0) throw new Error(`${this.connection.heldBytes} octets are still held`);
    if (this.#breaches.length > 0) throw new Error(`we broke ${JSON.stringify(this.#breaches[0])}`);
  }

  #receive(octets: Uint8Array): void {
    if (this.connection.state === 'closed') return;
    const copy = octets.slice();
    this.#observer.receive(otherSide(this.side), copy, 0, copy.length);
    this.connection.receive(copy, 0, copy.length, this.#nowMs);
  }

  #flush(): void {
    for (const chunk of this.connection.takeOutput(10_000, this.#nowMs)) {
      if (chunk.length > UNREAD_BYTES_MAX) throw new Error(`${chunk.length} octets in one piece`);
      this.#observer.receive(this.side, chunk, 0, chunk.length);
    }
  }

  #command(code: number, size: number): void {
    const { connection } = this;
    const owner = this.owners.findLast(({ stream }) => stream !== undefined);
    switch (code % 8) {
      case 0:
        if (this.side === 'client' && connection.ready && connection.canOpen) this.#open(size % 2 === 0);
        return;
      case 1:
        if (owner?.stream !== undefined && this.#maySend(owner.stream))
          connection.data(owner.stream, new Uint8Array(size * 97), size % 3 === 0);
        return;
      case 2:
        if (owner?.stream !== undefined) connection.reset(owner.stream, 8);
        return;
      case 3:
        connection.ping('00000000000000aa', this.#nowMs);
        return;
      case 4:
        connection.timeout(this.#nowMs);
        return;
      case 5:
        if (size > 40) connection.shutdown('idle', this.#nowMs);
        return;
      case 6:
        if (size > 60) connection.close('shutdown', 0, 'over', this.#nowMs);
    }
  }

  #maySend(stream: ActiveStream): boolean {
    const open = this.side === 'client' ? stream.state.clientSends : stream.state.serverSends;
    return open && stream.finish === 'open' && stream.half(this.side).part === 'content';
  }

  #open(endStream: boolean): void {
    const owner = new Owner(this);
    this.owners.push(owner);
    owner.stream = this.connection.open(owner, list(request), endStream);
  }

  answer(owner: Owner): void {
    const { stream } = owner;
    if (stream === undefined || stream.half('server').part === 'content') return;
    this.connection.headers(stream, list(response), false);
    if (owner.stream !== undefined) this.connection.data(stream, new Uint8Array(300), false);
    if (owner.stream !== undefined) this.connection.headers(stream, list(trailers), true);
  }

  request(stream: ActiveStream): StreamHandler {
    const owner = new Owner(this);
    owner.stream = stream;
    this.owners.push(owner);
    return owner;
  }
  settings(): void {}
  ping(): void {}
  pong(): void {}
  goAway(): void {}
  openable(): void {}
  output(): void {}
  closed(ending: ConnectionEnding): void {
    if (this.ending !== undefined) throw new Error('the connection ended twice');
    this.ending = ending;
  }
}

function calls(): Uint8Array {
  return deliveries(new Script().hello().unary(1).unary(3).chunks);
}

function oddities(): Uint8Array {
  const script = new Script().hello([{ id: 4, value: 1 }], [{ id: 3, value: 1 }]);
  script.client.headers(1, REQUEST, false, 20).data(1, 30, false, 9).window(1, 5).ping('00000000000000aa').goAway(0, 0);
  script.server.settings({ id: 4, value: 10 }).headers(1, RESPONSE).data(1, 10).goAway(1, 0).window(0, 100).reset(1, 0);
  return deliveries(script.chunks);
}

function mistakes(): Uint8Array {
  const script = new Script().hello();
  script.client.headers(1, REQUEST, true).data(1, 10).headers(5, REQUEST).reset(5, 8).data(5, 3).window(9, 1);
  script.server.headers(1, TRAILERS).data(1, 4, true).promise(1, 2, REQUEST).data(1, 5);
  return deliveries(script.chunks);
}
