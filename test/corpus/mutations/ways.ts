/** What befalls captures in practice, as changes to the packets of a good one. */
import { type LinkKind, links } from '../../support/packets/links.ts';
import type { Shot } from '../recordings.ts';
import { senders } from './dissect.ts';
import { again, forwarded, merge, split, within, withoutTimestamp } from './rewrite.ts';

export type Random = (below: number) => number;
type Change = (shots: readonly Shot[], random: Random) => Shot[];

/**
 * `less`: the copy proves less than its original, so findings may go. `same`: nothing of the connections is missing, so the
 * copy gets the verdict of its original.
 */
export interface Way {
  readonly proves: 'less' | 'same';
  /** Of one direction of each connection nothing is left. */
  readonly oneDirection?: true;
  /** All copies are equal. */
  readonly chance?: false;
  /** Everything happens once more, which makes some readings surer. */
  readonly repeats?: true;
  readonly change: Change;
}

const less = (change: Change): Way => ({ proves: 'less', change });
const same = (change: Change): Way => ({ proves: 'same', change });
const always = (change: Change): Way => ({ proves: 'same', chance: false, change });

export const ways: Readonly<Record<string, Way>> = {
  'stopped early': less((shots, random) => shots.slice(0, 1 + random(shots.length))),
  'begun late': less((shots, random) => shots.slice(random(shots.length))),
  'late and early': less((shots, random) => {
    const start = random(shots.length);
    return shots.slice(start, start + 1 + random(shots.length - start));
  }),
  'one packet missing': less((shots, random) => without(shots, random(shots.length), 1)),
  'a few in a row missing': less((shots, random) => without(shots, random(shots.length), 1 + random(6))),
  'many in a row missing': less((shots, random) => without(shots, random(shots.length), 5 + random(60))),
  'one in twenty missing': less((shots, random) => shots.filter(() => random(20) > 0)),
  'one in five missing': less((shots, random) => shots.filter(() => random(5) > 0)),
  'half missing': less((shots, random) => shots.filter(() => random(2) > 0)),
  'first sender only': oneDirection('first'),
  'second sender only': oneDirection('second'),
  'first sender only, begun late': oneDirection('first', true),
  'second sender only, begun late': oneDirection('second', true),
  'one direction thinned': less((shots, random) => {
    const from = senders(shots);
    const thinned = random(2) > 0 ? 'first' : 'second';
    return shots.filter((_, index) => from[index] !== thinned || random(4) > 0);
  }),
  ...Object.fromEntries([64, 96, 128, 256, 512, 1_500].map((octets) => [`snap length ${octets}`, snapped(octets)])),
  'snap length 128, begun late': less((shots, random) => cut(shots.slice(random(shots.length)), 128)),
  'clock set back': less((shots, random) => clockSet(shots, -1, random)),
  'clock set forward': less((shots, random) => clockSet(shots, 1, random)),
  'clock set twice': less((shots, random) => clockSet(clockSet(shots, 1, random), -1, random)),
  'clock set back, no time stamps': less((shots, random) => clockSet(shots.map(withoutTimestamp), -1, random)),
  'neighbours swapped': less((shots, random) => swapped(shots, 5, random)),
  'delayed by a few': less((shots, random) => delayed(shots, 3, random)),
  'every packet twice': always((shots) => shots.flatMap((shot) => [shot, shot])),
  'some packets twice': same((shots, random) => shots.flatMap((shot) => (random(3) > 0 ? [shot] : [shot, shot]))),
  'every packet before and after a hop': always((shots) => shots.flatMap((shot) => [shot, forwarded(shot)])),
  'every packet at four interfaces': always((shots) =>
    shots.flatMap((shot) => [shot, within(shot, 'linux-cooked-2'), forwarded(shot), within(forwarded(shot), 'vxlan')]),
  ),
  'segments split': same((shots, random) => shots.flatMap((shot) => (random(2) > 0 ? [shot] : split(shot, random)))),
  'segments merged': always((shots) => merge(shots)),
  'ports used again': {
    proves: 'less',
    repeats: true,
    chance: false,
    change: (shots) => {
      const lastMs = shots.at(-1)?.timeMs ?? 0;
      return [...shots, ...shots.map((shot) => again(shot, lastMs + 90_000))];
    },
  },
  ...Object.fromEntries(
    Object.keys(links).map((kind) => [
      `within ${kind}`,
      always((shots) => shots.map((shot) => within(shot, kind as LinkKind))),
    ]),
  ),
};

function oneDirection(kept: 'first' | 'second', late = false): Way {
  return {
    proves: 'less',
    oneDirection: true,
    ...(late ? {} : { chance: false as const }),
    change: (shots, random) => {
      const from = senders(shots);
      const start = late ? random(shots.length) : 0;
      return shots.filter((_, index) => index >= start && from[index] === kept);
    },
  };
}

/** From some packet on, by 10 ms to 11 minutes. */
function clockSet(shots: readonly Shot[], direction: -1 | 1, random: Random): Shot[] {
  const [at, byMs] = [random(shots.length), 10 * 2 ** random(17)];
  return shots.map((shot, index) => (index < at ? shot : { ...shot, timeMs: shot.timeMs + direction * byMs }));
}

function snapped(octets: number): Way {
  return { proves: 'less', chance: false, change: (shots) => cut(shots, octets) };
}

function cut(shots: readonly Shot[], octets: number): Shot[] {
  return shots.map((shot) => ({ ...shot, bytes: shot.bytes.subarray(0, octets) }));
}

function without(shots: readonly Shot[], start: number, count: number): Shot[] {
  return [...shots.slice(0, start), ...shots.slice(start + count)];
}

/** One packet in `rarity` is written after its successor; the clock of the capture goes on. */
function swapped(shots: readonly Shot[], rarity: number, random: Random): Shot[] {
  const changed = [...shots];
  for (let at = 1; at < changed.length; at++) {
    if (random(rarity) > 0) continue;
    const [one, two] = [changed[at - 1]!, changed[at]!];
    if (two.timeMs - one.timeMs > QUEUE_MS) continue;
    changed[at - 1] = { ...two, timeMs: one.timeMs };
    changed[at] = { ...one, timeMs: two.timeMs };
  }
  return changed;
}

/** Queues of a network card are drained in turn: packets that reach the capture out of order lie this close together. */
const QUEUE_MS = 1;

/** Some packets are written up to `by` places late, as far as the queue reaches. */
function delayed(shots: readonly Shot[], by: number, random: Random): Shot[] {
  const keyed = shots.map((shot, index) => ({ shot, at: index + (random(4) === 0 ? random(by + 1) + 0.5 : 0) }));
  const moved = keyed.map(({ shot, at }, index) => {
    const target = shots[Math.min(shots.length - 1, Math.floor(at))]!;
    return { shot, at: target.timeMs - shot.timeMs > QUEUE_MS ? index : at };
  });
  const times = shots.map(({ timeMs }) => timeMs);
  return moved.sort((a, b) => a.at - b.at).map(({ shot }, index) => ({ ...shot, timeMs: times[index]! }));
}
