/** One end of a simulated connection: the program's face (`Link`) and the system's, which keeps what is not read yet. */
import { UsageError } from '#base';
import {
  type Address,
  formatAddress,
  type Link,
  type LinkFault,
  type LinkHandler,
  type LinkSecurity,
} from '#transport';
import type { Process } from '../process.ts';
import type { World } from '../world.ts';
import type { Pipe, Segment } from './pipe.ts';

/** What the end asks of the connection that it belongs to. */
export interface LinkWire {
  /** This direction's pipe, towards the peer. */
  readonly outgoing: Pipe;
  /** The peer's pipe, towards us. */
  readonly incoming: Pipe;
  /** The program sees nothing of it any more. */
  closed(link: SimLink): void;
}

export class SimLink implements Link {
  readonly local: Address;
  readonly remote: Address;
  readonly security: LinkSecurity | undefined = undefined;
  readonly process: Process;
  readonly #world: World;
  #wire: LinkWire | undefined = undefined;
  #handler: LinkHandler | undefined = undefined;
  #unread: Segment[] = [];
  #paused = false;
  #readPlanned = false;
  #isLeft = false;
  #state: 'open' | 'closed' = 'open';
  #finRead = false;
  #finSent = false;
  /** What `closed` will say, if that had to wait for `start`. */
  #ending: { readonly fault: LinkFault | undefined } | undefined = undefined;

  constructor(world: World, process: Process, local: Address, remote: Address) {
    this.#world = world;
    this.process = process;
    this.local = local;
    this.remote = remote;
  }

  /** No program will ever take it: when the peer has ended, the system lets it go. */
  leave(): void {
    this.#isLeft = true;
    if (this.#unread.some(({ kind }) => kind === 'fin')) this.destroy();
  }

  attach(wire: LinkWire): void {
    this.#wire = wire;
  }

  /** See `leave`. */
  get isLeft(): boolean {
    return this.#isLeft;
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  get unsentBytes(): number {
    return this.#state === 'closed' ? 0 : this.#outgoing.unsentBytes;
  }

  start(handler: LinkHandler): void {
    if (this.#handler !== undefined) throw new UsageError('start was called twice on a link');
    this.#handler = handler;
    if (this.#ending === undefined) this.#planRead();
    else this.#tellClosed();
  }

  write(chunks: readonly Uint8Array[]): boolean {
    return this.#state === 'closed' ? true : this.#outgoing.write(chunks);
  }

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    this.#paused = false;
    this.#planRead();
  }

  end(): void {
    if (this.#state === 'open') this.#outgoing.finish();
  }

  destroy(): void {
    if (this.#state === 'closed') return;
    // Linux: RST if octets were left unread, else the rest and FIN.
    if (this.#unread.some(({ kind }) => kind === 'octets')) this.#outgoing.reset();
    else this.#outgoing.abandon();
    this.#close(undefined);
  }

  /** The system's side: the connection is broken, and the peer will not hear of it from us. */
  fail(fault: LinkFault): void {
    if (this.#state === 'closed') return;
    this.#outgoing.stop();
    this.#close(fault);
  }

  arrived(segment: Segment): void {
    if (segment.kind === 'rst') {
      this.fail(resetBy(this.remote));
      return;
    }
    if (this.#state === 'closed') {
      // Nobody is here to read it (RFC 9293 §3.10.7.1).
      if (segment.kind === 'octets') this.#outgoing.reset();
      return;
    }
    this.#unread.push(segment);
    if (this.#isLeft && segment.kind === 'fin') this.destroy();
    else this.#planRead();
  }

  drained(): void {
    this.process.run(() => {
      if (this.#state === 'open') this.#handler?.drained();
    });
  }

  /** Our FIN has left. */
  finished(): void {
    this.#finSent = true;
    this.#closeIfDone();
  }

  get #outgoing(): Pipe {
    if (this.#wire === undefined) throw new UsageError('the link belongs to no connection yet');
    return this.#wire.outgoing;
  }

  /** One segment an event, so that what a program puts off until after it comes before the next one. */
  #planRead(): void {
    if (this.#readPlanned || this.#unread.length === 0) return;
    this.#readPlanned = true;
    this.#world.at(0, () =>
      this.process.run(() => {
        this.#readPlanned = false;
        this.#read();
      }),
    );
  }

  #read(): void {
    if (this.#state === 'closed' || this.#paused || this.#handler === undefined) return;
    const segment = this.#unread.shift();
    if (segment === undefined) return;
    if (segment.kind === 'octets') {
      this.#wire?.incoming.read(segment.bytes.length - segment.start);
      this.#handler.bytes(segment.bytes, segment.start, segment.bytes.length);
    } else {
      this.#finRead = true;
      this.#handler.ended();
      this.#closeIfDone();
    }
    this.#planRead();
  }

  #closeIfDone(): void {
    if (this.#finRead && this.#finSent) this.#close(undefined);
  }

  #close(fault: LinkFault | undefined): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#unread = [];
    this.#ending = { fault };
    this.#wire?.closed(this);
    if (this.#handler !== undefined) this.#tellClosed();
  }

  #tellClosed(): void {
    this.process.defer(() => this.#handler?.closed(this.#ending?.fault));
  }
}

export function resetBy(peer: Address): LinkFault {
  return { kind: 'reset', code: 'ECONNRESET', text: `The connection was reset by ${formatAddress(peer)}.` };
}

export function gaveUpOn(peer: Address): LinkFault {
  return {
    kind: 'timed-out',
    code: 'ETIMEDOUT',
    text: `${formatAddress(peer)} acknowledged nothing for 15 minutes.`,
  };
}
