/**
 * A connection whose records stay closed: what their types and lengths still tell. TLS 1.3 hides types, but a Finished
 * and an alert have lengths that nothing else has.
 */
import type { End, TlsNews } from '#trace';
import { ContentType } from './record.ts';
import { hashBytes, type Suite } from './suites.ts';
import { Traffic } from './traffic.ts';

type Role = 'client' | 'server';

/** Of the level and the description. */
const ALERT_BYTES = 2;
/** Type and length before a handshake message (RFC 8446 §4). */
const MESSAGE_HEADER_BYTES = 4;

export class SealedView {
  nowMs = 0;
  readonly #tell: (role: Role, news: TlsNews) => void;
  readonly #traffic = new Traffic();
  #version13 = false;
  #suite: Suite | undefined = undefined;
  /** Protected records of a side that were no alert. */
  readonly #records = { client: 0, server: 0 };
  readonly #finished = { client: false, server: false };
  /** Records of the server after the client's Finished. */
  #answers = 0;
  #seen = false;
  #ended = false;

  constructor(tell: (role: Role, news: TlsNews) => void) {
    this.#tell = tell;
  }

  /** Both hellos are known. */
  begin(version13: boolean, suite: Suite | undefined): void {
    this.#version13 = version13;
    this.#suite = suite;
  }

  record(role: Role, end: End, type: number, length: number): void {
    const bytes = length - this.#expansion;
    this.#seen = true;
    if (this.#isAlert(type, bytes)) this.#alert(role);
    else if (this.#version13) this.#record13(role, end, bytes);
    else if (type === ContentType.HANDSHAKE) this.#finish(role);
    else if (type === ContentType.APPLICATION_DATA) this.#traffic.record(end, bytes, this.nowMs);
  }

  /** What both sides sent, told once; not where records were missed, because then it is not all. */
  end(ends: Readonly<Record<Role, End>>, incomplete: boolean): void {
    if (this.#ended) return;
    this.#ended = true;
    if (!this.#seen || incomplete) return;
    this.#tell('client', this.#traffic.summary(ends.client, this.nowMs));
    this.#tell('server', this.#traffic.summary(ends.server, this.nowMs));
  }

  /** Octets by which protection makes a record's body longer than its content. */
  get #expansion(): number {
    if (this.#version13) return 17;
    if (this.#suite?.kind === 'aead') return this.#suite.aead === 'chacha20-poly1305' ? 16 : 24;
    return 0;
  }

  #isAlert(type: number, bytes: number): boolean {
    return this.#version13 ? bytes === ALERT_BYTES : type === ContentType.ALERT;
  }

  /** Before the client's first protected record that is no alert it cannot have finished. */
  #record13(role: Role, end: End, bytes: number): void {
    const isFinished = bytes === MESSAGE_HEADER_BYTES + hashBytes[this.#suite?.hash ?? 'sha256'];
    this.#records[role]++;
    if (role === 'server' && !this.#finished.client) return;
    if (role === 'client' && !this.#finished.client) {
      if (!isFinished && this.#records.client < 2) return;
      // The client answers the server's Finished with its own (RFC 8446 §2).
      this.#finish('server');
      this.#finish('client');
      if (isFinished) return;
    }
    if (role === 'server') this.#answers++;
    this.#traffic.record(end, bytes, this.nowMs);
  }

  #finish(role: Role): void {
    if (this.#finished[role]) return;
    this.#finished[role] = true;
    this.#tell(role, { step: 'finished' });
  }

  #alert(role: Role): void {
    const over = this.#finished.client && this.#finished.server;
    const inHandshake = !over || (role === 'server' && this.#version13 && this.#answers === 0);
    this.#tell(role, { step: 'alert', fatal: false, name: 'encrypted', inHandshake });
  }
}
