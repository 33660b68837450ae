/**
 * One direction of an observed connection: octets in, frames and header blocks out to the handlers. Finds its way back to
 * a frame boundary after a loss.
 */
import { CLIENT_PREFACE, Flag, FrameType, frameTypeName } from '../frames/codes.ts';
import type { Fault } from '../frames/fault.ts';
import type { DataFrame, Frame } from '../frames/frame.ts';
import type { WholeFrame } from '../frames/parse.ts';
import { FrameReader, type FrameSink } from '../frames/reader.ts';
import { BlockAssembler, type BlockStep, type OpeningFrame } from '../headers/block.ts';
import type { HeaderBlock } from '../hpack/decoder.ts';
import { onDataBegin, onDataEnd } from './handlers/data.ts';
import { handleFrame } from './handlers/dispatch.ts';
import { onHeaderBlock } from './handlers/headers.ts';
import { onPromise } from './handlers/push.ts';
import type { Party } from './party.ts';
import { BoundaryFinder } from './resync.ts';
import type { Session } from './session.ts';
import type { LossPlace } from './sink.ts';

const PREFACE_BYTES = CLIENT_PREFACE.length;

/** Frames on probation after a boundary was found: octets that only look like frames fail within a few. */
const PROBATION_FRAMES = 16;

/** Streams that the other direction may have opened before this one is shown: more are never in flight unseen. */
const STREAMS_AHEAD = 256;

/** What is due at the beginning of a direction (RFC 9113 §3.4); `nothing` once it has come or was missed. */
type Due = 'preface' | 'settings' | 'nothing';

/** The HEADERS frame, whole or broken, whose block is not complete yet; a lost PUSH_PROMISE moves no stream that is known. */
interface Opening {
  readonly stream: number;
  readonly flags: number;
}

export class Half implements FrameSink {
  readonly #session: Session;
  readonly #party: Party;
  readonly #reader = new FrameReader(this);
  #assembler = new BlockAssembler();
  #finder: BoundaryFinder | undefined = undefined;
  #due: Due;
  #prefaceBytes = 0;
  #opening: Opening | undefined = undefined;

  constructor(session: Session, party: Party) {
    this.#session = session;
    this.#party = party;
    this.#due = party.side === 'client' ? 'preface' : 'settings';
  }

  /** What came before the next octets was not seen. */
  joinMiddle(): void {
    this.#due = 'nothing';
    this.#assembler = new BlockAssembler(true);
    this.#loseSync(Number.POSITIVE_INFINITY);
  }

