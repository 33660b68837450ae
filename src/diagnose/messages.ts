/**
 * Messages for findings: keeps what calls said until it is known which of them were hit, then decodes those alone. What ended
 * well is forgotten, and all that is kept is bounded.
 */
import type { Redactor } from '#base';
import {
  type CallContext,
  decodeBinaryValues,
  type MessageNote,
  type MessagePorts,
  messageJson,
  messageText,
  type ReadMessage,
  readKnown,
  readMessage,
  type SentMessage,
} from '#grpc';
import { type HeadersEvent, MessageContexts, type MessageEvent, type TraceEvent } from '#trace';
import type { Finding, FindingMessage } from './finding.ts';
import type { Language } from './render/messages/index.ts';
import { Writer } from './render/writer.ts';

/** Octets kept over all calls: a thousand messages of usual size with room to spare, and little beside Node itself. */
const KEPT_BYTES_MAX = 16_777_216;
/** Messages shown in one finding. */
const SHOWN_MAX = 8;
const TEXT_MAX = 2_000;
/** Numbers of connections and streams as one key: exact for two million connections, more than are followed. */
const STREAMS = 4_294_967_296;

/** Connections of a report that are one input's: those above `after`, which is to be taken off, up to `upTo`. */
export interface ConnectionIds {
  readonly after: number;
  readonly upTo: number;
}

const ALL: ConnectionIds = { after: 0, upTo: Number.POSITIVE_INFINITY };

interface Said {
  readonly event: MessageEvent | HeadersEvent;
  readonly context: CallContext;
}

/** What one call said: its first request message, its last response message, and the details of its status. */
interface Call {
  request: Said | undefined;
  response: Said | undefined;
  details: Said | undefined;
  bytes: number;
}

export class CallMessages {
  readonly #ports: MessagePorts;
  readonly #redactor: Redactor | undefined;
  readonly #contexts = new MessageContexts();
  /** Oldest first. */
  readonly #calls = new Map<number, Call>();
  /** The last list that is no status, or one without details: servers repeat a few lists, and equal ones are the same. */
  #mute: HeadersEvent['fields'] | undefined;
  #good: HeadersEvent['fields'] | undefined;
  #bytes = 0;

  constructor(ports: MessagePorts, redactor: Redactor | undefined) {
    this.#ports = ports;
    this.#redactor = redactor;
  }

