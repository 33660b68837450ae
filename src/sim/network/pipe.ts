/**
 * One direction of a connection, as TCP makes it: octets leave the sender's buffer as the path and the receiver's window allow,
 * arrive later and in order, and are acknowledged. What the network swallows is never acknowledged.
 */
import type { Cancel } from '#transport';
import type { Prng } from '../prng.ts';
import type { World } from '../world.ts';
import { ByteQueue } from './byte-queue.ts';
import { type Path, segmentBytes } from './path.ts';

/** Linux gives up on unacknowledged octets after 15 retransmissions (tcp_retries2): 924.6 s. */
export const GIVE_UP_MS = 924_600;
/** Octets in front of each segment, at most: a receiver that reads from 0 shall fail. */
const MARGIN_MAX = 8;

export type Segment =
  | { readonly kind: 'octets'; readonly bytes: Uint8Array; readonly start: number }
  | { readonly kind: 'fin' }
  | { readonly kind: 'rst' };

/** Both ends of the pipe, as the pipe sees them. */
export interface PipeEnds {
  /** A segment leaves the sender's system. */
  departed(segment: Segment): void;
  /** It reaches the receiver's system, in the order of departure. */
  arrived(segment: Segment): void;
  /** What the program had to hold back has been taken, after `write` returned false. */
  drained(): void;
  /** Everything, FIN included, has left. */
  finished(): void;
  /** The sender's system gives up: nothing was acknowledged for too long. */
  gaveUp(): void;
  /** What becomes of octets on the way, for tests of the checkers; undefined: nothing. */
  readonly mangle: Mangle | undefined;
}

/** Gets the octets of one direction, piece by piece, and answers what is to be sent in place of each. */
export type Mangle = (octets: Uint8Array) => Uint8Array;

export class Pipe {
  readonly #world: World;
  readonly #path: Path;
  readonly #chance: Prng;
  readonly #ends: PipeEnds;
  readonly #queue = new ByteQueue();
  /** On the way and not acknowledged; a FIN counts as one. */
  #flying = 0;
  /** Acknowledged, and not read by the receiving program yet. */
  #unread = 0;
  /** Segments on the way, in order; each has an event that takes the first. */
  #segments: Segment[] = [];
  #freeAtMs = 0;
  #lastArrivalMs = 0;
  #stalledUntilMs = 0;
  #swallows = false;
  /** Acknowledgements are lost: the other direction swallows. */
  #unheard = false;
  #state: 'open' | 'finishing' | 'finished' | 'stopped' = 'open';
  #saidReset = false;
  #wantsRoom = false;
  #wakeAtMs = Number.POSITIVE_INFINITY;
  #cancelWake: Cancel | undefined = undefined;
  #acknowledgedAtMs = 0;
  #watching = false;

  constructor(world: World, path: Path, chance: Prng, ends: PipeEnds) {
    this.#world = world;
    this.#path = path;
    this.#chance = chance;
    this.#ends = ends;
  }

