/** What the header fields of calls say about their messages: kept by connection and stream, for those who read messages. */
import type { CallContext } from '#grpc';
import type { HeaderField } from '#h2';
import type { HeadersEvent, TraceEvent } from './events.ts';

/** Calls kept a connection, the newest: twice the most streams that servers allow at once. */
const CALLS_MAX = 2_048;

interface Context extends CallContext {
  path: string | undefined;
  readonly contentType: { client: string | undefined; server: string | undefined };
  readonly encoding: { client: string | undefined; server: string | undefined };
}

const UNSEEN: CallContext = {
  path: undefined,
  contentType: { client: undefined, server: undefined },
  encoding: { client: undefined, server: undefined },
};

export class MessageContexts {
  readonly #connections = new Map<number, Map<number, Context>>();

  event(event: TraceEvent): void {
    if (event.kind === 'headers') this.#headers(event);
    else if (event.kind === 'closed') this.#connections.delete(event.connection);
  }

  of(connection: number, stream: number): CallContext {
    return this.#connections.get(connection)?.get(stream) ?? UNSEEN;
  }

  #headers({ connection, stream, role, from, fields }: HeadersEvent): void {
    if (role !== 'request' && role !== 'response') return;
    const context = this.#context(connection, stream, role === 'request');
    context.contentType[from] = textOf(fields, 'content-type');
    context.encoding[from] = textOf(fields, 'grpc-encoding');
    if (role === 'request') context.path = textOf(fields, ':path');
  }

  #context(connection: number, stream: number, isNew: boolean): Context {
    let calls = this.#connections.get(connection);
    if (calls === undefined) {
      calls = new Map();
      this.#connections.set(connection, calls);
    }
    const known = isNew ? undefined : calls.get(stream);
    if (known !== undefined) return known;
    const context: Context = {
      path: undefined,
      contentType: { client: undefined, server: undefined },
      encoding: { client: undefined, server: undefined },
    };
    calls.set(stream, context);
    if (calls.size > CALLS_MAX) {
      const oldest = calls.keys().next();
      if (!oldest.done) calls.delete(oldest.value);
    }
    return context;
  }
}

function textOf(fields: readonly HeaderField[], name: string): string | undefined {
  return fields.find((field) => field.name === name && field.unknown === 'nothing')?.value;
}