  event(event: TraceEvent): void {
    if (this.#reads) this.#contexts.event(event);
    if (event.kind === 'message') this.#message(event);
    else if (event.kind === 'headers' && event.from === 'server') this.#answer(event);
  }

  /** The findings, with the messages of the calls that each is about. `ids`: which connections of the findings are this input's. */
  attach(findings: readonly Finding[], ids: ConnectionIds = ALL): readonly Finding[] {
    return findings.map((finding) => this.#withMessages(finding, ids));
  }

  /** Recursion follows the nesting that the rules give their findings, two or three deep. */
  #withMessages(finding: Finding, ids: ConnectionIds): Finding {
    const consequences = finding.consequences.map((below) => this.#withMessages(below, ids));
    const messages: FindingMessage[] = [...(finding.messages ?? [])];
    for (const key of keysOf(finding, ids)) {
      const call = this.#calls.get(key);
      if (call === undefined) continue;
      for (const said of [call.request, call.response, call.details])
        if (said !== undefined) messages.push(this.#shown(said, ids));
      if (messages.length >= SHOWN_MAX) break;
    }
    return messages.length === 0 ? { ...finding, consequences } : { ...finding, consequences, messages };
  }

  /** Without types and without guesses there is nothing to show but status details. */
  get #reads(): boolean {
    return this.#ports.schema !== undefined || this.#ports.guess;
  }

  #message(event: MessageEvent): void {
    if (!this.#reads) return;
    const { connection, stream, from } = event;
    const call = this.#call(connection, stream);
    if (from === 'client' && call.request !== undefined) return;
    const said = { event, context: this.#contexts.of(connection, stream) };
    const before = from === 'client' ? call.request : call.response;
    if (from === 'client') call.request = said;
    else call.response = said;
    this.#count(call, bytesOf(said) - (before === undefined ? 0 : bytesOf(before)));
  }

  #answer(event: HeadersEvent): void {
    const { connection, stream, fields } = event;
    if (fields === this.#mute) return;
    const status = fields === this.#good ? '0' : fields.find(({ name }) => name === 'grpc-status')?.value;
    if (status === '0') {
      this.#good = fields;
      if (this.#calls.size > 0) this.#forget(connection * STREAMS + stream);
      return;
    }
    if (status === undefined || detailsOf(event) === undefined) {
      this.#mute = fields;
      return;
    }
    const call = this.#call(connection, stream);
    call.details = { event, context: this.#contexts.of(connection, stream) };
    this.#count(call, bytesOf(call.details));
  }

  #call(connection: number, stream: number): Call {
    const key = connection * STREAMS + stream;
    const known = this.#calls.get(key);
    if (known !== undefined) return known;
    const call: Call = { request: undefined, response: undefined, details: undefined, bytes: CALL_BYTES };
    this.#calls.set(key, call);
    this.#bytes += CALL_BYTES;
    return call;
  }

  #count(call: Call, bytes: number): void {
    call.bytes += bytes;
    this.#bytes += bytes;
    for (const key of this.#calls.keys()) {
      if (this.#bytes <= KEPT_BYTES_MAX) return;
      this.#forget(key);
    }
  }

  #forget(key: number): void {
    const call = this.#calls.get(key);
    if (call === undefined) return;
    this.#bytes -= call.bytes;
    this.#calls.delete(key);
  }

  #shown({ event, context }: Said, { after }: ConnectionIds): FindingMessage {
    const connection = event.connection + after;
    const { stream, index: frame, timeMs, from } = event;
    const { type, value, notes } =
      event.kind === 'message'
        ? readMessage(sentMessage(event), context, this.#ports)
        : statusDetails(event, this.#ports);
    const redactor = this.#redactor;
    const options = { redactor, charactersMax: TEXT_MAX };
    return {
      ...{ connection, stream, frame, timeMs, from, type },
      notes: redactor === undefined ? notes : notes.map((note) => redactNote(note, redactor)),
      text: value === undefined ? '' : messageText(value, options),
      value: value === undefined ? undefined : messageJson(value, redactor),
    };
  }
}

/** The names in a note come from `:path`, which may be anything. */
function redactNote(note: MessageNote, redactor: Redactor): MessageNote {
  if (note.kind === 'no-service') return { ...note, service: redactor.text(note.service) };
  if (note.kind === 'no-method') return { ...note, method: redactor.text(note.method) };
  return note;
}

/** A note as a sentence. */
export function messageNote(note: MessageNote, language: Language): string {
  return new Writer(language).note(note);
}

/** What a call takes beside its octets, roughly. */
const CALL_BYTES = 500;

function bytesOf({ event }: Said): number {
  return event.kind === 'message' ? (event.payload?.length ?? 0) : (detailsOf(event)?.length ?? 0);
}

/** The event as the reader of messages takes it. */
export function sentMessage({ from, compressed, length, received, payload }: MessageEvent): SentMessage {
  return { from, compressed, length, received, payload };
}

function detailsOf({ fields }: HeadersEvent): string | undefined {
  return fields.find(({ name, unknown }) => name === 'grpc-status-details-bin' && unknown === 'nothing')?.value;
}

/** `grpc-status-details-bin`: a google.rpc.Status, whose types are built in; undefined value if the field is no base64. */
export function statusDetails(event: HeadersEvent, { schema }: Pick<MessagePorts, 'schema'>): ReadMessage {
  const [bytes] = decodeBinaryValues(detailsOf(event) ?? '');
  if (bytes === undefined) return { type: STATUS, value: undefined, notes: [{ kind: 'malformed', at: 0 }] };
  return readKnown(STATUS, bytes, schema);
}

const STATUS = 'google.rpc.Status';

/** The calls that a finding names: those that were hit first, then those that its evidence shows. */
function keysOf({ victims, evidence }: Finding, { after, upTo }: ConnectionIds): ReadonlySet<number> {
  const keys = new Set<number>();
  const add = (connection: number, stream: number): void => {
    if (connection > after && connection <= upTo) keys.add((connection - after) * STREAMS + stream);
  };
  for (const { connection, stream } of victims) add(connection, stream);
  for (const { connection, params } of evidence) {
    if (typeof params.stream === 'number' && params.stream > 0) add(connection, params.stream);
  }
  return keys;
}
