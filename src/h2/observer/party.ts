/** One side of an observed connection: what it has promised, what it may still send, and what became of its past. */
import { otherSide, type Side } from '#base';
import { Credit } from '../flow/credit.ts';
import { FRAME_BYTES_MAX } from '../frames/form.ts';
import { HpackDecoder } from '../hpack/decoder.ts';
import { TABLE_BYTES_DEFAULT } from '../hpack/dynamic-table.ts';
import { SettingsView } from '../settings-view.ts';

/** Credit as far as it can be known: nothing may have been missed. */
export class SeenCredit extends Credit {
  connectionKnown = true;
  initialKnown = true;
}

export interface GoAwaySeen {
  readonly lastStream: number;
  /** Ordinal of the frame among those of its sender. */
  readonly at: number;
}

export class Party {
  readonly side: Side;
  readonly other: Side;
  /** How much DATA this side may send. */
  readonly credit = new SeenCredit();
  /** What this side announced, which binds the other. */
  readonly settings = new SettingsView();
  readonly decoder = new HpackDecoder();
  /** The limit that the decoder was given for this side's table. */
  tableLimit = TABLE_BYTES_DEFAULT;
  /** The longest frame that it may send; all that a header can state until the other side's SETTINGS are seen. */
  maxFrameBytes = FRAME_BYTES_MAX;
  goAway: GoAwaySeen | undefined = undefined;
  /** True while streams may exist that it opened unseen: a new id is then no proof of an idle stream. */
  openingsUnsure = false;
  /**
   * Frames that are still on probation after a boundary was found: if one of them breaks a rule, the boundary was none,
   * and the direction must be searched again.
   */
  probation = 0;
  /** Set when that has happened; nothing that the direction seems to say may be told until it is in step again. */
  outOfStep = false;
  /** SETTINGS_NO_RFC7540_PRIORITIES of the first SETTINGS frame, once seen (RFC 9218 §2.1). */
  prioritiesOff: number | undefined = undefined;
  /** It has set SETTINGS_ENABLE_CONNECT_PROTOCOL to 1 (RFC 8441 §3). */
  connectProtocol = false;

  constructor(side: Side) {
    this.side = side;
    this.other = otherSide(side);
  }

  /** Forgets header blocks that may come again. */
  rest(): void {
    this.decoder.rest();
  }
}
