/** What the handlers of both directions share about one connection. */
import type { Side } from '#base';
import { FRAME_BYTES_MAX } from '../frames/form.ts';
import type { RuleId } from '../rules.ts';
import { Streams } from '../stream/streams.ts';
import { Causality } from './causality.ts';
import { Claims } from './claims.ts';
import { Party } from './party.ts';
import { SeenStream } from './seen-stream.ts';
import type { ObserverSink } from './sink.ts';

export class Session {
  readonly sink: ObserverSink;
  readonly client = new Party('client');
  readonly server = new Party('server');
  readonly streams = new Streams(() => new SeenStream());
  readonly causality = new Causality();
  readonly claims: Claims;

  constructor(sink: ObserverSink) {
    this.sink = sink;
    this.claims = new Claims(this.causality, (violation, framesAgo) => sink.violation(violation, framesAgo));
  }

  party(side: Side): Party {
    return side === 'client' ? this.client : this.server;
  }

  peer(party: Party): Party {
    return party.side === 'client' ? this.server : this.client;
  }

  /** A rule is broken; certain at once, because one direction alone proves it. */
  violate(rule: RuleId, by: Side, stream: number, detail: string): void {
    if (!this.#isDoubtful(by)) this.sink.violation({ rule, by, stream, detail }, 0);
  }

  /** A rule may be broken, if the order of the directions is what it seems. `holds` is asked again when that is known. */
  claim(rule: RuleId, by: Side, stream: number, detail: string, holds: () => boolean): void {
    if (this.#isDoubtful(by)) return;
    this.claims.add({ rule, by, stream, detail, at: this.causality.last(by), holds });
  }

  /** On probation a breach tells against the boundary that was found, not against the side. */
  #isDoubtful(by: Side): boolean {
    const party = this.party(by);
    if (party.probation > 0) party.outOfStep = true;
    return party.outOfStep;
  }

  /** `party` has shown that it received the other side's frame `at`. */
  saw(party: Party, at: number): void {
    if (this.causality.saw(party.side, at) && this.claims.waiting) this.claims.settle();
  }

  /**
   * Frames of `party` went unseen. They may have opened and ended streams, moved every window, changed settings and
   * acknowledged others; what follows is judged only as far as none of that matters.
   */
  loseFrames(party: Party): void {
    const peer = this.peer(party);
    for (const one of [party, peer]) {
      one.credit.connectionKnown = false;
      one.credit.initialKnown = false;
      one.settings.lose();
      one.decoder.setTableLimit(Number.POSITIVE_INFINITY);
      one.maxFrameBytes = FRAME_BYTES_MAX;
    }
    party.decoder.forgetTable();
    party.openingsUnsure = true;
    this.streams.blur();
    this.claims.drop();
  }
}
