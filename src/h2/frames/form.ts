/**
 * What each frame type demands of its header: where it may stand, how long it may be, which flags it defines
 * (RFC 9113 §6). The parser, the validation and the search for frame boundaries read the same table.
 */
import { Flag, FrameType } from './codes.ts';

/** The longest payload that a frame header can state (RFC 9113 §4.1: 24 bits). */
export const FRAME_BYTES_MAX = 0xffffff;

/** What every receiver accepts without saying so (RFC 9113 §4.2). */
export const FRAME_BYTES_DEFAULT = 16_384;

/** Octets of the priority fields in HEADERS and PRIORITY (RFC 9113 §6.2, §6.3). */
export const PRIORITY_BYTES = 5;

/** Octets of a GOAWAY before its debug data (RFC 9113 §6.8). */
export const GOAWAY_FIXED_BYTES = 8;

export interface FrameForm {
  /** `stream`: about one stream, so never stream 0; `connection`: stream 0 only. */
  readonly about: 'stream' | 'connection' | 'either';
  /** Payload octets without those that a flag adds. */
  readonly leastBytes: number;
  readonly mostBytes: number;
  /** The payload is a whole number of these. */
  readonly unitBytes: number;
  /** All flags that the type defines. */
  readonly flags: number;
}

const open = (about: FrameForm['about'], leastBytes: number, flags: number): FrameForm => ({
  about,
  leastBytes,
  mostBytes: FRAME_BYTES_MAX,
  unitBytes: 1,
  flags,
});
const fixed = (about: FrameForm['about'], bytes: number, flags: number): FrameForm => ({
  about,
  leastBytes: bytes,
  mostBytes: bytes,
  unitBytes: 1,
  flags,
});

/** By type number; a hole is a type without a form. */
const forms: readonly (FrameForm | undefined)[] = (() => {
  const table: (FrameForm | undefined)[] = [];
  table[FrameType.DATA] = open('stream', 0, Flag.END_STREAM | Flag.PADDED);
  table[FrameType.HEADERS] = open('stream', 0, Flag.END_STREAM | Flag.END_HEADERS | Flag.PADDED | Flag.PRIORITY);
  table[FrameType.PRIORITY] = fixed('stream', PRIORITY_BYTES, 0);
  table[FrameType.RST_STREAM] = fixed('stream', 4, 0);
  table[FrameType.SETTINGS] = { ...open('connection', 0, Flag.ACK), unitBytes: 6 };
  table[FrameType.PUSH_PROMISE] = open('stream', 4, Flag.END_HEADERS | Flag.PADDED);
  table[FrameType.PING] = fixed('connection', 8, Flag.ACK);
  table[FrameType.GOAWAY] = open('connection', 8, 0);
  table[FrameType.WINDOW_UPDATE] = fixed('either', 4, 0);
  table[FrameType.CONTINUATION] = open('stream', 0, Flag.END_HEADERS);
  return table;
})();

/** The form of a type that RFC 9113 defines; `undefined` for extensions, which may have any. */
export function frameForm(type: number): FrameForm | undefined {
  return forms[type];
}

/** Whether a payload of this length can hold what the type and its flags promise. */
export function lengthFits(type: number, flags: number, length: number): boolean {
  const form = forms[type];
  if (form === undefined) return true;
  if (length > form.mostBytes || length < form.leastBytes + flaggedBytes(form, flags)) return false;
  return form.unitBytes === 1 || length % form.unitBytes === 0;
}

/** The octets that must be there because a flag says so: the pad length and the priority fields. */
function flaggedBytes(form: FrameForm, flags: number): number {
  const set = flags & form.flags;
  return (set & Flag.PADDED ? 1 : 0) + (set & Flag.PRIORITY ? PRIORITY_BYTES : 0);
}
