/**
 * Details of an error beside code and message: `google.rpc.Status` in the trailer `grpc-status-details-bin`, as every gRPC
 * implementation sends it. The message has three fields, so it is read and written here without a descriptor.
 */
import {
  create,
  type DescMessage,
  fromBinary,
  type Message,
  type MessageInitShape,
  toBinary,
} from '@bufbuild/protobuf';
import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { type Any, AnySchema, anyPack } from '@bufbuild/protobuf/wkt';

export const DETAILS_NAME = 'grpc-status-details-bin';

/** A message to send with an error: its descriptor and its fields. */
export interface OutgoingDetail<Desc extends DescMessage = DescMessage> {
  readonly desc: Desc;
  readonly value: MessageInitShape<Desc> | Message;
}

/** `google.rpc.Status`: int32 code = 1, string message = 2, repeated google.protobuf.Any details = 3. */
export function encodeDetails(code: number, message: string, details: readonly Any[]): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).int32(code);
  writer.tag(2, WireType.LengthDelimited).string(message);
  for (const detail of details) writer.tag(3, WireType.LengthDelimited).bytes(toBinary(AnySchema, detail));
  return writer.finish();
}

/** The details of a received `google.rpc.Status`; none if the octets are not one: the peer's fault costs the details, not the error. */
export function decodeDetails(bytes: Uint8Array): Any[] {
  try {
    return readDetails(new BinaryReader(bytes));
  } catch {
    return [];
  }
}

function readDetails(reader: BinaryReader): Any[] {
  const details: Any[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 3 && wireType === WireType.LengthDelimited) details.push(fromBinary(AnySchema, reader.bytes()));
    else reader.skip(wireType, field);
  }
  return details;
}

export function packDetail({ desc, value }: OutgoingDetail): Any {
  return anyPack(desc, create(desc, value as MessageInitShape<DescMessage>));
}
