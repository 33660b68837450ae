/** Messages of the frame log: what belongs under the line of a frame, decoded. */
import type { Redactor } from '#base';
import { messageNote, sentMessage, statusDetails } from '#diagnose';
import { type Json, type MessagePorts, messageJson, messageText, type ReadMessage, readMessage } from '#grpc';
import { type HeadersEvent, MessageContexts, type MessageEvent, type TraceEvent } from '#trace';

/** A message as the formats show it. */
export interface ShownMessage {
  /** `shop.v1.Order {id: 7}`, and in brackets what should be known beside it. */
  readonly text: string;
  readonly json: Json;
}

/** Characters of one message in a line. */
const TEXT_MAX = 4_000;

export class MessageTexts {
  readonly #ports: MessagePorts;
  readonly #redactor: Redactor | undefined;
  readonly #contexts = new MessageContexts();
  readonly #reads: boolean;
  /** Of the header block told last: its secrets are gone when it is written. */
  #details: { readonly index: number; readonly shown: ShownMessage } | undefined;

  constructor(ports: MessagePorts, redactor: Redactor | undefined) {
    this.#ports = ports;
    this.#redactor = redactor;
    this.#reads = ports.schema !== undefined || ports.guess;
  }

  /** Takes each event before its secrets are hidden. */
  learn(event: TraceEvent): void {
    if (this.#reads) this.#contexts.event(event);
    if (event.kind !== 'headers' || event.from !== 'server') return;
    if (!event.fields.some(({ name, unknown }) => name === 'grpc-status-details-bin' && unknown === 'nothing')) return;
    this.#details = { index: event.index, shown: this.#shown(statusDetails(event, this.#ports)) };
  }

  /** Undefined if nothing was asked for. */
  message(event: MessageEvent): ShownMessage | undefined {
    if (!this.#reads) return undefined;
    return this.#shown(readMessage(sentMessage(event), this.#contexts.of(event.connection, event.stream), this.#ports));
  }

  /** The status details that a header block holds. */
  details({ index }: HeadersEvent): ShownMessage | undefined {
    return this.#details?.index === index ? this.#details.shown : undefined;
  }

  #shown({ type, value, notes }: ReadMessage): ShownMessage {
    const redactor = this.#redactor;
    const beside = notes.map((note) => messageNote(note, 'en')).map((text) => redactor?.text(text) ?? text);
    const text = value === undefined ? '' : messageText(value, { redactor, charactersMax: TEXT_MAX });
    const name = type ?? (value === undefined ? 'message' : 'guess');
    const notesText = beside.length === 0 ? '' : `(${beside.join('; ')})`;
    return {
      text: [name, text, notesText].filter((part) => part !== '').join(' '),
      json: {
        ...(type === undefined ? {} : { type }),
        ...(value === undefined ? {} : { value: messageJson(value, redactor) }),
        ...(beside.length === 0 ? {} : { notes: beside }),
      },
    };
  }
}
