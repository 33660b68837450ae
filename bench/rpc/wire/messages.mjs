/**
 * The payloads of the bench as octets: what every stack's codec makes of the same records. Written by hand, so that the
 * load generator and the raw responder depend on no codec, and a wrong answer of any stack is seen.
 */

/** What every record carries; of these the encoded sizes below are made. */
export const RECORD_ID = 'order-0123456789';
export const RECORD_COUNT = 7;
/** Messages of one streaming call: enough that opening the stream does not count. */
export const STREAM_MESSAGES = 1000;
/** Payload octets of a streamed record, which has no id: 100 octets encoded. */
export const STREAM_PAYLOAD_BYTES = 96;

/** Payload octets by name; the encoded records have 0, 100, 10,000 and 250,000 octets. */
export const payloads = {
  empty: undefined,
  '100B': { id: RECORD_ID, count: RECORD_COUNT, payloadBytes: 78 },
  '10KB': { id: RECORD_ID, count: RECORD_COUNT, payloadBytes: 9977 },
  '250KB': { id: '', count: RECORD_COUNT, payloadBytes: 249_994 },
  streamed: { id: '', count: RECORD_COUNT, payloadBytes: STREAM_PAYLOAD_BYTES },
};

/** The payload octets themselves: not constant, not random. */
export function payload(bytes) {
  return Uint8Array.from({ length: bytes }, (_, index) => (index * 31) & 0xff);
}

function varint(value) {
  const octets = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return [...octets, rest];
    octets.push((rest & 0x7f) | 0x80);
  }
}

/** A length-prefixed gRPC message. */
function framed(body) {
  const message = Buffer.alloc(5 + body.length);
  message.writeUInt32BE(body.length, 1);
  message.set(body, 5);
  return message;
}

/** The record of that name, as a length-prefixed message. */
export function recordMessage(name) {
  const record = payloads[name];
  if (record === undefined) return framed([]);
  const id = record.id === '' ? [] : [0x0a, record.id.length, ...Buffer.from(record.id)];
  const head = [...id, 0x10, record.count, 0x1a, ...varint(record.payloadBytes)];
  return framed(Buffer.concat([Buffer.from(head), payload(record.payloadBytes)]));
}

/** What `Fetch` and `Watch` are asked with. */
export function fetchMessage(messages, payloadBytes) {
  return framed([...(messages === 0 ? [] : [0x08, ...varint(messages)]), 0x10, ...varint(payloadBytes)]);
}

/** What `Upload` answers. */
export function summaryMessage(messages) {
  return framed([0x08, ...varint(messages), 0x10, ...varint(messages * RECORD_COUNT)]);
}
