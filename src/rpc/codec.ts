/**
 * The seam between calls and messages: how one type of message becomes octets and how it comes back. The default is the binary
 * format of protobuf, with the messages and descriptors of @bufbuild/protobuf; another implementation of protobuf, or another
 * format under the same descriptors, can take its place.
 */
import { create, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import { MessageDecoder } from './codec/decoder.ts';
import { MessageEncoder } from './codec/encoder.ts';
import { isBorrowed } from './codec/keep.ts';
import { isPlain } from './codec/plain.ts';

/** Encodes and decodes messages of one type. Both throw for what cannot be encoded or decoded. */
export interface MessageCodec {
  /**
   * `message` is what the caller or the handler gave: a message, or an object that initialises one. The octets are given away,
   * but not their buffer: other messages may be in it.
   */
  toBinary(message: unknown): Uint8Array;
  /** `bytes` may be kept; they never change. Short messages are views of pages, so that a kept one keeps little else. */
  fromBinary(bytes: Uint8Array): unknown;
}

/** Finds the codec of a message type; asked once for each method and direction. */
export interface Codec {
  messageCodec(desc: DescMessage): MessageCodec;
}

/** Messages in the binary format of protobuf, as @bufbuild/protobuf writes and reads them, and faster (docs/decisions/0013). */
export const protobufCodec: Codec = {
  messageCodec(desc) {
    let codec = codecs.get(desc);
    if (codec === undefined) {
      codec = new ProtobufCodec(desc);
      codecs.set(desc, codec);
    }
    return codec;
  },
};

/** Programs may make many clients of a service. */
const codecs = new WeakMap<DescMessage, MessageCodec>();

class ProtobufCodec implements MessageCodec {
  readonly #desc: DescMessage;
  /** Null for types that are not compiled; undefined before the first message, as many methods of a service are never called. */
  #encoder: MessageEncoder | null | undefined = undefined;
  #decoder: MessageDecoder | null | undefined = undefined;

  constructor(desc: DescMessage) {
    this.#desc = desc;
  }

  toBinary(message: unknown): Uint8Array {
    if (this.#encoder === undefined) this.#encoder = isPlain(this.#desc) ? MessageEncoder.of(this.#desc) : null;
    // `create` hands a message back as it is and fills in what an initialising object leaves out.
    return (
      this.#encoder?.encode(message) ?? toBinary(this.#desc, create(this.#desc, message as Record<string, unknown>))
    );
  }

  fromBinary(bytes: Uint8Array): unknown {
    if (this.#decoder === undefined) this.#decoder = isPlain(this.#desc) ? MessageDecoder.of(this.#desc) : null;
    return this.#decoder?.decode(bytes) ?? fromBinary(this.#desc, isBorrowed(bytes) ? new Uint8Array(bytes) : bytes);
  }
}