  /** Octets that the program handed over and the system has not taken. */
  get unsentBytes(): number {
    return Math.max(0, this.#queue.length - this.#path.socketBytes);
  }

  get isOpen(): boolean {
    return this.#state === 'open';
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#state !== 'open') return true;
    for (const chunk of chunks) this.#queue.push(chunk);
    this.#pump();
    if (this.unsentBytes <= this.#path.highWaterBytes) return true;
    this.#wantsRoom = true;
    return false;
  }

  /** FIN after all that was written. */
  finish(): void {
    if (this.#state !== 'open') return;
    this.#state = 'finishing';
    this.#pump();
  }

  /** The program is gone: its system still sends what it has taken, and FIN. */
  abandon(): void {
    this.#queue.truncate(this.#path.socketBytes);
    this.#wantsRoom = false;
    this.finish();
  }

  /** Nothing more leaves but a RST. */
  reset(): void {
    if (this.#saidReset) return;
    this.#saidReset = true;
    if (this.#state !== 'stopped') this.#stopSending();
    this.#depart({ kind: 'rst' }, 0);
  }

  /** Nothing more leaves, and nobody is told. */
  stop(): void {
    if (this.#state !== 'stopped') this.#stopSending();
  }

  /** The receiving program read so much. */
  read(octets: number): void {
    this.#unread -= octets;
    // The window opens when the news has come back.
    if (this.#queue.length > 0 && !this.#unheard) this.#wakeIn(this.#path.latencyMs);
  }

  /** From now on everything vanishes. */
  swallow(): void {
    this.#swallows = true;
    this.#segments = [];
    this.#watch();
  }

  /** From now on the sender hears of nothing that arrives. */
  unhear(): void {
    this.#unheard = true;
    this.#watch();
  }

  /** Nothing leaves before this time; nothing is lost. */
  stall(untilMs: number): void {
    this.#stalledUntilMs = Math.max(this.#stalledUntilMs, untilMs);
  }

  #stopSending(): void {
    this.#state = 'stopped';
    this.#queue.clear();
    this.#wantsRoom = false;
    this.#cancelWake?.();
  }

  #wakeIn(delayMs: number): void {
    const atMs = this.#world.now() + delayMs;
    if (atMs >= this.#wakeAtMs) return;
    this.#cancelWake?.();
    this.#wakeAtMs = atMs;
    this.#cancelWake = this.#world.at(atMs, () => {
      this.#wakeAtMs = Number.POSITIVE_INFINITY;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#state === 'stopped' || this.#state === 'finished') return;
    const nowMs = this.#world.now();
    while (this.#queue.length > 0) {
      const waitMs = Math.max(this.#freeAtMs, this.#stalledUntilMs) - nowMs;
      const room = this.#path.windowBytes - this.#flying - this.#unread;
      if (room <= 0) break;
      if (waitMs > 0) {
        this.#wakeIn(waitMs);
        break;
      }
      const octets = Math.min(segmentBytes(this.#path.cut, this.#chance), this.#queue.length, room);
      const start = this.#chance.int(0, MARGIN_MAX);
      this.#departOctets(this.#queue.take(octets, start), start);
    }
    if (this.#queue.length === 0 && this.#state === 'finishing') {
      if (this.#stalledUntilMs > nowMs) {
        this.#wakeIn(this.#stalledUntilMs - nowMs);
      } else {
        this.#state = 'finished';
        this.#depart({ kind: 'fin' }, 1);
        this.#ends.finished();
      }
    }
    if (this.#wantsRoom && this.unsentBytes === 0) {
      this.#wantsRoom = false;
      this.#ends.drained();
    }
  }

  #departOctets(bytes: Uint8Array, start: number): void {
    const { mangle } = this.#ends;
    if (mangle === undefined) {
      this.#depart({ kind: 'octets', bytes, start }, bytes.length - start);
      return;
    }
    const mangled = mangle(bytes.subarray(start));
    if (mangled.length > 0) this.#depart({ kind: 'octets', bytes: mangled, start: 0 }, mangled.length);
  }

  #depart(segment: Segment, octets: number): void {
    const nowMs = this.#world.now();
    if (this.#flying === 0) this.#acknowledgedAtMs = nowMs;
    this.#flying += octets;
    this.#freeAtMs = nowMs + octets / this.#path.bytesPerMs;
    this.#ends.departed(segment);
    if (this.#swallows) {
      this.#watch();
      return;
    }
    const jitterMs = this.#path.jitterMs === 0 ? 0 : this.#chance.exponential(this.#path.jitterMs);
    this.#lastArrivalMs = Math.max(this.#lastArrivalMs, this.#freeAtMs + this.#path.latencyMs + jitterMs);
    this.#segments.push(segment);
    this.#world.at(this.#lastArrivalMs, () => this.#arrive(octets));
  }

  #arrive(octets: number): void {
    const segment = this.#segments.shift();
    if (segment === undefined) return;
    if (this.#unheard) {
      this.#watch();
    } else {
      this.#flying -= octets;
      this.#acknowledgedAtMs = this.#world.now();
    }
    if (segment.kind === 'octets') this.#unread += octets;
    this.#ends.arrived(segment);
  }

  /** Sees to it that the sender's system gives up one day. */
  #watch(): void {
    if (this.#watching || this.#flying === 0 || this.#state === 'stopped') return;
    this.#watching = true;
    this.#world.at(this.#acknowledgedAtMs + GIVE_UP_MS, () => {
      this.#watching = false;
      if (this.#flying === 0 || this.#state === 'stopped') return;
      if (this.#acknowledgedAtMs + GIVE_UP_MS <= this.#world.now()) this.#ends.gaveUp();
      else this.#watch();
    });
  }
}
