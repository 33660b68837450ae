/** A link over a socket of Node: TCP, TLS or a unix socket, dialled or accepted. */
import type { Socket } from 'node:net';
import { UsageError } from '#base';
import type { Address, Link, LinkFault, LinkHandler, LinkSecurity } from '#transport';
import { closedWithoutError } from './fault.ts';

/**
 * What may wait in this process before `write` asks to stop. The kernel's send buffer (up to 4 MiB) keeps the network busy;
 * what waits here only delays the PING answers and resets written behind it, and stays in memory if the peer reads slowly.
 * Measured on loopback: 64 KiB are as fast as 1 MiB.
 */
export const UNSENT_BYTES_MAX = 65_536;

export interface LinkFacts {
  readonly local: Address;
  readonly remote: Address;
  readonly security: LinkSecurity | undefined;
  /** The plain words for an error of the socket. `silent`: the peer has not sent anything yet. */
  faultOf(error: unknown, silent: boolean): LinkFault;
}

/** Where a socket has its link. */
const linkOf = Symbol('link');

interface Linked extends Socket {
  [linkOf]?: SocketLink;
}

/**
 * A socket that is connected, its TLS handshake done. From the constructor on its errors are taken care of.
 *
 * Octets come by 'data' events, whose buffers Node makes anew for each read and never touches again. Reading into one shared
 * buffer (`onread`) would need a copy of each read, and measures no faster then; nor can accepted sockets and TLS do it.
 */
export class SocketLink implements Link {
  readonly local: Address;
  readonly remote: Address;
  readonly security: LinkSecurity | undefined;
  readonly #socket: Socket;
  readonly #facts: LinkFacts;
  #handler: LinkHandler | undefined;
  #paused = false;
  /** `write` returned false, so `drained` is owed. */
  #owesDrained = false;
  #received = false;
  #peerEnded = false;
  #ended = false;
  #destroyed = false;
  #closed = false;
  #fault: LinkFault | undefined;

  constructor(socket: Socket, facts: LinkFacts) {
    this.#socket = socket;
    this.#facts = facts;
    this.local = facts.local;
    this.remote = facts.remote;
    this.security = facts.security;
    // Small frames must not wait for the acknowledgement of earlier ones (Nagle's algorithm).
    socket.setNoDelay(true);
    const linked = socket as Linked;
    linked[linkOf] = this;
    socket.on('end', onEnd);
    socket.on('drain', onDrain);
    socket.on('error', onError);
    socket.on('close', onClose);
  }

  get unsentBytes(): number {
    return this.#socket.destroyed ? 0 : this.#socket.writableLength;
  }

  start(handler: LinkHandler): void {
    if (this.#handler !== undefined) throw new UsageError('a link can be started only once');
    this.#handler = handler;
    if (this.#closed) process.nextTick(() => handler.closed(this.#fault));
    else if (this.#peerEnded) process.nextTick(() => this.#tellEarlyEnd());
    if (this.#paused) this.#socket.pause();
    this.#socket.on('data', onData);
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const socket = this.#socket;
    if (this.#ended || socket.destroyed) return true;
    if (chunks.length === 1) {
      socket.write(chunks[0]!);
    } else {
      socket.cork();
      for (const chunk of chunks) socket.write(chunk);
      socket.uncork();
    }
    // Node says 'drain' only after it has asked to stop itself, which it does from its own mark on.
    if (socket.writableLength <= Math.max(UNSENT_BYTES_MAX, socket.writableHighWaterMark)) return true;
    this.#owesDrained = true;
    return false;
  }

  pause(): void {
    this.#paused = true;
    if (this.#handler !== undefined) this.#socket.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#handler !== undefined) this.#socket.resume();
  }

  end(): void {
    if (this.#ended || this.#socket.destroyed) return;
    this.#ended = true;
    this.#socket.end();
  }

  destroy(): void {
    this.#destroyed = true;
    this.#socket.destroy();
  }

  /** The peer ended without a word before `start`. */
  #tellEarlyEnd(): void {
    if (!this.#silenced && !this.#closed) this.#handler?.ended();
  }

  /** No event but the last one reaches the handler of a link that is being destroyed. */
  get #silenced(): boolean {
    return this.#destroyed || this.#fault !== undefined;
  }

  // What the socket tells.

  socketData(buffer: Buffer): void {
    if (this.#silenced) return;
    this.#received = true;
    // A plain Uint8Array: slices of it that end up in messages must not be Node's Buffers.
    this.#handler?.bytes(new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length), 0, buffer.length);
  }

  socketDrained(): void {
    if (!this.#owesDrained || this.#silenced) return;
    this.#owesDrained = false;
    this.#handler?.drained();
  }

  socketEnded(): void {
    this.#peerEnded = true;
    if (!this.#silenced) this.#handler?.ended();
  }

  /** TLS reports an alert of the peer and leaves the socket open; nothing can follow it. */
  socketFailed(error: Error): void {
    if (!this.#destroyed) this.#fault ??= this.#facts.faultOf(error, !this.#received);
    this.#socket.destroy();
  }

  socketClosed(): void {
    this.#closed = true;
    const inPeace = this.#destroyed || (this.#ended && this.#peerEnded);
    if (!inPeace) this.#fault ??= closedWithoutError({ doing: 'talk', address: this.remote });
    this.#handler?.closed(this.#fault);
  }
}

// One function for the event of all sockets, because a server has thousands.

function onData(this: Linked, bytes: Buffer): void {
  this[linkOf]?.socketData(bytes);
}

function onDrain(this: Linked): void {
  this[linkOf]?.socketDrained();
}

function onEnd(this: Linked): void {
  this[linkOf]?.socketEnded();
}

function onError(this: Linked, error: Error): void {
  this[linkOf]?.socketFailed(error);
}

function onClose(this: Linked): void {
  this[linkOf]?.socketClosed();
}
