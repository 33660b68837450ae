/** A client session on a link that the test holds, in virtual time. */
import { type KeepaliveOptions, Recorder, Session, Timers } from '#drive';
import { linesOf } from '../h2/connection/scripted-peer.ts';
import { type Chunk, Speaker } from '../h2/observer/script.ts';
import { ConnectionNotes, list, requestFields, StreamNotes } from '../support/engine-pair.ts';
import { FakeLink } from '../support/fake-link.ts';
import { VirtualClock } from '../support/virtual-clock.ts';

export class SessionRig {
  readonly clock = new VirtualClock();
  readonly timers = new Timers(this.clock);
  readonly link = new FakeLink();
  readonly notes = new ConnectionNotes();
  readonly recorder = new Recorder({ frames: 64 });
  readonly session: Session;
  readonly #chunks: Chunk[] = [];
  readonly server = new Speaker('server', this.#chunks);

  constructor(keepalive?: Partial<KeepaliveOptions>, progressTimeoutMs?: number) {
    const off = Number.POSITIVE_INFINITY;
    const all = { intervalMs: off, timeoutMs: 20_000, withoutCalls: false, probeAfterMs: off, ...keepalive };
    const { clock, timers, link, recorder } = this;
    const options = { side: 'client', link, clock, timers, recorder, keepalive: all, progressTimeoutMs } as const;
    this.session = new Session(options, this.notes);
    this.notes.connection = this.session.connection;
    this.session.start();
    this.server.settings().ack();
    this.exchange();
  }

  /** Gives the server's octets to the session and answers with the frames that it wrote. */
  exchange(): string[] {
    for (const { bytes } of this.#chunks.splice(0)) this.link.say(bytes);
    this.clock.settle();
    return linesOf(this.link.take());
  }

  open(): StreamNotes {
    const notes = new StreamNotes(() => this.session.connection);
    notes.stream = this.session.connection.open(notes, list(requestFields), true);
    return notes;
  }

  /** Lets time pass, and answers with the frames that were written meanwhile. */
  pass(ms: number): string[] {
    this.clock.advance(ms);
    return this.exchange();
  }
}
