/**
 * A frame as plain data: the common header (RFC 9113 §4.1) and what each kind adds.
 * A `Frame` outlives the octets that it was read from. Octets that matter only in passing (DATA, header block
 * fragments) are not copied into it: `bodyOffset` and `bodyLength` say where they stood in the payload.
 */

/** The common header. */
export interface FrameHead {
  /** The type octet: `FrameType`, or any other number for an extension frame. */
  readonly type: number;
  readonly flags: number;
  /** 31-bit stream identifier; 0 is the connection. */
  readonly stream: number;
  /** Payload octets as the frame header states them, padding included. */
  readonly length: number;
}

/** Frames that carry octets for another layer. */
interface FrameBody {
  /** Where those octets start within the payload. */
  readonly bodyOffset: number;
  /** How many there are: padding, priority fields and promised ids excluded. */
  readonly bodyLength: number;
}

export interface Priority {
  readonly exclusive: boolean;
  readonly dependsOn: number;
  /** 1 to 256: the wire value plus one (RFC 7540 §6.3; RFC 9113 deprecates the scheme and keeps the fields). */
  readonly weight: number;
}

export interface SettingEntry {
  readonly id: number;
  readonly value: number;
}

export interface DataFrame extends FrameHead, FrameBody {
  readonly kind: 'data';
}
export interface HeadersFrame extends FrameHead, FrameBody {
  readonly kind: 'headers';
  readonly priority: Priority | undefined;
}
export interface PriorityFrame extends FrameHead {
  readonly kind: 'priority';
  readonly priority: Priority;
}
export interface RstStreamFrame extends FrameHead {
  readonly kind: 'rst-stream';
  readonly errorCode: number;
}
export interface SettingsFrame extends FrameHead {
  readonly kind: 'settings';
  /** In wire order: the last value of a repeated id holds (RFC 9113 §6.5). Empty on an acknowledgement. */
  readonly settings: readonly SettingEntry[];
}
export interface PushPromiseFrame extends FrameHead, FrameBody {
  readonly kind: 'push-promise';
  readonly promisedStream: number;
}
export interface PingFrame extends FrameHead {
  readonly kind: 'ping';
  /** The 8 opaque octets as 16 lower-case hexadecimal digits. */
  readonly payload: string;
}
export interface GoAwayFrame extends FrameHead {
  readonly kind: 'goaway';
  readonly lastStream: number;
  readonly errorCode: number;
  /** Additional debug data, one character an octet, cut to its first 1,024 octets and to what the capture kept. */
  readonly debugData: string;
}
export interface WindowUpdateFrame extends FrameHead {
  readonly kind: 'window-update';
  readonly increment: number;
}
export interface ContinuationFrame extends FrameHead, FrameBody {
  readonly kind: 'continuation';
}
/** ALTSVC, ORIGIN, PRIORITY_UPDATE, or a type that no registry names: receivers ignore what they do not know (RFC 9113 §5.5). */
export interface ExtensionFrame extends FrameHead, FrameBody {
  readonly kind: 'extension';
}
/**
 * The header is sound and the payload says nothing: it breaks its type's form, the capture lost octets of it, or it is
 * longer than the reader holds. A header block that such a frame belongs to cannot be decoded.
 */
export interface BrokenFrame extends FrameHead {
  readonly kind: 'broken';
  readonly reason: 'malformed' | 'incomplete' | 'too-long';
}

export type Frame =
  | DataFrame
  | HeadersFrame
  | PriorityFrame
  | RstStreamFrame
  | SettingsFrame
  | PushPromiseFrame
  | PingFrame
  | GoAwayFrame
  | WindowUpdateFrame
  | ContinuationFrame
  | ExtensionFrame
  | BrokenFrame;
