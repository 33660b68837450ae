/**
 * The numbers of HTTP/2: frame types, flags, settings and error codes, with their registered names.
 * Sources: RFC 9113 §6, §6.5.2, §7; RFC 7838 (ALTSVC), RFC 8336 (ORIGIN), RFC 9218 (PRIORITY_UPDATE), RFC 8441, RFC 9218 (settings).
 */

/** What a client sends first (RFC 9113 §3.4), as octets read one character each. */
export const CLIENT_PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

/** Octets of a frame before its payload (RFC 9113 §4.1). */
export const FRAME_HEADER_BYTES = 9;

export const FrameType = {
  DATA: 0x0,
  HEADERS: 0x1,
  PRIORITY: 0x2,
  RST_STREAM: 0x3,
  SETTINGS: 0x4,
  PUSH_PROMISE: 0x5,
  PING: 0x6,
  GOAWAY: 0x7,
  WINDOW_UPDATE: 0x8,
  CONTINUATION: 0x9,
  ALTSVC: 0xa,
  ORIGIN: 0xc,
  PRIORITY_UPDATE: 0x10,
} as const;

export const Flag = {
  /** DATA, HEADERS. */
  END_STREAM: 0x1,
  /** SETTINGS, PING: the same bit as END_STREAM. */
  ACK: 0x1,
  /** HEADERS, PUSH_PROMISE, CONTINUATION. */
  END_HEADERS: 0x4,
  /** DATA, HEADERS, PUSH_PROMISE. */
  PADDED: 0x8,
  /** HEADERS. */
  PRIORITY: 0x20,
} as const;

export const ErrorCode = {
  NO_ERROR: 0x0,
  PROTOCOL_ERROR: 0x1,
  INTERNAL_ERROR: 0x2,
  FLOW_CONTROL_ERROR: 0x3,
  SETTINGS_TIMEOUT: 0x4,
  STREAM_CLOSED: 0x5,
  FRAME_SIZE_ERROR: 0x6,
  REFUSED_STREAM: 0x7,
  CANCEL: 0x8,
  COMPRESSION_ERROR: 0x9,
  CONNECT_ERROR: 0xa,
  ENHANCE_YOUR_CALM: 0xb,
  INADEQUATE_SECURITY: 0xc,
  HTTP_1_1_REQUIRED: 0xd,
} as const;
export type ErrorCodeName = keyof typeof ErrorCode;

export const Setting = {
  HEADER_TABLE_SIZE: 0x1,
  ENABLE_PUSH: 0x2,
  MAX_CONCURRENT_STREAMS: 0x3,
  INITIAL_WINDOW_SIZE: 0x4,
  MAX_FRAME_SIZE: 0x5,
  MAX_HEADER_LIST_SIZE: 0x6,
  ENABLE_CONNECT_PROTOCOL: 0x8,
  NO_RFC7540_PRIORITIES: 0x9,
} as const;

const frameNames = namesByNumber(FrameType);
const errorNames = namesByNumber(ErrorCode);
const settingNames = namesByNumber(Setting);

/** `HEADERS`, or `UNKNOWN(0x4d)` for a type that no registry names. */
export function frameTypeName(type: number): string {
  return frameNames.get(type) ?? `UNKNOWN(0x${type.toString(16)})`;
}

/** `ENHANCE_YOUR_CALM`, or `UNKNOWN(0x1f)`. */
export function errorCodeName(code: number): string {
  return errorNames.get(code) ?? `UNKNOWN(0x${code.toString(16)})`;
}

/** `MAX_CONCURRENT_STREAMS`, or `UNKNOWN(0xfe03)`. */
export function settingName(id: number): string {
  return settingNames.get(id) ?? `UNKNOWN(0x${id.toString(16)})`;
}

/** The flags that are set and defined for the frame type, joined by `|`; `-` when there are none (RFC 9113 §6). */
export function flagNames(type: number, flags: number): string {
  const names: string[] = [];
  const endsStream = type === FrameType.DATA || type === FrameType.HEADERS;
  const carriesBlock = type === FrameType.HEADERS || type === FrameType.PUSH_PROMISE || type === FrameType.CONTINUATION;
  if ((type === FrameType.SETTINGS || type === FrameType.PING) && flags & Flag.ACK) names.push('ACK');
  if (endsStream && flags & Flag.END_STREAM) names.push('END_STREAM');
  if (carriesBlock && flags & Flag.END_HEADERS) names.push('END_HEADERS');
  if ((endsStream || type === FrameType.PUSH_PROMISE) && flags & Flag.PADDED) names.push('PADDED');
  if (type === FrameType.HEADERS && flags & Flag.PRIORITY) names.push('PRIORITY');
  return names.length === 0 ? '-' : names.join('|');
}

function namesByNumber(table: Readonly<Record<string, number>>): ReadonlyMap<number, string> {
  return new Map(Object.entries(table).map(([name, number]) => [number, name]));
}
