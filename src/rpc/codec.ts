/**
 * The seam between calls and messages: how one type of message becomes octets and how it comes back. The default is
 * @bufbuild/protobuf; another implementation of protobuf, or another format under the same descriptors, can take its place.
 */
import { create, type DescMessage, fromBinary, ScalarType, toBinary } from '@bufbuild/protobuf';
import { encoderOf } from './encoder.ts';

/** Encodes and decodes messages of one type. Both throw for what cannot be encoded or decoded. */
export interface MessageCodec {
  /** `message` is what the caller or the handler gave: a message, or an object that initialises one. The octets are given away. */
  toBinary(message: unknown): Uint8Array;
  /** `bytes` may be kept; they never change. */
  fromBinary(bytes: Uint8Array): unknown;
}

/** Finds the codec of a message type; asked once for each method and direction. */
export interface Codec {
  messageCodec(desc: DescMessage): MessageCodec;
}

/** Messages in the binary format of protobuf, by @bufbuild/protobuf. */
export const protobufCodec: Codec = {
  messageCodec(desc) {
    let codec = codecs.get(desc);
    if (codec === undefined) {
      codec = holdsBytes(desc) ? new BytesCodec(desc) : new ProtobufCodec(desc);
      codecs.set(desc, codec);
    }
    return codec;
  },
};

/** Programs may make many clients of a service. */
const codecs = new WeakMap<DescMessage, MessageCodec>();

class ProtobufCodec implements MessageCodec {
  protected readonly desc: DescMessage;
  readonly #encode: ((message: object) => Uint8Array) | undefined;

  constructor(desc: DescMessage) {
    this.desc = desc;
    this.#encode = encoderOf(desc);
  }

  toBinary(message: unknown): Uint8Array {
    if (this.#encode !== undefined) return this.#encode(message as object);
    // `create` hands a message back as it is and fills in what an initialising object leaves out.
    return toBinary(this.desc, create(this.desc, message as Record<string, unknown>));
  }

  fromBinary(bytes: Uint8Array): unknown {
    return fromBinary(this.desc, bytes);
  }
}

/**
 * Fields of type `bytes` are decoded as views. A program that keeps sixteen octets of an id would keep the whole chunk of the
 * socket alive with them, so a message that fills less than half of its buffer is copied first.
 */
class BytesCodec extends ProtobufCodec {
  override fromBinary(bytes: Uint8Array): unknown {
    return super.fromBinary(bytes.length * 2 < bytes.buffer.byteLength ? bytes.slice() : bytes);
  }
}

function holdsBytes(desc: DescMessage, seen = new Set<DescMessage>()): boolean {
  if (seen.has(desc)) return false;
  seen.add(desc);
  return desc.fields.some((field) => {
    if (field.scalar === ScalarType.BYTES) return true;
    return field.message !== undefined && holdsBytes(field.message, seen);
  });
}
