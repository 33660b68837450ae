/**
 * One coarse timer wheel for everything that has a deadline: calls, keepalive, idle and age of connections, backoff.
 *
 * Nearly every timer of a runtime is cleared before it is due, so setting and clearing must cost next to nothing: both are
 * a few links in a list, and the clock is only asked for one wake-up, for the earliest moment at which something may be due.
 * A wake-up that has become needless is left alone and finds nothing to do. A wheel without timers asks for nothing at all.
 *
 * Level 0 has a slot for each tick of the present block of 64 ticks, level 1 one for each block of the present 64 blocks,
 * and so on. The highest bit in which a due tick differs from the present tick names its level. So whatever stands on a
 * level is due later than all that stands below it, and moves down when the wheel reaches its slot.
 */
import { UsageError } from '#base';
import type { Cancel, Clock } from '#transport';

/**
 * Resolution. Finer is useless, as the platform's own timers count whole milliseconds; coarser would show in deadlines of
 * some tens of milliseconds, and would save little: all that is due in the same millisecond already shares a wake-up.
 */
const TICK_MS = 1;
/** 64 slots a level: five levels then span 30 bits, which JavaScript's integer operations can hold. */
const SLOT_BITS = 6;
const SLOTS = 1 << SLOT_BITS;
const LEVELS = 5;
/**
 * Ticks that the levels span: 12.4 days. What is due in a later era waits in one list until its era begins. A wake-up is
 * never asked for beyond the present era, so it fits every platform's longest timer (setTimeout: 24.8 days).
 */
const ERA_TICKS = 1 << (SLOT_BITS * LEVELS);
/** Index of the list of later eras, behind the slots of all levels. */
const LATER = SLOTS * LEVELS;
const NONE = -1;

/** A place in a circular list; an empty list is a link to itself. */
class Link {
  next: Link = this;
  previous: Link = this;
}

/** One deadline, to be set again and again. It may be set and cleared at any time, also while timers expire. */
export class Timer extends Link {
  /** When it is due; what was set last. */
  dueMs = Number.POSITIVE_INFINITY;
  /** The wheel's own: the tick at which it expires. */
  dueTick = 0;
  /**
   * Called when it is due, with the clock's time; it is not armed any more then. `this` is the timer, so one function can serve
   * many: a subclass holds what it needs.
   */
  readonly expire: (nowMs: number) => void;

  constructor(expire: (nowMs: number) => void) {
    super();
    this.expire = expire;
  }

  get armed(): boolean {
    return this.next !== this;
  }
}

export class Timers {
  readonly #clock: Clock;
  readonly #lists: readonly Link[] = Array.from({ length: LATER + 1 }, () => new Link());
  /** What expires now; a timer that throws leaves the others here for the next wake-up. */
  readonly #expiring = new Link();
  readonly #onWake = (): void => this.#wake();
  /** First tick of the present era, and how far the wheel has come in it. Behind the clock while nothing is due. */
  #eraTick = 0;
  #elapsed = 0;
  #size = 0;
  /** While timers expire: the earliest tick for one set meanwhile, so that one that is always due cannot hold the wheel. */
  #floorTick = Number.NEGATIVE_INFINITY;
  #wakeTick = Number.POSITIVE_INFINITY;
  #cancelWake: Cancel | undefined = undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  /** How many timers are armed. */
  get size(): number {
    return this.#size;
  }

