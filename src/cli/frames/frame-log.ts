/** The frame log: trace events in, lines of text out, one a frame. Not translated: people search it and programs cut it. */
import { formatEndpoint } from '#base';
import type {
  ClockEvent,
  ClosedEvent,
  EndEvent,
  FrameEvent,
  HeadersEvent,
  LostEvent,
  MessageEvent,
  OpenedEvent,
  ProtocolEvent,
  TraceEvent,
  ViolationEvent,
} from '#trace';
import { frameDetail } from './detail.ts';
import { senderOf, streamOf } from './event-parts.ts';
import { headersFull, headersShort } from './header-text.ts';
import { labelOf } from './labels.ts';
import type { MessageTexts, ShownMessage } from './message-texts.ts';
import { escapeControls, printable } from './printable.ts';
import { HEADING, Rows } from './row.ts';
import { tlsText } from './tls-text.ts';

/** Where the fields of `--headers` stand: under the type column. */
const FIELD_INDENT = ' '.repeat(37);

export class FrameLog {
  readonly #write: (text: string) => void;
  readonly #fullHeaders: boolean;
  readonly #linesMax: number;
  readonly #messages: MessageTexts | undefined;
  readonly #rows = new Rows();
  #lines = 0;
  /** The frame whose line still takes what its payload turned out to be; -1 when there is none. */
  #openIndex = -1;
  #openLine = '';
  #openFields = '';

  /** With `messages`, the contents of messages and status details stand under the line of their frame. */
  constructor(write: (text: string) => void, fullHeaders: boolean, linesMax: number, messages?: MessageTexts) {
    this.#messages = messages;
    this.#write = write;
    this.#fullHeaders = fullHeaders;
    this.#linesMax = linesMax;
  }

  /** The limit is reached: no further event changes the output. */
  get full(): boolean {
    return this.#lines >= this.#linesMax && this.#openIndex === -1;
  }

  /** Writes the column titles. */
  begin(): void {
    this.#write(HEADING);
  }

  event(event: TraceEvent): void {
    switch (event.kind) {
      case 'frame':
        this.#frame(event);
        break;
      case 'headers':
        this.#headers(event);
        break;
      case 'message':
        this.#message(event);
        break;
      default:
        this.#other(event);
    }
  }

  /** Writes the line that was kept open. Call it when no event of the same frame can follow: between pieces of input. */
  flush(): void {
    if (this.#openIndex === -1) return;
    this.#write(`${this.#openLine}\n${this.#openFields}`);
    this.#openIndex = -1;
    this.#openFields = '';
  }

  #frame(event: FrameEvent): void {
    this.flush();
    if (!this.#count()) return;
    const { frame } = event;
    const row = this.#rows.frame(event.index, event.timeMs, event.packet, event.connection, event.from, frame);
    const detail = frameDetail(frame, event.streamWindow, event.connectionWindow);
    this.#openIndex = event.index;
    this.#openLine = detail === '' ? row : `${row}  ${detail}`;
  }

  #headers(event: HeadersEvent): void {
    if (event.index !== this.#openIndex) return;
    this.#openLine += `  ${headersShort(event)}`;
    if (this.#fullHeaders) this.#openFields += headersFull(event, FIELD_INDENT);
    this.#below(this.#messages?.details(event));
  }

  #message(event: MessageEvent): void {
    if (event.index !== this.#openIndex) return;
    const cut = event.received < event.length ? ` cut short at ${event.received} of` : '';
    this.#openLine += `  ${event.compressed ? 'compressed ' : ''}message${cut} ${event.length}`;
    this.#below(this.#messages?.message(event));
  }

  #below(shown: ShownMessage | undefined): void {
    if (shown !== undefined) this.#openFields += `${FIELD_INDENT}${escapeControls(shown.text)}\n`;
  }

  #other(event: OtherEvent): void {
    const label = labelOf(event);
    if (label === undefined) return;
    this.flush();
    if (!this.#count()) return;
    const { timeMs, packet, connection } = event;
    const index = event.kind === 'violation' ? event.index : undefined;
    const row = this.#rows.other(index, timeMs, packet, connection, senderOf(event), label, streamOf(event));
    const detail = otherDetail(event);
    this.#write(detail === '' ? `${row}\n` : `${row}  ${detail}\n`);
  }

  #count(): boolean {
    if (this.#lines >= this.#linesMax) return false;
    this.#lines++;
    return true;
  }
}

type OtherEvent = Exclude<TraceEvent, FrameEvent | HeadersEvent | MessageEvent>;

function otherDetail(event: OtherEvent): string {
  switch (event.kind) {
    case 'opened':
      return openedText(event);
    case 'protocol':
      return protocolText(event);
    case 'violation':
      return violationText(event);
    case 'lost':
      return lostText(event);
    case 'segment':
      return event.note;
    case 'clock':
      return clockText(event);
    case 'end':
      return endText(event);
    case 'closed':
      return closedText(event);
    case 'tls':
      return tlsText(event.news);
    case 'established':
      return '';
  }
}

function openedText(event: OpenedEvent): string {
  const ends = printable(`${formatEndpoint(event.client)} -> ${formatEndpoint(event.server)}`);
  const handshake = event.handshake === 'seen' ? '' : `, handshake ${event.handshake}`;
  return `${ends}${handshake}${event.sidesBy === 'ports' ? ', sides guessed from the ports' : ''}`;
}

function protocolText(event: ProtocolEvent): string {
  return event.text === '' ? event.protocol : `${event.protocol} "${printable(event.text)}"`;
}

function violationText(event: ViolationEvent): string {
  return `${event.rule}: ${printable(event.detail)}`;
}

function lostText(event: LostEvent): string {
  return `${event.length} bytes ${lostTexts[event.why]}`;
}

const lostTexts: Readonly<Record<LostEvent['why'], string>> = {
  capture: 'not captured',
  cut: 'of a packet not captured',
  resync: 'passed over to find a frame',
  encrypted: 'could not be decrypted',
};

function clockText({ byMs, leapPacket, proof }: ClockEvent): string {
  const way = byMs < 0 ? 'back' : 'ahead';
  return `the clock of the capture goes ${Math.abs(byMs / 1000).toFixed(3)} s ${way} at packet ${leapPacket} (${clockProofs[proof]})`;
}

const clockProofs: Readonly<Record<ClockEvent['proof'], string>> = {
  hosts: 'mended by the TCP time stamps',
  order: 'the time that passed is unknown',
  'one-host': 'by the TCP time stamps of one host',
};

/** A RST whose time to live is not that of its supposed sender comes from a middlebox. */
function endText(event: EndEvent): string {
  if (event.timeToLive === undefined) return '';
  const { timeToLive, usualTimeToLive } = event;
  const differs = usualTimeToLive !== undefined && usualTimeToLive !== timeToLive;
  return `TTL ${timeToLive}${differs ? `, usually ${usualTimeToLive}` : ''}`;
}

function closedText(event: ClosedEvent): string {
  return event.how === 'evicted' ? 'too many connections are open to follow this one' : '';
}
