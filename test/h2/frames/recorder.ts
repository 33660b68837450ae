import { toHex } from '#base';
import type { DataFrame, Fault, FrameSink, WholeFrame } from '#h2';

/** What a reader said, as plain values. Data octets are hexadecimal digits, and pieces of one frame are joined. */
export type Said =
  | { readonly kind: 'frame'; readonly frame: WholeFrame; readonly fault: Fault | undefined; readonly payload: string }
  | { readonly kind: 'begin'; readonly frame: DataFrame; readonly fault: Fault | undefined }
  | { kind: 'data'; octets: string }
  | { readonly kind: 'lost'; readonly length: number }
  | { readonly kind: 'end'; readonly frame: DataFrame };

/** Records a reader's calls in an order that does not depend on how the octets were cut. */
export class Recorder implements FrameSink {
  readonly said: Said[] = [];

  frame(frame: WholeFrame, fault: Fault | undefined, payload: Uint8Array, payloadStart: number): void {
    const octets = frame.kind === 'broken' ? '' : toHex(payload, payloadStart, payloadStart + frame.length);
    this.said.push({ kind: 'frame', frame, fault, payload: octets });
  }

  dataBegin(frame: DataFrame, fault: Fault | undefined): void {
    this.said.push({ kind: 'begin', frame, fault });
  }

  data(_frame: DataFrame, bytes: Uint8Array, start: number, end: number): void {
    const octets = toHex(bytes, start, end);
    const last = this.said.at(-1);
    if (last?.kind === 'data') last.octets += octets;
    else this.said.push({ kind: 'data', octets });
  }

  dataLost(_frame: DataFrame, length: number): void {
    this.said.push({ kind: 'lost', length });
  }

  dataEnd(frame: DataFrame): void {
    this.said.push({ kind: 'end', frame });
  }

  /** The frames in order, DATA included. */
  get frames(): (WholeFrame | DataFrame)[] {
    return this.said.flatMap((said) => (said.kind === 'frame' || said.kind === 'begin' ? [said.frame] : []));
  }

  /** The faults in order. */
  get faults(): Fault[] {
    return this.said.flatMap((said) =>
      (said.kind === 'frame' || said.kind === 'begin') && said.fault !== undefined ? [said.fault] : [],
    );
  }
}
