/** Where the tracer's events go, and the one counter that runs over all connections. */
import type { TraceSink } from './events.ts';

export class Output {
  readonly sink: TraceSink;
  /** Frames so far, over the whole input. */
  frames = 0;
  /** Connections so far. */
  connections = 0;

  constructor(sink: TraceSink) {
    this.sink = sink;
  }
}

/** Which connection, and when: what every event of one begins with. */
export interface Place {
  readonly connection: number;
  timeMs: number;
  packet: number;
}
