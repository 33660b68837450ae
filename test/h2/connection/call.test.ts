/** Calls between two engines: what one sends the other hears, in any pieces. */
import { describe, expect, it } from 'vitest';
import {
  EnginePair,
  list,
  requestFields,
  responseFields,
  StreamNotes,
  trailerFields,
} from '../../support/engine-pair.ts';

const text = (letters: string): Uint8Array => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));

/** A server that answers each request with one message and trailers once it has ended. */
function answering(pair: EnginePair, body: Uint8Array): void {
  pair.serverNotes.onRequest = (notes, stream, endStream) => {
    const answer = (): void => {
      pair.server.headers(stream, list(responseFields), false);
      pair.server.data(stream, body, false);
      pair.server.headers(stream, list(trailerFields), true);
    };
    if (endStream) answer();
    else notes.onEnded = answer;
  };
}

describe('a unary call', () => {
  for (const chunkBytes of [1, 2, 7, 1_000_000]) {
    it(`goes there and back in pieces of ${chunkBytes}`, () => {
      const pair = new EnginePair();
      pair.chunkBytes = chunkBytes;
      answering(pair, text('world'));
      const call = new StreamNotes(() => pair.client);
      const stream = pair.client.open(call, list(requestFields), false);
      pair.client.data(stream, text('hello'), true, text('>'));
      pair.settle();
      expect(String.fromCharCode(...pair.serverNotes.requests[0]!.bytes)).toBe('>hello');
      expect(String.fromCharCode(...call.bytes)).toBe('world');
      expect(call.heard).toEqual([
        'response :status=200 content-type=application/grpc',
        'trailers grpc-status=0 END',
        'ended',
        'closed complete',
      ]);
      expect(pair.serverNotes.requests[0]!.heard.at(-1)).toBe('closed complete');
      expect(pair.client.openStreams + pair.server.openStreams).toBe(0);
    });
  }

  it('that is answered within the request event ends for its owner too', () => {
    const pair = new EnginePair();
    answering(pair, text('now'));
    const call = new StreamNotes(() => pair.client);
    pair.client.open(call, list(requestFields), true);
    pair.settle();
    expect(call.ending).toEqual({ kind: 'complete' });
    expect(pair.serverNotes.requests[0]!.ending).toEqual({ kind: 'complete' });
  });

  it('carries megabytes through windows of both sides, octet for octet', () => {
    const pair = new EnginePair({
      client: { streamWindowBytes: 70_000, connectionWindowBytes: 70_000, maxWindowBytes: 1 },
    });
    const body = new Uint8Array(3_000_000).map((_, at) => at * 7 + (at >> 8));
    answering(pair, body);
    const call = new StreamNotes(() => pair.client);
    pair.client.open(call, list(requestFields), true);
    pair.settle(5);
    expect(call.bytes.length).toBe(body.length);
    expect(call.bytes.every((byte, at) => byte === body[at])).toBe(true);
    expect(call.ending?.kind).toBe('complete');
  });
});
