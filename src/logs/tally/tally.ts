/** All recognised lines, in groups. */
import type { Occurrence } from '../occurrence.ts';
import { Group } from './group.ts';

/** Kinds of lines kept apart; what comes beyond is counted with the first group of its reading. */
const GROUPS_MAX = 200;
/** Parameters in which two lines of one reading are different things. */
const TELLING = ['errorCode', 'status', 'debugData'] as const;

export class Tally {
  readonly #groups = new Map<string, Group>();

  add(occurrence: Occurrence): void {
    const base = `${occurrence.reading} ${occurrence.stack} ${occurrence.writer}`;
    const key = `${base} ${TELLING.map((name) => occurrence.params[name] ?? '').join(' ')}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      const full = this.#groups.size >= GROUPS_MAX;
      group = full ? [...this.#groups.values()].find((other) => other.reading === occurrence.reading) : undefined;
      if (group === undefined && !full) {
        group = new Group(occurrence);
        this.#groups.set(key, group);
      }
    }
    group?.add(occurrence);
  }

  get groups(): readonly Group[] {
    return [...this.#groups.values()];
  }
}
