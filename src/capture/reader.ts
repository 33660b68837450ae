/**
 * Turns the octets of a capture file, in whatever pieces they come, into packets. Holds at most one incomplete record;
 * a packet that lies whole in a piece is handed out where it lies.
 */
import { CaptureClock } from './clock.ts';
import { identifyFormat } from './format.ts';
import { PcapParser } from './pcap.ts';
import { PcapngParser } from './pcapng.ts';
import { ProblemList } from './problem.ts';
import type { PacketCallback, RecordParser, SecretsCallback } from './record.ts';

/** Octets after which a file that is no capture can be named: enough for a line of text or the magic of an archive. */
const NAMING_BYTES = 512;
/** Octets of the longest magic number of a capture. */
const MAGIC_BYTES = 4;

export class CaptureReader {
  readonly #onPacket: PacketCallback;
  readonly #onSecrets: SecretsCallback | undefined;
  readonly clock = new CaptureClock();
  readonly problems: ProblemList;
  #parser: RecordParser | undefined;
  #format: 'pcap' | 'pcapng' | undefined;
  #stopped = false;
  /** Octets of the file before the piece at hand. */
  #offset = 0;
  #held = new Uint8Array(0);
  #heldLength = 0;
  #skip = 0;

  constructor(onPacket: PacketCallback, problems: ProblemList = new ProblemList(), onSecrets?: SecretsCallback) {
    this.#onPacket = onPacket;
    this.#onSecrets = onSecrets;
    this.problems = problems;
  }

  /** Undefined until the first octets have told, and for what is no capture. */
  get format(): 'pcap' | 'pcapng' | undefined {
    return this.#format;
  }

  /** Packets met so far. */
  get packets(): number {
    return this.#parser?.packets ?? 0;
  }

  /** Offset in the file of the record that is being read. */
  get recordAt(): number {
    return this.#parser?.recordAt ?? 0;
  }

  /** Packets that the capturing program says it dropped. */
  get dropped(): number {
    return this.#parser?.dropped ?? 0;
  }

  /** How many blocks of TLS secrets the file holds. */
  get secrets(): number {
    return this.#parser?.secrets ?? 0;
  }

  /** Reads the next piece of the file. Its octets may be reused after the call. */
  push(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length && !this.#stopped) {
      if (this.#skip > 0) at = this.#pass(bytes, at);
      else if (this.#heldLength > 0) at = this.#topUp(bytes, at);
      else at = this.#readInPlace(bytes, at);
    }
    this.#offset += bytes.length;
  }

  /** The file is complete. */
  end(): void {
    if (this.#stopped) return;
    if (this.#parser === undefined) this.#identify(this.#held.subarray(0, this.#heldLength), true);
    const parser = this.#parser;
    if (parser === undefined || this.#stopped) return;
    const missing = this.#skip > 0 ? this.#skip : this.#heldLength > 0 ? parser.wanted - this.#heldLength : 0;
    if (missing === 0) return;
    const packet = parser.part === 'packet' ? parser.packets + 1 : 0;
    this.problems.add('truncated-file', parser.recordAt, packet, { part: parser.part, missing, read: parser.packets });
    this.#stopped = true;
  }

  #pass(bytes: Uint8Array, at: number): number {
    const passed = Math.min(this.#skip, bytes.length - at);
    this.#skip -= passed;
    return at + passed;
  }

  #readInPlace(bytes: Uint8Array, at: number): number {
    const parser = this.#parser ?? this.#identify(bytes.subarray(at), false);
    const stopAt = parser === undefined ? at : parser.parse(bytes, at, bytes.length, this.#offset);
    this.#stopped ||= parser?.stopped ?? false;
    if (stopAt > bytes.length) this.#skip = stopAt - bytes.length;
    else this.#hold(bytes, stopAt, bytes.length);
    return bytes.length;
  }

  /** Completes the held record with octets of this piece, and not one more, so that the rest is read in place. */
  #topUp(bytes: Uint8Array, at: number): number {
    const wanted = this.#parser?.wanted ?? NAMING_BYTES;
    const taken = Math.min(wanted - this.#heldLength, bytes.length - at);
    this.#hold(bytes, at, at + taken);
    const held = this.#held.subarray(0, this.#heldLength);
    const parser = this.#parser ?? this.#identify(held, false);
    if (parser === undefined || held.length < parser.wanted) return at + taken;
    const heldAt = this.#offset + at + taken - held.length;
    const stopAt = parser.parse(held, 0, held.length, heldAt);
    this.#stopped ||= parser.stopped;
    this.#skip = Math.max(0, stopAt - held.length);
    this.#heldLength = Math.max(0, held.length - stopAt);
    this.#held.copyWithin(0, stopAt, held.length);
    return at + taken;
  }

  #hold(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#heldLength + end - start;
    if (length > this.#held.length) {
      const grown = new Uint8Array(Math.max(length, this.#held.length * 2, NAMING_BYTES));
      grown.set(this.#held.subarray(0, this.#heldLength));
      this.#held = grown;
    }
    this.#held.set(bytes.subarray(start, end), this.#heldLength);
    this.#heldLength = length;
  }

  /** Chooses the parser as soon as the first octets tell, or records what else the file is. */
  #identify(first: Uint8Array, complete: boolean): RecordParser | undefined {
    if (first.length < MAGIC_BYTES && !complete) return undefined;
    const format = identifyFormat(first);
    if (format === 'pcap' || format === 'pcapng') return this.#begin(format);
    if (first.length < NAMING_BYTES && !complete) return undefined;
    if (format === 'gzip') this.problems.add('compressed', 0, 0);
    else this.problems.add('not-a-capture', 0, 0, { what: format.other, advice: format.advice });
    this.#stopped = true;
    return undefined;
  }

  #begin(format: 'pcap' | 'pcapng'): RecordParser {
    this.#format = format;
    const parser =
      format === 'pcap'
        ? new PcapParser(this.#onPacket, this.clock, this.problems)
        : new PcapngParser(this.#onPacket, this.clock, this.problems, this.#onSecrets);
    this.#parser = parser;
    return parser;
  }
}
