/** The octets of messages: whole across frames and segments, bounded, and only for those who ask. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MessageEvent, type TraceEvent, Tracer } from '#trace';
import { REQUEST, Script } from '../h2/observer/script.ts';
import { INFO } from './driver.ts';

function prefixed(message: readonly number[], announced = message.length): number[] {
  return [0, (announced >>> 24) & 255, (announced >>> 16) & 255, (announced >>> 8) & 255, announced & 255, ...message];
}

/** A request of such a body, cut into DATA frames of `frameBytes` and into segments of `segmentBytes`. */
function told(
  body: readonly number[],
  frameBytes: number,
  segmentBytes: number,
  payloadBytesMax?: number,
): MessageEvent[] {
  const script = new Script();
  script.hello().client.headers(1, REQUEST);
  for (let at = 0; at < body.length; at += frameBytes) {
    script.client.body(1, body.slice(at, at + frameBytes), at + frameBytes >= body.length);
  }
  const events: TraceEvent[] = [];
  const handler = new Tracer((event) => events.push(event), { payloadBytesMax }).opened(INFO, 0, 1);
  for (const { from, bytes } of script.chunks) {
    for (let at = 0; at < bytes.length; at += segmentBytes) {
      const segment = bytes.slice(at, at + segmentBytes);
      handler.bytes(from === 'client' ? 'a' : 'b', segment, 0, segment.length, 1, 1);
      segment.fill(0xee);
    }
  }
  handler.done('closed', 2);
  return events.filter((event) => event.kind === 'message');
}

describe('payload', () => {
  it('is what was sent, however it is cut', () => {
    const messages = fc.array(fc.array(fc.nat(255), { maxLength: 40 }), { minLength: 1, maxLength: 4 });
    const cut = fc.integer({ min: 1, max: 60 });
    fc.assert(
      fc.property(messages, cut, cut, (sent, frameBytes, segmentBytes) => {
        const body = sent.flatMap((message) => prefixed(message));
        const events = told(body, frameBytes, segmentBytes, 1_000);
        expect(events.map(({ payload }) => [...(payload ?? [])])).toEqual(sent);
      }),
    );
  });

  it('is the beginning of a message that is longer than was asked for', () => {
    const [event] = told(prefixed([1, 2, 3, 4, 5]), 3, 100, 3);
    expect(event).toMatchObject({ length: 5, received: 5, payload: Uint8Array.of(1, 2, 3) });
  });

  it('is what came of a message that was cut short', () => {
    const [event] = told(prefixed([1, 2, 3], 9), 100, 100, 1_000);
    expect(event).toMatchObject({ length: 9, received: 3, payload: Uint8Array.of(1, 2, 3) });
  });

  it('is not told to those who did not ask', () => {
    const [event] = told(prefixed([1, 2, 3]), 100, 100);
    expect(event).not.toHaveProperty('payload');
  });
});
