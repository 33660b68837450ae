/**
 * The types that need no .proto file: protobuf's well-known ones, and the error details of google.rpc (google/rpc/status.proto,
 * error_details.proto), which servers send in `grpc-status-details-bin`.
 */
import { type FieldType, isScalar, type MessageSchema, type MessageType } from './schema.ts';

/** `name type number`; `[]` repeats, `<key>` makes a map, `!` marks text that is made for people who look for a fault. */
const types: Readonly<Record<string, string>> = {
  'google.protobuf.Any': 'type_url! string 1, value bytes 2',
  'google.protobuf.Timestamp': 'seconds int64 1, nanos int32 2',
  'google.protobuf.Duration': 'seconds int64 1, nanos int32 2',
  'google.protobuf.Empty': '',
  'google.protobuf.FieldMask': 'paths! string[] 1',
  'google.protobuf.Struct': 'fields google.protobuf.Value<string> 1',
  'google.protobuf.Value':
    'null_value google.protobuf.NullValue 1, number_value double 2, string_value string 3, bool_value bool 4, ' +
    'struct_value google.protobuf.Struct 5, list_value google.protobuf.ListValue 6',
  'google.protobuf.ListValue': 'values google.protobuf.Value[] 1',
  'google.protobuf.DoubleValue': 'value double 1',
  'google.protobuf.FloatValue': 'value float 1',
  'google.protobuf.Int64Value': 'value int64 1',
  'google.protobuf.UInt64Value': 'value uint64 1',
  'google.protobuf.Int32Value': 'value int32 1',
  'google.protobuf.UInt32Value': 'value uint32 1',
  'google.protobuf.BoolValue': 'value bool 1',
  'google.protobuf.StringValue': 'value string 1',
  'google.protobuf.BytesValue': 'value bytes 1',
  'google.rpc.Status': 'code google.rpc.Code 1, message! string 2, details google.protobuf.Any[] 3',
  'google.rpc.ErrorInfo': 'reason! string 1, domain! string 2, metadata string<string> 3',
  'google.rpc.RetryInfo': 'retry_delay google.protobuf.Duration 1',
  'google.rpc.DebugInfo': 'stack_entries! string[] 1, detail! string 2',
  'google.rpc.QuotaFailure': 'violations google.rpc.QuotaFailure.Violation[] 1',
  'google.rpc.QuotaFailure.Violation':
    'subject string 1, description! string 2, api_service! string 3, quota_metric! string 4, quota_id! string 5, ' +
    'quota_dimensions string<string> 6, quota_value int64 7, future_quota_value int64 8',
  'google.rpc.PreconditionFailure': 'violations google.rpc.PreconditionFailure.Violation[] 1',
  'google.rpc.PreconditionFailure.Violation': 'type! string 1, subject string 2, description! string 3',
  'google.rpc.BadRequest': 'field_violations google.rpc.BadRequest.FieldViolation[] 1',
  'google.rpc.BadRequest.FieldViolation':
    'field! string 1, description! string 2, reason! string 3, localized_message google.rpc.LocalizedMessage 4',
  'google.rpc.RequestInfo': 'request_id! string 1, serving_data string 2',
  'google.rpc.ResourceInfo': 'resource_type! string 1, resource_name string 2, owner string 3, description! string 4',
  'google.rpc.Help': 'links google.rpc.Help.Link[] 1',
  'google.rpc.Help.Link': 'description! string 1, url! string 2',
  'google.rpc.LocalizedMessage': 'locale! string 1, message! string 2',
};

/** google.rpc.Code has the numbers and names of gRPC's status codes. */
const enums: Readonly<Record<string, readonly string[]>> = {
  'google.protobuf.NullValue': ['NULL_VALUE'],
  'google.rpc.Code': [
    ...['OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS'],
    ...['PERMISSION_DENIED', 'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED'],
    ...['INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED'],
  ],
};

const messages: ReadonlyMap<string, MessageType> = new Map(
  Object.entries(types).map(([name, text]) => [name, { name, fields: fieldsOf(text) }]),
);
const enumNames: ReadonlyMap<string, ReadonlyMap<number, string>> = new Map(
  Object.entries(enums).map(([name, values]) => [name, new Map(values.map((value, number) => [number, value]))]),
);

function fieldsOf(text: string): ReadonlyMap<number, FieldType> {
  const fields = text === '' ? [] : text.split(', ').map((field) => field.split(' '));
  return new Map(fields.map(([name = '', type = '', number = '']) => [Number(number), fieldOf(name, type)]));
}

function fieldOf(name: string, written: string): FieldType {
  const [, type = written, key = ''] = /^([\w.]+)(?:<(\w+)>)?/.exec(written) ?? [];
  return {
    name: name.replace('!', ''),
    type,
    repeated: written.endsWith('[]'),
    keyType: isScalar(key) ? key : undefined,
    open: name.endsWith('!'),
  };
}

/** Knows these types and no methods. */
export const builtInSchema: MessageSchema = {
  message: (name) => messages.get(name),
  enumeration: (name) => enumNames.get(name),
  method: () => undefined,
  hasService: () => false,
};
