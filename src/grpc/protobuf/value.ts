/** A decoded message as data: what all its renderings are made of. */

export type Value =
  /** Numbers, bools and enums, as they are written. `exact`: JSON has a number for it. */
  | { readonly kind: 'plain'; readonly text: string; readonly exact: boolean }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'message'; readonly message: MessageValue };

export interface FieldValue {
  readonly number: number;
  /** The number where no name is known. */
  readonly name: string;
  readonly value: Value;
  /** Several values make a list; a lone one does so too. */
  readonly repeated: boolean;
  /** The key of a map's entry. */
  readonly key: Value | undefined;
  /** Text made for people who look for a fault: shown, but for secrets in it. */
  readonly open: boolean;
}

export interface MessageValue {
  /** Full name; undefined for a guess by the wire format alone. */
  readonly type: string | undefined;
  /** It stood in a google.protobuf.Any, so that its type is news. */
  readonly fromAny: boolean;
  /** In wire order. */
  readonly fields: readonly FieldValue[];
}
