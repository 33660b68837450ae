/**
 * One program in the world: the clock it sees, and its life. A program that is killed does nothing more, whatever its code had
 * planned; one that is frozen (a long garbage collection, a suspended machine) does it later.
 */
import type { Cancel, Clock } from '#transport';
import type { World } from './world.ts';

/** More than an ulp of any time in a world, less than anything that matters. */
const ROUNDING_MS = 1e-6;

/** What a program had planned for the time in which it was frozen. */
interface Plan {
  task: (() => void) | undefined;
}

export class Process implements Clock {
  readonly name: string;
  readonly #world: World;
  /** Monotonic clocks of two programs have nothing in common (`Clock.now`): code that mixes them shall fail. */
  readonly #originMs: number;
  readonly #onKill: (() => void)[] = [];
  #alive = true;
  #frozen = false;
  #thaw: Cancel | undefined = undefined;
  #late: Plan[] = [];

  constructor(world: World, name: string, originMs = 0) {
    this.#world = world;
    this.name = name;
    this.#originMs = originMs;
  }

  get alive(): boolean {
    return this.#alive;
  }

  now(): number {
    return this.#world.now() + this.#originMs;
  }

  /** World time as this program's clock shows it. */
  toOwn(worldMs: number): number {
    return worldMs + this.#originMs;
  }

  at(atMs: number, task: () => void): Cancel {
    const plan: Plan = { task };
    let worldMs = atMs - this.#originMs;
    // Rounding must not make it early: whoever waits for a moment would ask again at the same instant, for ever.
    if (worldMs + this.#originMs < atMs) worldMs += ROUNDING_MS;
    const cancel = this.#world.at(worldMs, () => this.#do(plan));
    return () => {
      plan.task = undefined;
      cancel();
    };
  }

  defer(task: () => void): void {
    this.#world.defer(() => this.#do({ task }));
  }

  /** Runs `task` as this program: now, after the thaw, or never. */
  run(task: () => void): void {
    this.#do({ task });
  }

  /** Does nothing for `forMs`; then all at once, in order. */
  freeze(forMs: number): void {
    if (!this.#alive) return;
    this.#frozen = true;
    this.#thaw?.();
    this.#thaw = this.#world.after(forMs, () => {
      this.#frozen = false;
      const late = this.#late;
      this.#late = [];
      // One after the other, so that each is followed by what it defers.
      for (const plan of late) this.#world.at(0, () => this.#do(plan));
    });
  }

  /** Ends it without a word. */
  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#late = [];
    this.#thaw?.();
    for (const task of this.#onKill) task();
  }

  /** What the system does when the program is gone. */
  whenKilled(task: () => void): void {
    this.#onKill.push(task);
  }

  #do(plan: Plan): void {
    if (!this.#alive) return;
    if (this.#frozen) {
      this.#late.push(plan);
      return;
    }
    const { task } = plan;
    plan.task = undefined;
    task?.();
  }
}
