/** A stream with what an observer notes besides: where in each direction its turning points stood. */

import type { StreamState } from '../stream/state.ts';
import { Stream } from '../stream/stream.ts';

export class SeenStream extends Stream {
  /** Ordinal of the frame that opened it, among the frames of its initiator; 0 when that was not seen. */
  openedAt = 0;
  /** Ordinal of the RST_STREAM, among the frames of the side that reset it. */
  resetAt = 0;
  /** The request's method leaves the response without content whatever Content-Length says (RFC 9110 §9.3.2, §9.3.6). */
  bodiless = false;

  override begin(state: StreamState): void {
    super.begin(state);
    this.openedAt = 0;
    this.resetAt = 0;
    this.bodiless = false;
  }
}
