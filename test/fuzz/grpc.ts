/** The texts and octets of gRPC: fields of headers, and messages in data. */
import { toLatin1 } from '#base';
import {
  decodeBinaryValues,
  grpcFormat,
  MessageDeframer,
  parseStatus,
  parseStatusMessage,
  parseTimeout,
  parseUserAgent,
} from '#grpc';
import type { FuzzTarget } from './run.ts';

export const fuzzTarget: FuzzTarget = {
  name: 'grpc',
  run(bytes) {
    fields(toLatin1(bytes));
    const whole = messages(bytes, bytes.length);
    const pieces = messages(bytes, 1 + ((bytes[0] ?? 0) % 7));
    if (whole !== pieces) throw new Error('the cut of the octets changes the messages');
    losses(bytes);
  },
  seeds: () =>
    [
      'grpc-python/1.60.0 grpc-c/37.0.0 (linux; chttp2)',
      'application/grpc+proto; a=b',
      '14',
      '1500m',
      'caf%C3%A9%20%zz',
      'AQID,BAUG==',
      '\0\0\0\0\x05hello\x01\0\0\0\0\0\0\0\0\x02hi',
    ].map((text) => Uint8Array.from(text, (character) => character.charCodeAt(0))),
};

function fields(text: string): void {
  const status = parseStatus(text);
  if (status !== undefined && !(status >= 0)) throw new Error(`status ${status}`);
  const timeout = parseTimeout(text);
  if (timeout.kind === 'timeout' && !(timeout.timeoutMs >= 0)) throw new Error(`timeout ${timeout.timeoutMs}`);
  if (parseStatusMessage(text).length > text.length) throw new Error('decoding made it longer');
  for (const value of decodeBinaryValues(text)) {
    if (value !== undefined && value.length > text.length) throw new Error('decoding made it longer');
  }
  grpcFormat(text);
  parseUserAgent(text);
}

function messages(bytes: Uint8Array, pieceBytes: number): string {
  const deframer = new MessageDeframer();
  let summary = '';
  for (let start = 0; start < bytes.length; start += pieceBytes) {
    const end = Math.min(bytes.length, start + pieceBytes);
    for (let at = start; at < end; ) {
      const next = deframer.take(bytes, at, end);
      if (next <= at) throw new Error('no octet was taken');
      at = next;
      if (deframer.complete) summary += `${deframer.compressed} ${deframer.length};`;
    }
  }
  return `${summary}${deframer.synced} ${deframer.received}`;
}

function losses(bytes: Uint8Array): void {
  const deframer = new MessageDeframer();
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at]! % 3 === 0) {
      deframer.lose(bytes[at]! % 50);
      at++;
    } else {
      at = deframer.take(bytes, at, Math.min(bytes.length, at + 5));
    }
    if (deframer.received > deframer.length) throw new Error('more of a message than there is');
  }
}
