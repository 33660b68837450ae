/**
 * Gathers what a timeline shows, beside the diagnosis and from the same events. It cannot know yet what will matter, so it
 * keeps a bounded part of each connection and forgets well ones first; what was left out is counted.
 */
import type { TraceEvent } from '#trace';
import type { TimelineSource } from './source.ts';
import { Track } from './track.ts';

/** Connections kept. A track holds up to 400 marks of some 300 octets, so this many take 70 MB at the most. */
const CONNECTIONS_MAX = 600;

export class TimelineCollector implements TimelineSource {
  readonly #tracks = new Map<number, Track>();
  /** Connections seen. */
  connections = 0;

  /** Takes the next event. Bound, so that it can be handed over as a `TraceSink`. */
  readonly event = (event: TraceEvent): void => {
    if (event.kind === 'opened') {
      this.connections++;
      if (this.#tracks.size >= CONNECTIONS_MAX) this.#forgetOne();
      this.#tracks.set(event.connection, new Track(event));
      return;
    }
    const track = this.#tracks.get(event.connection);
    if (track === undefined) return;
    switch (event.kind) {
      case 'frame':
      case 'end':
      case 'lost':
        track.mark(event);
        break;
      case 'headers':
        track.headers(event);
        break;
      case 'message':
        track.message(event);
        break;
      case 'violation':
        track.violation(event);
        break;
      case 'closed':
        track.closedMs ??= event.timeMs;
    }
  };

  track(connection: number): Track | undefined {
    return this.#tracks.get(connection);
  }

  /** Those kept, in the order in which they opened. */
  tracks(): readonly Track[] {
    return [...this.#tracks.values()];
  }

  /** The oldest that went well, or else the oldest. */
  #forgetOne(): void {
    let oldest: number | undefined;
    for (const [connection, track] of this.#tracks) {
      oldest ??= connection;
      if (track.troubled || track.closedMs === undefined) continue;
      this.#tracks.delete(connection);
      return;
    }
    if (oldest !== undefined) this.#tracks.delete(oldest);
  }
}
