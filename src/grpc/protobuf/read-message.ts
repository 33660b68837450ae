/**
 * From the octets of a gRPC message to what can be shown of it: undoes its compression, finds its type by the call's `:path`,
 * decodes it, and says what stands in the way. Nothing here fails: less is shown.
 */
import type { Side } from '#base';
import { grpcFormat } from '../content-type.ts';
import { builtInSchema } from './built-in.ts';
import { decodeMessage } from './decode.ts';
import type { MessageSchema, MessageType } from './schema.ts';
import type { MessageValue } from './value.ts';

/** What stands in the way, or what should be known beside what is shown. */
export type MessageNote =
  /** The request's header fields were not seen, so the method is unknown. */
  | { readonly kind: 'no-request' }
  | { readonly kind: 'no-service'; readonly service: string }
  | { readonly kind: 'no-method'; readonly service: string; readonly method: string }
  | { readonly kind: 'no-type'; readonly type: string }
  /** The input is one that holds no messages: a trace file. */
  | { readonly kind: 'no-contents' }
  | { readonly kind: 'not-protobuf'; readonly format: string }
  | { readonly kind: 'no-encoding' }
  | { readonly kind: 'unknown-encoding'; readonly encoding: string }
  | { readonly kind: 'damaged'; readonly encoding: string }
  | { readonly kind: 'expands'; readonly bytesMax: number }
  /** The stream ended before the message did. */
  | { readonly kind: 'cut-short'; readonly received: number; readonly length: number }
  /** Only its beginning was kept: it is long, or the capture lost some of it. */
  | { readonly kind: 'beginning'; readonly kept: number; readonly length: number }
  | { readonly kind: 'malformed'; readonly at: number }
  | { readonly kind: 'many-fields' };

/** A message as it was sent. */
export interface SentMessage {
  readonly from: Side;
  readonly compressed: boolean;
  readonly length: number;
  readonly received: number;
  /** Its octets, or as many from its beginning as were kept; undefined if none were. */
  readonly payload: Uint8Array | undefined;
}

/** What the header fields of a call say about its messages. */
export interface CallContext {
  /** `:path`; undefined if it was not seen. */
  readonly path: string | undefined;
  /** Content types and `grpc-encoding` of each side, where seen. */
  readonly contentType: Readonly<Record<Side, string | undefined>>;
  readonly encoding: Readonly<Record<Side, string | undefined>>;
}

export interface ReadMessage {
  /** Full name; undefined where it is not known. */
  readonly type: string | undefined;
  /** Undefined if nothing can be shown. Without a type it is a guess. */
  readonly value: MessageValue | undefined;
  readonly notes: readonly MessageNote[];
}

export type Inflated =
  | { readonly kind: 'inflated'; readonly bytes: Uint8Array }
  | { readonly kind: 'unknown-encoding' | 'damaged' | 'too-large' };

/** Undoes a compression of `grpc-encoding`; gives what it can of octets that end early, and never more than `bytesMax`. */
export type Inflate = (encoding: string, bytes: Uint8Array, bytesMax: number) => Inflated;

export interface MessagePorts {
  /** Undefined: no types are known. */
  readonly schema: MessageSchema | undefined;
  /** Messages of unknown type are guessed from their octets. */
  readonly guess: boolean;
  readonly inflate: Inflate;
}

/** Octets of a message after decompression: sixteen times what is kept of it compressed. */
const INFLATED_BYTES_MAX = 1_048_576;

export function readMessage(sent: SentMessage, context: CallContext, ports: MessagePorts): ReadMessage {
  const { from, received, length } = sent;
  const notes: MessageNote[] = [];
  const type = typeOf(context, from, ports, notes);
  const format = grpcFormat(context.contentType[from] ?? context.contentType.client ?? '');
  if (format !== undefined && format !== 'proto')
    return { type: type?.name, value: undefined, notes: [{ kind: 'not-protobuf', format }] };
  if (type === undefined && !ports.guess) return { type: undefined, value: undefined, notes };
  const { payload } = sent;
  if (payload === undefined) return { type: type?.name, value: undefined, notes: [...notes, { kind: 'no-contents' }] };
  if (received < length) notes.push({ kind: 'cut-short', received, length });
  else if (payload.length < length) notes.push({ kind: 'beginning', kept: payload.length, length });
  const bytes = sent.compressed ? inflated(payload, context.encoding[from], ports, notes) : payload;
  if (bytes === undefined) return { type: type?.name, value: undefined, notes };
  const { message, faultAt, cut } = decodeMessage(bytes, type, ports.schema ?? builtInSchema);
  // A message that was cut ends in the middle of a field: said already.
  if (faultAt !== undefined && payload.length === length) notes.push({ kind: 'malformed', at: faultAt });
  if (cut) notes.push({ kind: 'many-fields' });
  return { type: type?.name, value: message, notes };
}

/** A message of a type that needs no call to be known. */
export function readKnown(name: string, bytes: Uint8Array, schema: MessageSchema | undefined): ReadMessage {
  const known = schema ?? builtInSchema;
  const { message, faultAt, cut } = decodeMessage(bytes, known.message(name), known);
  const notes: MessageNote[] = faultAt === undefined ? [] : [{ kind: 'malformed', at: faultAt }];
  return { type: name, value: message, notes: cut ? [...notes, { kind: 'many-fields' }] : notes };
}

function typeOf(
  { path }: CallContext,
  from: Side,
  { schema }: MessagePorts,
  notes: MessageNote[],
): MessageType | undefined {
  if (schema === undefined) return undefined;
  const [, service = '', method = ''] = /^\/(.+)\/([^/?]+)/.exec(path ?? '') ?? [];
  if (path === undefined) {
    notes.push({ kind: 'no-request' });
    return undefined;
  }
  const types = schema.method(service, method);
  if (types === undefined) {
    notes.push(
      schema.hasService(service)
        ? { kind: 'no-method', service, method }
        : { kind: 'no-service', service: service || path },
    );
    return undefined;
  }
  const name = from === 'client' ? types.request : types.response;
  const type = schema.message(name);
  if (type === undefined) notes.push({ kind: 'no-type', type: name });
  return type;
}

function inflated(
  payload: Uint8Array,
  encoding: string | undefined,
  { inflate }: MessagePorts,
  notes: MessageNote[],
): Uint8Array | undefined {
  if (encoding === undefined) {
    notes.push({ kind: 'no-encoding' });
    return undefined;
  }
  const result = inflate(encoding, payload, INFLATED_BYTES_MAX);
  if (result.kind === 'inflated') return result.bytes;
  if (result.kind === 'too-large') notes.push({ kind: 'expands', bytesMax: INFLATED_BYTES_MAX });
  else notes.push({ kind: result.kind, encoding });
  return undefined;
}
