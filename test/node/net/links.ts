/** What the tests of links share: a handler that keeps what it hears, and waiting for events with a deadline. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Acceptor, Address, Attempt, Dialer, Link, LinkFault, LinkHandler, Listening } from '#transport';

/** Longer than anything here takes on a busy machine; an event that has not come by then does not come. */
const DEADLINE_MS = 10_000;

export const LOOPBACK: Address = { kind: 'tcp', host: '127.0.0.1', port: 0 };

/** The value of `promise`, or a failure that says what did not happen. */
export async function within<T>(promise: Promise<T>, what: string | (() => string)): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const fail = () => reject(new Error(`not within ${DEADLINE_MS} ms: ${typeof what === 'string' ? what : what()}`));
    timer = setTimeout(fail, DEADLINE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Keeps what a link tells. */
export class TestHandler implements LinkHandler {
  /** `bytes` (once for a run of them), `drained`, `ended`, `closed`. */
  readonly events: string[] = [];
  readonly chunks: Uint8Array[] = [];
  receivedBytes = 0;
  drainedTimes = 0;
  closedTimes = 0;
  fault: LinkFault | undefined;
  onBytes: (() => void) | undefined;
  #waiting: { readonly met: () => boolean; readonly resolve: () => void }[] = [];

  bytes(bytes: Uint8Array, start: number, end: number): void {
    if (this.events.at(-1) !== 'bytes') this.events.push('bytes');
    this.chunks.push(bytes.subarray(start, end));
    this.receivedBytes += end - start;
    this.onBytes?.();
    this.#wake();
  }

  drained(): void {
    this.events.push('drained');
    this.drainedTimes++;
    this.#wake();
  }

  ended(): void {
    this.events.push('ended');
    this.#wake();
  }

  closed(fault: LinkFault | undefined): void {
    this.events.push('closed');
    this.closedTimes++;
    this.fault = fault;
    this.#wake();
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  until(met: () => boolean, what: string): Promise<void> {
    if (met()) return Promise.resolve();
    const waiting = new Promise<void>((resolve) => {
      this.#waiting.push({ met, resolve });
    });
    return within(waiting, () => `${what}; heard: ${this.events.join(' ')}, ${this.receivedBytes} octets`);
  }

  untilBytes(count: number): Promise<void> {
    return this.until(() => this.receivedBytes >= count, `${count} octets`);
  }

  untilEvent(event: string): Promise<void> {
    return this.until(() => this.events.includes(event), event);
  }

  #wake(): void {
    const met = this.#waiting.filter((each) => each.met());
    this.#waiting = this.#waiting.filter((each) => !met.includes(each));
    for (const { resolve } of met) resolve();
  }
}

/** A started link with its handler. */
export interface End {
  readonly link: Link;
  readonly handler: TestHandler;
}

export function started(link: Link): End {
  const handler = new TestHandler();
  link.start(handler);
  return { link, handler };
}

export function dial(dialer: Dialer, address: Address, name = 'localhost'): Promise<Attempt<Link>> {
  return within(new Promise((resolve) => dialer.dial(address, name, resolve)), `an outcome of dialling`);
}

export async function dialled(dialer: Dialer, address: Address, name = 'localhost'): Promise<Link> {
  const attempt = await dial(dialer, address, name);
  if (attempt.kind === 'fault') throw new Error(attempt.fault.text);
  return attempt.value;
}

export async function dialFault(dialer: Dialer, address: Address, name = 'localhost'): Promise<LinkFault> {
  const attempt = await dial(dialer, address, name);
  if (attempt.kind === 'ok') {
    attempt.value.destroy();
    throw new Error('a link came about');
  }
  return attempt.fault;
}

export function listen(
  acceptor: Acceptor,
  address: Address,
  accept: (link: Link) => void,
): Promise<Attempt<Listening>> {
  return within(new Promise((resolve) => acceptor.listen(address, accept, resolve)), 'an outcome of listening');
}

/** A listening socket whose links are taken one by one. */
export class TestServer {
  readonly listening: Listening;
  readonly #links: Link[];
  readonly #taken: Link[] = [];
  readonly #wake: { call: (() => void) | undefined };

  private constructor(listening: Listening, links: Link[], wake: { call: (() => void) | undefined }) {
    this.listening = listening;
    this.#links = links;
    this.#wake = wake;
  }

  static async start(acceptor: Acceptor, address: Address = LOOPBACK): Promise<TestServer> {
    const links: Link[] = [];
    const wake: { call: (() => void) | undefined } = { call: undefined };
    const attempt = await listen(acceptor, address, (link) => {
      links.push(link);
      wake.call?.();
    });
    if (attempt.kind === 'fault') throw new Error(attempt.fault.text);
    return new TestServer(attempt.value, links, wake);
  }

  get address(): Address {
    return this.listening.address;
  }

  /** Links that were accepted and not taken. */
  get waiting(): number {
    return this.#links.length;
  }

  async take(): Promise<Link> {
    const link = this.#links.shift();
    if (link !== undefined) {
      this.#taken.push(link);
      return link;
    }
    await within(
      new Promise<void>((resolve) => {
        this.#wake.call = resolve;
      }),
      'an accepted link',
    );
    return this.take();
  }

  async stop(): Promise<void> {
    for (const link of [...this.#taken, ...this.#links]) link.destroy();
    await within(new Promise<void>((resolve) => this.listening.close(resolve)), 'the closing of a listening socket');
  }
}

/** A path for a unix socket that nobody has; short, as the system takes about 100 octets. */
export function socketPath(): string {
  return join(tmpdir(), `calmwire-${process.pid}-${randomBytes(4).toString('hex')}.sock`);
}

/** The loopback address of a TCP server of Node. */
export function addressOf(server: { address(): unknown }): Address {
  const { port } = server.address() as { port: number };
  return { kind: 'tcp', host: '127.0.0.1', port };
}