  /** The octets from `start` to `end`, as one segment. */
  receive(bytes: Uint8Array, start: number, end: number): void {
    const at = this.#due === 'preface' ? this.#takePreface(bytes, start, end) : start;
    if (at >= end) return;
    this.#reader.maxFrameBytes = this.#party.maxFrameBytes;
    if (this.#finder === undefined) this.#read(bytes, at, end);
    else this.#search(this.#finder, bytes, at, end);
  }

  /** What the next `length` octets belong to, if no frame is missing with them. */
  lacksWithin(length: number): LossPlace | undefined {
    if (this.#finder !== undefined) return undefined;
    if (length <= this.#reader.dataLeft) return 'data';
    if (length <= this.#reader.blockLeft) return 'block';
    return length <= this.#reader.textLeft ? 'text' : undefined;
  }

  gap(length: number): void {
    if (length <= 0) return;
    this.#due = 'nothing';
    if (this.#finder === undefined) this.#lose(length);
    else if (this.#finder.gap(length)) this.#leaveSearch(this.#finder, length);
  }

  /** Nothing more will come: tells how much was passed over for want of a boundary. */
  end(): void {
    if (this.#finder === undefined) return;
    this.#finder.gap(0);
    this.#tellSkipped(this.#finder.skipped);
    this.#finder = new BoundaryFinder();
  }

  frame(
    frame: WholeFrame,
    fault: Fault | undefined,
    payload: Uint8Array,
    payloadStart: number,
    payloadEnd: number,
  ): void {
    if (this.#passesOver(fault)) return;
    this.#session.causality.count(this.#party.side);
    handleFrame(this.#session, this.#party, frame);
    if (fault !== undefined) this.#report(fault);
    if (this.#due === 'settings') this.#judgeFirst(frame);
    this.#step(this.#assembler.accept(frame, payload, payloadStart, payloadEnd), frame);
  }

  dataBegin(frame: DataFrame, fault: Fault | undefined): void {
    if (this.#passesOver(fault)) return;
    this.#session.causality.count(this.#party.side);
    onDataBegin(this.#session, this.#party, frame);
    if (fault !== undefined) this.#report(fault);
    if (this.#due === 'settings') this.#judgeFirst(frame);
    this.#step(this.#assembler.accept(frame), frame);
  }

  data(frame: DataFrame, bytes: Uint8Array, start: number, end: number): void {
    if (!this.#party.outOfStep) this.#session.sink.data(this.#party.side, frame.stream, bytes, start, end);
  }

  dataLost(frame: DataFrame, length: number): void {
    if (!this.#party.outOfStep) this.#session.sink.dataLost(this.#party.side, frame.stream, length);
  }

  dataEnd(frame: DataFrame): void {
    if (!this.#party.outOfStep) onDataEnd(this.#session, this.#party, frame);
  }

  /** Compares octets with the client's preface; returns where the frames begin. */
  #takePreface(bytes: Uint8Array, start: number, end: number): number {
    let at = start;
    while (at < end && this.#prefaceBytes < PREFACE_BYTES) {
      if (bytes[at] !== CLIENT_PREFACE.charCodeAt(this.#prefaceBytes)) {
        const detail = `octet ${this.#prefaceBytes} of the connection is not that of the client preface`;
        this.#session.violate('preface/invalid', this.#party.side, 0, detail);
        this.joinMiddle();
        return at;
      }
      this.#prefaceBytes++;
      at++;
    }
    if (this.#prefaceBytes === PREFACE_BYTES) this.#due = 'settings';
    return at;
  }

  #judgeFirst(frame: Frame): void {
    this.#due = 'nothing';
    if (frame.type === FrameType.SETTINGS && (frame.flags & Flag.ACK) === 0) return;
    const what = frame.type === FrameType.SETTINGS ? 'SETTINGS acknowledgement' : frameTypeName(frame.type);
    this.#session.violate('preface/settings-first', this.#party.side, 0, `the first frame is a ${what}`);
  }

  #report({ rule, stream, detail }: Fault): void {
    this.#session.violate(rule, this.#party.side, stream, detail);
  }

  /** A frame's part in a header block. */
  #step(step: BlockStep, frame: Frame): void {
    switch (step.kind) {
      case 'none':
        return;
      case 'open':
        if (frame.type === FrameType.HEADERS) this.#opening = frame;
        return;
      case 'complete':
        this.#opening = undefined;
        this.#block(step.opening, step.bytes, step.start, step.end);
        return;
      case 'lost':
        this.#cutBlock(frame.type === FrameType.HEADERS ? frame : this.#opening, step.bytes, step.start, step.end);
        return;
      case 'fault':
        this.#report(step.fault);
        // The block that the frame itself opens is the business of the next step.
        if (step.lostBlock && this.#opening !== undefined) this.#loseBlock(this.#opening);
        this.#step(step.next, frame);
    }
  }

  #block(opening: OpeningFrame, bytes: Uint8Array, start: number, end: number): void {
    const decoded = this.#party.decoder.decode(bytes, start, end);
    if (decoded.kind === 'fault') this.#report({ ...decoded, stream: opening.stream });
    this.#deliver(opening, decoded.kind === 'block' ? decoded : undefined);
  }

  #deliver(opening: OpeningFrame, block: HeaderBlock | undefined): void {
    if (opening.kind === 'headers') onHeaderBlock(this.#session, this.#party, opening.stream, opening.flags, block);
    else onPromise(this.#session, this.#party, opening, block);
  }

  /** Of a block only the beginning is there: its first fields are told, and the table is as after a loss. */
  #cutBlock(opening: Opening | undefined, bytes: Uint8Array, start: number, end: number): void {
    const { decoder } = this.#party;
    this.#loseBlock(opening, opening === undefined ? undefined : decoder.decodeCut(bytes, start, end));
  }

  /** A block cannot be decoded: entries that it would have made are missing from the table, and its stream moves on. */
  #loseBlock(opening: Opening | undefined, block?: HeaderBlock): void {
    this.#opening = undefined;
    this.#party.decoder.forgetTable();
    if (opening !== undefined) onHeaderBlock(this.#session, this.#party, opening.stream, opening.flags, block);
  }

  /** On probation: counts the frame, and says whether it must not be told because the direction is out of step. */
  #passesOver(fault: Fault | undefined): boolean {
    const party = this.#party;
    if (party.probation === 0) return false;
    party.probation--;
    if (fault !== undefined) party.outOfStep = true;
    return party.outOfStep;
  }

  #read(bytes: Uint8Array, start: number, end: number): void {
    this.#reader.push(bytes, start, end);
    if (!this.#party.outOfStep) return;
    this.#party.outOfStep = false;
    this.#party.probation = 0;
    // Octets that only looked like frames may have moved any stream.
    this.#session.streams.doubt();
    this.#loseSync(end - start);
  }

  /** `length` octets are missing, or cannot be read. */
  #loseSync(length: number): void {
    const { streams } = this.#session;
    this.#assembler.interrupt();
    this.#opening = undefined;
    this.#session.loseFrames(this.#party);
    this.#finder = new BoundaryFinder(Math.max(streams.highestOfClient, streams.highestOfServer) + STREAMS_AHEAD);
    this.#finder.allowStreams(length);
  }

  #search(finder: BoundaryFinder, bytes: Uint8Array, start: number, end: number): void {
    if (finder.push(bytes, start, end)) this.#leaveSearch(finder, 0);
  }

  /** A boundary was found; `cut` octets after those that are held are missing. */
  #leaveSearch(finder: BoundaryFinder, cut: number): void {
    this.#finder = undefined;
    this.#tellSkipped(finder.skipped + finder.boundary);
    // What was passed over on the way is lost as well, and the other direction went on meanwhile.
    this.#session.loseFrames(this.#party);
    this.#reader.restart();
    this.#party.probation = PROBATION_FRAMES;
    this.#read(finder.bytes, finder.boundary, finder.length);
    if (cut > 0) this.gap(cut);
  }

  #lose(length: number): void {
    this.#reader.gap(length);
    if (!this.#reader.synced) this.#loseSync(length);
  }

  #tellSkipped(length: number): void {
    if (length > 0) this.#session.sink.skipped(this.#party.side, length);
  }
}
