/**
 * The frames of each connection in the order of their sender, as numbers: enough to see that two captures show the same
 * connection, and which frames only one of them saw.
 */
import type { Side } from '#base';
import type { FrameEvent } from '#trace';

/** One frame of a side. */
export interface TrailFrame {
  readonly index: number;
  readonly packet: number;
  readonly timeMs: number;
  readonly type: number;
  readonly stream: number;
  readonly length: number;
}

/** Frames kept of a connection and side, and of all: a hundred bytes each. Beyond it the rest is not compared. */
const FRAMES_MAX = 20_000;
const FRAMES_IN_ALL_MAX = 400_000;

export class Trail {
  readonly client: TrailFrame[] = [];
  readonly server: TrailFrame[] = [];

  of(side: Side): TrailFrame[] {
    return side === 'client' ? this.client : this.server;
  }
}

export class FrameTrails {
  /** By the number that the connection has in its input. */
  readonly #trails = new Map<number, Trail>();
  #frames = 0;

  frame({ connection, from, frame, index, packet, timeMs }: FrameEvent): void {
    if (this.#frames >= FRAMES_IN_ALL_MAX) return;
    let trail = this.#trails.get(connection);
    if (trail === undefined) {
      trail = new Trail();
      this.#trails.set(connection, trail);
    }
    const frames = trail.of(from);
    if (frames.length >= FRAMES_MAX) return;
    this.#frames++;
    frames.push({ index, packet, timeMs, type: frame.type, stream: frame.stream, length: frame.length });
  }

  of(connection: number): Trail | undefined {
    return this.#trails.get(connection);
  }
}
