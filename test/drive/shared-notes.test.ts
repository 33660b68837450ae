/** Header sections at rest: kept once where connections have them in common. */
import { describe, expect, it } from 'vitest';
import type { HeadersNote } from '../../src/drive/recorder-events.ts';
import { sharedNote } from '../../src/drive/shared-notes.ts';

const field = (name: string, value: string) => ({ name, value, neverIndexed: false });
const path = field(':path', '/a.B/C');
const request = (fields: HeadersNote['fields'], endStream = false): HeadersNote => {
  return { role: 'request', fields, more: undefined, endStream, complete: true };
};

describe('notes of header sections', () => {
  it('are one where fields and all else are the same', () => {
    const first = sharedNote(request([path]));
    expect(first).toEqual(request([path]));
    expect(sharedNote(request([path]))).toBe(first);
    expect(sharedNote(first)).toBe(first);
  });

  it('are not, where anything differs', () => {
    const first = sharedNote(request([path]));
    const others = [request([path], true), { ...request([path]), complete: false }, request([path, path])];
    for (const other of others) {
      expect(sharedNote(other)).toEqual(other);
      expect(sharedNote(other)).not.toBe(first);
    }
  });

  it('stay with their connection where a caller put something in', () => {
    const note = request([path, field('x-api-key', 'abc')]);
    expect(sharedNote(note)).toBe(note);
    const more = { ...request([path]), more: [field('grpc-message', 'no')] };
    expect(sharedNote(more)).toBe(more);
  });
});
