/** The gRPC calls of one connection, as far as the trace needs them: how far the messages of each direction have come. */
import type { Side } from '#base';
import { isGrpcContentType, MessageDeframer } from '#grpc';
import { type HeaderField, type HeadersRole, IdRing } from '#h2';
import { type PayloadAllowance, PayloadCollector } from './payload.ts';

/** Told when a message is complete, or its direction has ended without the rest. */
export type MessageTold = (
  from: Side,
  stream: number,
  message: MessageDeframer,
  payload: Uint8Array | undefined,
) => void;

/** Only calls that are going on matter here, so the ring begins small and grows with them. */
const PLACES = 8;

class Direction {
  readonly messages = new MessageDeframer();
  /** Octets are cut into messages: false before the call, after its end, and where the content is no gRPC. */
  open = false;
  /** Only if somebody asked for the octets. */
  payload: PayloadCollector | undefined = undefined;

  begin(): void {
    this.messages.reset();
    this.payload?.clear();
    this.open = true;
  }
}

class Call {
  id = 0;
  readonly client = new Direction();
  readonly server = new Direction();

  direction(side: Side): Direction {
    return side === 'client' ? this.client : this.server;
  }
}

export class Calls {
  readonly #told: MessageTold;
  readonly #allowance: PayloadAllowance | undefined;
  readonly #calls = new IdRing<Call>({
    make: () => new Call(),
    placesMin: PLACES,
    isLive: (call) => call.client.open || call.server.open,
    dropped: (call) => {
      call.client.payload?.clear();
      call.server.payload?.clear();
    },
  });
  readonly #requests = new LastContent();
  readonly #responses = new LastContent();
  /** What all requests so far were; `other` also where they differ. */
  #usual: Content = 'unsaid';

  /** With an allowance, messages are told with their octets. */
  constructor(told: MessageTold, allowance?: PayloadAllowance) {
    this.#told = told;
    this.#allowance = allowance;
  }

  /** `complete`: all fields of the block are known. */
  headers(stream: number, role: HeadersRole, fields: readonly HeaderField[], complete: boolean): void {
    if (role === 'request') this.#begin(stream, this.#isGrpc(this.#requests.of(fields), complete));
    else if (role === 'response' && this.#responses.of(fields) === 'other') this.#close(stream);
  }

  /** A request whose content type the capture cut is like the others, if those are alike. */
  #isGrpc(content: Content, complete: boolean): boolean {
    if (content === 'unsaid' && !complete) return this.#usual === 'grpc';
    const is = content === 'grpc' ? 'grpc' : 'other';
    this.#usual = this.#usual === 'unsaid' || this.#usual === is ? is : 'other';
    return is === 'grpc';
  }

  data(from: Side, stream: number, bytes: Uint8Array, start: number, end: number): void {
    const direction = this.#calls.find(stream)?.direction(from);
    if (direction === undefined || !direction.open) return;
    const { messages, payload } = direction;
    let at = start;
    while (at < end) {
      const before = messages.inMessage ? messages.received : 0;
      at = messages.take(bytes, at, end);
      if (payload !== undefined && messages.synced) payload.add(bytes, at - (messages.received - before), at);
      if (messages.complete) this.#told(from, stream, messages, payload?.take());
    }
  }

  dataLost(from: Side, stream: number, length: number): void {
    const direction = this.#calls.find(stream)?.direction(from);
    if (direction === undefined || !direction.open) return;
    direction.payload?.lose();
    if (direction.messages.lose(length)) this.#told(from, stream, direction.messages, direction.payload?.take());
  }

  ended(from: Side, stream: number): void {
    const direction = this.#calls.find(stream)?.direction(from);
    if (direction !== undefined) this.#end(from, stream, direction);
  }

  /** Lets go of the calls that have ended. */
  rest(): void {
    this.#calls.rest();
  }

  /** The connection is over: what was under way is told. */
  end(): void {
    this.#calls.forEach((call) => {
      this.#end('client', call.id, call.client);
      this.#end('server', call.id, call.server);
    });
  }

  #begin(stream: number, isGrpc: boolean): void {
    const held = this.#calls.find(stream);
    if (!isGrpc) {
      if (held !== undefined) this.#close(stream);
      return;
    }
    const call = held ?? this.#calls.claim(stream);
    if (this.#allowance !== undefined) {
      call.client.payload ??= new PayloadCollector(this.#allowance);
      call.server.payload ??= new PayloadCollector(this.#allowance);
    }
    call.client.begin();
    call.server.begin();
  }

  /** What the server sends is no gRPC: a proxy's own page, for one. */
  #close(stream: number): void {
    const call = this.#calls.find(stream);
    if (call === undefined) return;
    call.server.open = false;
    call.server.payload?.clear();
  }

  #end(from: Side, stream: number, direction: Direction): void {
    if (!direction.open) return;
    direction.open = false;
    if (direction.messages.inMessage) this.#told(from, stream, direction.messages, direction.payload?.take());
    direction.payload?.clear();
  }
}

type Content = 'grpc' | 'other' | 'unsaid';

/**
 * Remembers what the last field list says of its content. Repeated blocks decode to the same list, and others mostly hold the same
 * content type, which the compression table gives as the same object, in the same place.
 */
class LastContent {
  #fields: readonly HeaderField[] | undefined = undefined;
  #content: Content = 'unsaid';
  #type: HeaderField | undefined = undefined;
  #at = 0;

  of(fields: readonly HeaderField[]): Content {
    if (fields === this.#fields) return this.#content;
    this.#fields = fields;
    if (this.#type !== undefined && fields[this.#at] === this.#type) return this.#content;
    this.#at = fields.findIndex(({ name }) => name === 'content-type');
    this.#type = fields[this.#at];
    this.#content = contentOf(this.#type);
    return this.#content;
  }
}

function contentOf(type: HeaderField | undefined): Content {
  if (type === undefined || type.unknown !== 'nothing') return 'unsaid';
  return isGrpcContentType(type.value) ? 'grpc' : 'other';
}
