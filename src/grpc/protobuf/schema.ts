/** What messages are made of, as far as showing them needs it: the port behind which .proto files and descriptors stand. */

export type ScalarKind =
  | 'double'
  | 'float'
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64'
  | 'sint32'
  | 'sint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed32'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes';

const scalars: ReadonlySet<string> = new Set<ScalarKind>([
  ...(['double', 'float', 'int32', 'int64', 'uint32', 'uint64', 'sint32', 'sint64'] as const),
  ...(['fixed32', 'fixed64', 'sfixed32', 'sfixed64', 'bool', 'string', 'bytes'] as const),
]);

export function isScalar(type: string): type is ScalarKind {
  return scalars.has(type);
}

export interface FieldType {
  readonly name: string;
  /** A scalar, or the full name of a message or enum without a leading dot. */
  readonly type: string;
  readonly repeated: boolean;
  /** The type of the keys of a map; its values have `type`. */
  readonly keyType: ScalarKind | undefined;
  /** Text that is made to be read by people who look for a fault, as `google.rpc.Status.message` is: not hidden as payload. */
  readonly open: boolean;
}

export interface MessageType {
  /** `shop.v1.Order` */
  readonly name: string;
  readonly fields: ReadonlyMap<number, FieldType>;
}

export interface MethodType {
  /** Full names of messages. */
  readonly request: string;
  readonly response: string;
}

/** Finds types by full name. An implementation reads .proto files or descriptors; the built-in one knows Google's own types. */
export interface MessageSchema {
  message(name: string): MessageType | undefined;
  /** The names of an enum's values; undefined if there is no such enum. */
  enumeration(name: string): ReadonlyMap<number, string> | undefined;
  /** By the two parts of `:path`: `shop.v1.Orders`, `Get`. */
  method(service: string, method: string): MethodType | undefined;
  hasService(service: string): boolean;
}
