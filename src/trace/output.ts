/** Where the tracer's events go, and what all connections share. */
import { Awake } from './awake.ts';
import type { TraceSink } from './events.ts';
import type { PayloadAllowance } from './payload.ts';

export class Output {
  readonly sink: TraceSink;
  /** Undefined if nobody asked for the octets of messages. */
  readonly allowance: PayloadAllowance | undefined;
  readonly awake = new Awake();
  /** Frames so far, over the whole input. */
  frames = 0;
  /** Connections so far. */
  connections = 0;

  constructor(sink: TraceSink, allowance?: PayloadAllowance) {
    this.sink = sink;
    this.allowance = allowance;
  }
}

/** Which connection, and when: what every event of one begins with. */
export interface Place {
  readonly connection: number;
  timeMs: number;
  packet: number;
}
