/** Counts what the connections of an input speak, to say what is there when HTTP/2 is not. */
import type { OpenedEvent, Protocol, TlsContent, TraceEvent } from '#trace';
import type { SeenProtocol } from '../messages/index.ts';

/** Connections of one kind, by server port. */
export interface Seen {
  readonly protocol: SeenProtocol;
  readonly connections: number;
  /** Ports with most connections first. */
  readonly ports: readonly number[];
}

/** Connections of one kind, the first of them by number. */
export interface Tally {
  readonly connections: number;
  readonly first: readonly number[];
}

/** Connections named in one sentence. */
const NAMED_MAX = 5;

const kinds: Readonly<Record<Protocol, SeenProtocol | 'h2'>> = {
  h2: 'h2',
  'h2-upgrade': 'h2',
  'h2-middle': 'h2',
  'http/1': 'http1',
  tls: 'tls',
  other: 'other',
};

const ORDER: readonly SeenProtocol[] = ['tls', 'http1', 'other', 'silent'];

interface Open {
  readonly port: number;
  kind: SeenProtocol | 'h2';
}

export class Survey {
  /** Connections that are open; the tracer bounds how many those can be. */
  readonly #open = new Map<number, Open>();
  /** A port number is 16 bits, so these stay small. */
  readonly #closed = new Map<SeenProtocol, Map<number, number>>();
  readonly #contents = new Map<TlsContent['outcome'], Tally>();
  #connections = 0;
  #sawTls = false;
  #http2 = 0;

  event(event: TraceEvent): void {
    switch (event.kind) {
      case 'opened':
        this.#opened(event);
        break;
      case 'protocol':
        this.#protocol(event.connection, event.protocol);
        break;
      case 'closed':
        this.#close(event.connection);
        break;
      case 'tls':
        this.#sawTls = true;
        if (event.news.step === 'content') this.#content(event.connection, event.news.outcome);
    }
  }

  /** All TCP connections. */
  get connections(): number {
    return this.#connections;
  }

  /** Those on which at least one side spoke HTTP/2 in clear text. */
  get http2Connections(): number {
    return this.#http2;
  }

  /** Some connection began with TLS, or looks like it. */
  get sawTls(): boolean {
    return this.#sawTls;
  }

  /** TLS connections by what became of their content. */
  contentsOf(outcome: TlsContent['outcome']): Tally {
    return this.#contents.get(outcome) ?? { connections: 0, first: [] };
  }

  #content(connection: number, outcome: TlsContent['outcome']): void {
    const { connections, first } = this.contentsOf(outcome);
    const named = first.length < NAMED_MAX ? [...first, connection] : first;
    this.#contents.set(outcome, { connections: connections + 1, first: named });
  }

  /** Everything that was not HTTP/2. Complete when every connection was closed. */
  get others(): readonly Seen[] {
    return ORDER.flatMap((protocol) => {
      const ports = this.#closed.get(protocol);
      return ports === undefined ? [] : [seen(protocol, ports)];
    });
  }

  #opened(event: OpenedEvent): void {
    this.#connections++;
    this.#open.set(event.connection, { port: event.server.port, kind: 'silent' });
  }

  /** A side that speaks HTTP/2 decides for the connection; otherwise the side that spoke first does. */
  #protocol(connection: number, protocol: Protocol): void {
    const open = this.#open.get(connection);
    if (open === undefined || open.kind === 'h2') return;
    const kind = kinds[protocol];
    if (kind === 'tls') this.#sawTls = true;
    if (kind === 'h2') this.#http2++;
    if (kind === 'h2' || open.kind === 'silent') open.kind = kind;
  }

  #close(connection: number): void {
    const open = this.#open.get(connection);
    this.#open.delete(connection);
    if (open === undefined || open.kind === 'h2') return;
    const ports = this.#closed.get(open.kind) ?? new Map<number, number>();
    ports.set(open.port, (ports.get(open.port) ?? 0) + 1);
    this.#closed.set(open.kind, ports);
  }
}

function seen(protocol: SeenProtocol, ports: ReadonlyMap<number, number>): Seen {
  const byCount = [...ports].sort(([portA, a], [portB, b]) => b - a || portA - portB);
  const connections = byCount.reduce((sum, [, count]) => sum + count, 0);
  return { protocol, connections, ports: byCount.map(([port]) => port) };
}
