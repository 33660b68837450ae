/** What the timeline keeps of one trace event: enough to draw it and to show what it holds. */
import type { HeaderField } from '#h2';
import type { EndEvent, FrameEvent, LostEvent, MessageEvent, ViolationEvent } from '#trace';

/** Header lists of more fields than this, or with longer values, are cut: a page of them serves nobody. */
const FIELDS_MAX = 48;
const VALUE_MAX = 512;

/** Places in the octet stream of a connection that get a mark. */
export type MarkEvent = FrameEvent | EndEvent | LostEvent;

export interface Mark {
  readonly event: MarkEvent;
  /** Of the block that the frame ended. */
  fields: readonly HeaderField[] | undefined;
  /** Fields that were left out. */
  fieldsCut: number;
  /** The block is trailers, an answer, a request. */
  role: string | undefined;
  /** The gRPC message that the frame completed: its size, not what it says. */
  message: Pick<MessageEvent, 'length' | 'received'> | undefined;
  violation: ViolationEvent | undefined;
}

export function markOf(event: MarkEvent): Mark {
  return { event, fields: undefined, fieldsCut: 0, role: undefined, message: undefined, violation: undefined };
}

/** Frame number; undefined for what is no frame. */
export function indexOf({ event }: Mark): number | undefined {
  return event.kind === 'frame' ? event.index : undefined;
}

/** 0 for the connection's own frames; undefined below HTTP/2. */
export function streamOf({ event }: Mark): number | undefined {
  return event.kind === 'frame' ? event.frame.stream : undefined;
}

/** Events that say how things went, in a connection that has mostly others: they are kept longer. */
export function isNotable({ event }: Mark): boolean {
  if (event.kind !== 'frame') return true;
  const { kind } = event.frame;
  return kind === 'goaway' || kind === 'rst-stream' || kind === 'settings' || kind === 'broken';
}

/** A sign that not all went well. */
export function isTrouble({ event }: Mark): boolean {
  if (event.kind === 'end') return event.how === 'rst';
  if (event.kind === 'lost') return false;
  const { frame } = event;
  return frame.kind === 'rst-stream' || (frame.kind === 'goaway' && frame.errorCode !== 0);
}

/** Repeated blocks decode to one list, which is kept as it is; only a monstrous one is copied, cut. */
export function keepFields(mark: Mark, fields: readonly HeaderField[]): void {
  const fits =
    fields.length <= FIELDS_MAX && fields.every(({ value, name }) => value.length + name.length <= VALUE_MAX);
  mark.fields = fits ? fields : fields.slice(0, FIELDS_MAX).map(shortened);
  mark.fieldsCut = fits ? 0 : Math.max(0, fields.length - FIELDS_MAX);
}

function shortened(field: HeaderField): HeaderField {
  return { ...field, name: copied(field.name.slice(0, VALUE_MAX)), value: copied(field.value.slice(0, VALUE_MAX)) };
}

/** A text of its own: engines let a slice hold on to the whole text that it was cut from. */
function copied(text: string): string {
  return [...text].join('');
}
