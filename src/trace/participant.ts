/** One end of a traced connection: what it speaks, as far as that is known, and what becomes of its octets. */
import { EndSniffer } from './sniff/end-sniffer.ts';
import type { Sign } from './sniff/recognise.ts';

export class Participant {
  /** Present until the end's protocol has been told. */
  sniffer: EndSniffer | undefined;
  /** Some octets of the end were seen, or are known to be missing. */
  hasSpoken = false;
  /** `watch`: its octets are HTTP/2; `ignore`: they are not; `sniff`: not known yet. */
  mode: 'sniff' | 'watch' | 'ignore' = 'sniff';
  /** Octets before HTTP/2 begins, after an upgrade. */
  skip = 0;
  #told: Sign | undefined = undefined;

  constructor(fromStart: boolean) {
    this.sniffer = new EndSniffer(fromStart);
  }

  /** What the end speaks, once that is known. */
  get sign(): Sign | undefined {
    return this.#told ?? this.sniffer?.sign;
  }

  /** True while octets of it wait for a verdict. */
  get isUndecided(): boolean {
    return this.hasSpoken && this.mode === 'sniff' && this.sign === undefined;
  }

  /** The protocol has been told. */
  settle(isHttp2: boolean): void {
    this.mode = isHttp2 ? 'watch' : 'ignore';
    this.#told = this.sniffer?.sign;
    this.sniffer = undefined;
  }
}