  /**
   * `timer` will expire at `dueMs` of the clock, never earlier, at most one tick later than the clock wakes us; at once in
   * the past, but not before this returns; never for Infinity. Replaces what was set before. Timers due in the same tick
   * expire in the order in which they were set.
   */
  set(timer: Timer, dueMs: number): void {
    if (Number.isNaN(dueMs)) throw new UsageError('a timer cannot be due at NaN');
    if (timer.armed) this.#remove(timer);
    timer.dueMs = dueMs;
    if (dueMs === Number.POSITIVE_INFINITY) return;
    const isExpiring = this.#floorTick !== Number.NEGATIVE_INFINITY;
    if (this.#size === 0 && !isExpiring) this.#moveTo(Math.floor(this.#clock.now() / TICK_MS));
    timer.dueTick = Math.max(Math.ceil(dueMs / TICK_MS), this.#floorTick);
    this.#size++;
    this.#place(timer);
    if (!isExpiring && timer.dueTick < this.#wakeTick) this.#wakeAt(timer.dueTick);
  }

  /** Harmless if it is not armed. */
  clear(timer: Timer): void {
    if (timer.armed) this.#remove(timer);
    timer.dueMs = Number.POSITIVE_INFINITY;
  }

  #remove(timer: Timer): void {
    unlink(timer);
    this.#size--;
  }

  #place(timer: Timer): void {
    // What is overdue goes to the present slot.
    const tick = Math.max(timer.dueTick - this.#eraTick, this.#elapsed);
    if (tick >= ERA_TICKS) {
      append(this.#lists[LATER]!, timer);
      return;
    }
    const difference = tick ^ this.#elapsed;
    const level = difference < SLOTS ? 0 : ((31 - Math.clz32(difference)) / SLOT_BITS) | 0;
    append(this.#lists[level * SLOTS + ((tick >>> (level * SLOT_BITS)) & (SLOTS - 1))]!, timer);
  }

  #moveTo(tick: number): void {
    this.#eraTick = Math.floor(tick / ERA_TICKS) * ERA_TICKS;
    this.#elapsed = tick - this.#eraTick;
  }

  #wakeAt(tick: number): void {
    this.#cancelWake?.();
    this.#wakeTick = Math.min(tick, this.#eraTick + ERA_TICKS);
    this.#cancelWake = this.#clock.at(this.#wakeTick * TICK_MS, this.#onWake);
  }

  #wake(): void {
    this.#cancelWake = undefined;
    this.#wakeTick = Number.POSITIVE_INFINITY;
    const nowMs = this.#clock.now();
    const nowTick = Math.floor(nowMs / TICK_MS);
    this.#floorTick = nowTick + 1;
    try {
      this.#expireAll(nowMs);
      for (let at = this.#firstList(); at !== NONE && this.#tickOf(at) <= nowTick; at = this.#firstList()) {
        this.#moveTo(this.#tickOf(at));
        if (at < SLOTS) {
          moveAll(this.#lists[at]!, this.#expiring);
          this.#expireAll(nowMs);
        } else {
          this.#moveDown(this.#lists[at]!);
        }
      }
      if (nowTick > this.#eraTick + this.#elapsed) this.#moveTo(nowTick);
    } finally {
      this.#floorTick = Number.NEGATIVE_INFINITY;
      this.#sleep(nowTick);
    }
  }

  #sleep(nowTick: number): void {
    if (this.#expiring.next !== this.#expiring) {
      this.#wakeAt(nowTick);
      return;
    }
    const at = this.#firstList();
    if (at !== NONE) this.#wakeAt(this.#tickOf(at));
  }

  /** One at a time from the front: each may clear or set any other. */
  #expireAll(nowMs: number): void {
    for (let first = this.#expiring.next; first instanceof Timer; first = this.#expiring.next) {
      this.#remove(first);
      first.expire(nowMs);
    }
  }

  #moveDown(list: Link): void {
    const moving = new Link();
    moveAll(list, moving);
    for (let first = moving.next; first instanceof Timer; first = moving.next) {
      unlink(first);
      this.#place(first);
    }
  }

  /** The list that is due first. Lower levels come first, and in a level nothing stands behind the present slot. */
  #firstList(): number {
    if (this.#size === 0) return NONE;
    for (let level = 0; level < LEVELS; level++) {
      const present = (this.#elapsed >>> (level * SLOT_BITS)) & (SLOTS - 1);
      for (let slot = present; slot < SLOTS; slot++) {
        const list = this.#lists[level * SLOTS + slot]!;
        if (list.next !== list) return level * SLOTS + slot;
      }
    }
    const later = this.#lists[LATER]!;
    return later.next === later ? NONE : LATER;
  }

  /** The tick at which a list of `#firstList` begins. */
  #tickOf(at: number): number {
    if (at === LATER) return this.#eraTick + ERA_TICKS;
    const level = (at / SLOTS) | 0;
    const above = (level + 1) * SLOT_BITS;
    const block = (this.#elapsed >>> above) << above;
    return this.#eraTick + (block | ((at & (SLOTS - 1)) << (level * SLOT_BITS)));
  }
}

function append(list: Link, link: Link): void {
  const last = list.previous;
  link.previous = last;
  link.next = list;
  last.next = link;
  list.previous = link;
}

function unlink(link: Link): void {
  link.previous.next = link.next;
  link.next.previous = link.previous;
  link.next = link;
  link.previous = link;
}

/** Moves all of `from`, in order, behind what `to` holds. */
function moveAll(from: Link, to: Link): void {
  if (from.next === from) return;
  const first = from.next;
  const last = from.previous;
  first.previous = to.previous;
  to.previous.next = first;
  last.next = to;
  to.previous = last;
  from.next = from;
  from.previous = from;
}
