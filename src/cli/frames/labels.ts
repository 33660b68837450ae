/** The words of the type column: frame types, and what else gets a line. `--type` takes the same words. */
import { FrameType, frameTypeName } from '#h2';
import type { TraceEvent } from '#trace';

export type Label =
  | 'OPEN'
  | 'ESTABLISHED'
  | 'PROTOCOL'
  | 'TLS'
  | 'VIOLATION'
  | 'LOST'
  | 'TCP'
  | 'CLOCK'
  | 'FIN'
  | 'RST'
  | 'EVICTED';

/** Every word that `--type` knows; a frame type that no registry names is given as its number. */
export const labels: readonly Label[] = [
  'OPEN',
  'ESTABLISHED',
  'PROTOCOL',
  'TLS',
  'VIOLATION',
  'LOST',
  'TCP',
  'CLOCK',
  'FIN',
  'RST',
  'EVICTED',
];

/** The label of an event that is neither a frame nor part of one; undefined if it gets no line. */
export function labelOf(event: TraceEvent): Label | undefined {
  switch (event.kind) {
    case 'opened':
      return 'OPEN';
    case 'established':
      return 'ESTABLISHED';
    case 'protocol':
      // What nearly every connection speaks is no news.
      return event.protocol === 'h2' ? undefined : 'PROTOCOL';
    case 'violation':
      return 'VIOLATION';
    case 'lost':
      return 'LOST';
    case 'segment':
      return 'TCP';
    case 'clock':
      return 'CLOCK';
    case 'tls':
      return 'TLS';
    case 'end':
      return event.how === 'fin' ? 'FIN' : 'RST';
    case 'closed':
      return event.how === 'evicted' ? 'EVICTED' : undefined;
    case 'frame':
    case 'headers':
    case 'message':
      return undefined;
  }
}

/** The frame types that `--type` takes by name. */
export const frameTypeWords: readonly string[] = Object.keys(FrameType);

/** What `--type` selects. */
export interface TypeSelection {
  readonly frameTypes: ReadonlySet<number>;
  readonly labels: ReadonlySet<Label>;
}

/** Reads `ping,goaway,fin,0x4d`; returns the first word that means nothing. */
export function parseTypes(list: string): TypeSelection | { readonly unknown: string } {
  const frameTypes = new Set<number>();
  const chosen = new Set<Label>();
  for (const word of list.split(',').map((part) => part.trim())) {
    const label = labels.find((name) => name === word.toUpperCase());
    const type = frameTypeOf(word);
    if (label !== undefined) chosen.add(label);
    else if (type !== undefined) frameTypes.add(type);
    else return { unknown: word };
  }
  return { frameTypes, labels: chosen };
}

/** `ping`, `rst_stream`, `RST-STREAM`, `0x4d` or `77`. */
function frameTypeOf(word: string): number | undefined {
  const name = word.toUpperCase().replaceAll('-', '_');
  const known = Object.values(FrameType).find((type) => frameTypeName(type) === name);
  if (known !== undefined) return known;
  if (!/^(0x[0-9a-f]{1,2}|\d{1,3})$/i.test(word)) return undefined;
  const number = Number(word);
  return number <= 0xff ? number : undefined;
}
