/**
 * A compression for messages whose octets are all below 16: two become one. It takes its time as real ones do, and what it makes
 * is marked, so that whoever forgets to undo it, or undoes it twice, is noticed.
 */
import type { Compression } from '#transport';
import type { Prng } from '../prng.ts';
import type { Process } from '../process.ts';

export const COMPRESSION_NAME = 'gzip';
/** The first octet: two in one, with an even or an odd number of them; or as they were. */
const EVEN = 0xc6;
const ODD = 0xc7;
const PLAIN = 0xc8;
/** Up to this size it is done at once, as a rule. */
const SHORT_BYTES = 256;

export function simCompression(process: Process, chance: Prng): Compression {
  const finish = (length: number, done: () => void): void => {
    if (length < SHORT_BYTES || chance.chance(0.3)) done();
    else process.at(process.now() + chance.exponential(0.5), done);
  };
  return {
    name: COMPRESSION_NAME,
    compress: (message, done) => {
      const bytes = packed(message);
      finish(message.length, () => done(bytes));
    },
    decompress: (message, limitBytes, done) => {
      const length = unpackedLength(message);
      finish(message.length, () => {
        if (length === undefined) done({ kind: 'corrupt', detail: 'the mark is missing' });
        else if (length > limitBytes) done({ kind: 'too-large' });
        else done({ kind: 'ok', bytes: unpacked(message, length) });
      });
    },
  };
}

function packed(message: Uint8Array): Uint8Array {
  const { length } = message;
  if (message.some((octet) => octet > 0x0f)) {
    const plain = new Uint8Array(length + 1);
    plain[0] = PLAIN;
    plain.set(message, 1);
    return plain;
  }
  const bytes = new Uint8Array(1 + Math.ceil(length / 2));
  bytes[0] = length % 2 === 0 ? EVEN : ODD;
  for (let at = 0; at < length; at++) bytes[1 + (at >> 1)]! |= message[at]! << (at % 2 === 0 ? 4 : 0);
  return bytes;
}

function unpackedLength(message: Uint8Array): number | undefined {
  const pairs = message.length - 1;
  if (message[0] === PLAIN) return pairs;
  if (message[0] === EVEN) return pairs * 2;
  return message[0] === ODD ? pairs * 2 - 1 : undefined;
}

function unpacked(message: Uint8Array, length: number): Uint8Array {
  if (message[0] === PLAIN) return message.slice(1);
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) bytes[at] = (message[1 + (at >> 1)]! >> (at % 2 === 0 ? 4 : 0)) & 0x0f;
  return bytes;
}
