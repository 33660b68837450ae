/**
 * Remembers the encoded octets of templates. They refer to the dynamic table, so an entry holds for one table generation.
 */
import { toLatin1 } from '#base';
import type { ByteBuffer } from '../frames/byte-buffer.ts';
import type { HeaderTemplate } from './template.ts';

/** Most connections use a request or response and its trailers; those of more methods get more. Powers of two. */
const FIRST_SLOTS = 4;

/** With more templates in use on one connection, some share a slot and are encoded anew each time, as without a cache. */
const SLOTS_MAX = 64;

interface Slot {
  readonly template: HeaderTemplate;
  readonly generation: number;
  /** One character an octet: for a few octets an array costs ten times as much memory. */
  readonly octets: string;
}

export class TemplateCache {
  #slots: (Slot | undefined)[] | undefined = undefined;

  clear(): void {
    this.#slots = undefined;
  }

  /** Appends the octets of `template` if they are known at this generation of the table. */
  copy(template: HeaderTemplate, generation: number, to: ByteBuffer): boolean {
    const slots = this.#slots;
    if (slots === undefined) return false;
    const slot = slots[template.id & (slots.length - 1)];
    if (slot === undefined || slot.template !== template || slot.generation !== generation) return false;
    const { octets } = slot;
    const at = to.reserve(octets.length);
    const { bytes } = to;
    for (let index = 0; index < octets.length; index++) bytes[at + index] = octets.charCodeAt(index);
    return true;
  }

  /** Remembers the octets in `from` from `start` to its end. */
  keep(template: HeaderTemplate, generation: number, from: ByteBuffer, start: number): void {
    this.#slots ??= new Array<Slot | undefined>(FIRST_SLOTS).fill(undefined);
    const octets = toLatin1(from.bytes, start, from.length);
    while (this.#isTaken(this.#slots, template, generation)) this.#slots = doubled(this.#slots);
    this.#slots[template.id & (this.#slots.length - 1)] = { template, generation, octets };
  }

  /** Another template in use is in the way, and there may be more slots. */
  #isTaken(slots: readonly (Slot | undefined)[], template: HeaderTemplate, generation: number): boolean {
    const slot = slots[template.id & (slots.length - 1)];
    if (slot === undefined || slot.template === template || slot.generation !== generation) return false;
    return slots.length < SLOTS_MAX;
  }
}

function doubled(slots: readonly (Slot | undefined)[]): (Slot | undefined)[] {
  const more = new Array<Slot | undefined>(2 * slots.length).fill(undefined);
  for (const slot of slots) if (slot !== undefined) more[slot.template.id & (more.length - 1)] = slot;
  return more;
}
