/**
 * The flight recorders of a channel or a server: one for each connection that is open, and those of the connections that
 * closed last, because questions come after the crash.
 */
import { groupOption, type OptionNames, UsageError } from '#base';
import { Recorder } from '#drive';
import type { TraceEvent } from '#trace';

export interface RecordingOptions {
  /**
   * Latest frames kept of each connection, beside its first 24 entries. Default 512 for a channel and 64 for a server (about 20 KB
   * and 4 KB once there were so many): a server has many connections, and clients record more. 0 records nothing.
   */
  readonly frames?: number | undefined;
  /** Closed connections whose record is kept. Default 16: a rolling restart of some servers, and what led to it. */
  readonly closedConnections?: number | undefined;
}

const NAMES: OptionNames<RecordingOptions> = { frames: true, closedConnections: true };
const CLOSED_DEFAULT = 16;

export class Flights {
  readonly #frames: number;
  readonly #closedMax: number;
  readonly #open = new Set<FlightRecorder>();
  /** Oldest first. */
  readonly #closed: FlightRecorder[] = [];

  constructor(options: RecordingOptions, framesDefault: number) {
    const { frames, closedConnections } = groupOption('recording', options, NAMES);
    this.#frames = checked('recording.frames', frames ?? framesDefault);
    this.#closedMax = checked('recording.closedConnections', closedConnections ?? CLOSED_DEFAULT);
  }

  /** Makes the recorder of a new connection. */
  readonly recorder = (): Recorder | undefined => {
    if (this.#frames === 0) return undefined;
    const recorder = new FlightRecorder(this.#frames, this.#over);
    this.#open.add(recorder);
    return recorder;
  };

  /** Those of the connections that closed last, the newest first. */
  get closed(): readonly Recorder[] {
    return this.#closed.toReversed();
  }

  /** What was recorded of all of them, by time; time 0 is the opening of the earliest, at `originMs` of the clock. */
  trace(): { readonly originMs: number; readonly events: readonly TraceEvent[] } {
    const recorders = [...this.#closed, ...this.#open];
    const opened = recorders.map((recorder) => recorder.events(1, 0)[0]?.timeMs ?? 0);
    const originMs = Math.min(...opened);
    const events: TraceEvent[] = [];
    let frames = 0;
    for (const [at, recorder] of recorders.entries()) {
      const own = recorder.events(at + 1, originMs, frames + 1);
      frames += own.filter(({ kind }) => kind === 'frame').length;
      events.push(...own);
    }
    return { originMs, events: events.sort((one, other) => one.timeMs - other.timeMs) };
  }

  readonly #over = (recorder: FlightRecorder): void => {
    this.#open.delete(recorder);
    this.#closed.push(recorder);
    if (this.#closed.length > this.#closedMax) this.#closed.shift();
  };
}

/** Tells when its connection is gone. */
class FlightRecorder extends Recorder {
  readonly #over: (recorder: FlightRecorder) => void;

  constructor(frames: number, over: (recorder: FlightRecorder) => void) {
    super({ frames });
    this.#over = over;
  }

  override gone(nowMs: number): void {
    super.gone(nowMs);
    this.#over(this);
  }
}

function checked(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value;
  throw new UsageError(`${name} is ${value}, where a whole number of 0 or more is needed`);
}
