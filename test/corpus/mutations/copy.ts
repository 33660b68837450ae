/** Copies of recordings, each repeatable from its three names alone. */
import { randomFrom } from '../../fuzz/random.ts';
import type { Recording, Shot } from '../recordings.ts';
import { ways } from './ways.ts';

/** The copy with this number of a recording, made worse in this way. */
export function copyOf(recording: Recording, way: string, number: number): Shot[] {
  const { change } = ways[way]!;
  return change(recording.shots, randomFrom(hash(`${recording.name} ${way} ${number}`)));
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
