/** One field line of a field section (RFC 9110 §5), pseudo-header fields included. */
export interface HeaderField {
  /** One character an octet; lower case if the peer obeyed RFC 9113 §8.2.1. Empty when `unknown` is not `nothing`. */
  readonly name: string;
  /** One character an octet. Empty when `unknown` is `field`. */
  readonly value: string;
  /** The sender asked that no intermediary index it (RFC 7541 §6.2.3). */
  readonly neverIndexed: boolean;
  /**
   * What could not be decoded because the capture missed the table entry that this field refers to: the name, where
   * the value was sent beside the reference, or the whole field.
   */
  readonly unknown: 'nothing' | 'name' | 'field';
  /**
   * True where the decoder has seen that its characters break no rule (RFC 9113 §8.2.1, §8.2.2) and that no rule looks at
   * it together with other fields, pseudo-header fields aside. Absent or false says nothing.
   */
  readonly sound?: boolean;
}

/** What a header block is, by its sender and its place on the stream. */
export type HeadersRole = 'request' | 'informational' | 'response' | 'trailers' | 'promise' | 'unknown';

/** What an encoder needs to know of a field. */
export type EncodableField = Pick<HeaderField, 'name' | 'value' | 'neverIndexed'>;
