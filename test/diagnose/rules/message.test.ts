/** Messages that their receiver did not take, or that never came whole. */
import { describe, expect, it } from 'vitest';
import { script } from '../../support/script.ts';
import { expectHealthy, failures, finding, told } from './verdicts.ts';

const SIZE = 5_242_880;

describe('message too large', () => {
  it('the server says so, with both numbers', () => {
    const text = `grpc: received message larger than max (${SIZE} vs. 4194304)`;
    const story = script().open().request(1, '/a.B/Put', { message: 60_000 }).trailersOnly(1, 8, text);
    expect(told(story)).toEqual(['message/too-large']);
    const found = finding(story, 'message/too-large');
    expect(found).toMatchObject({ severity: 'error', certainty: 'certain', culprit: 'client', streams: [1] });
    expect(found.params).toMatchObject({ by: 'client', sizeBytes: SIZE, limitBytes: 4_194_304, signal: 'status' });
  });

  it.each([
    'gRPC message exceeds maximum size 4194304: 5242880',
    'Received message larger than max (5242880 vs 4194304)',
    'Error, decoded message length too large: found 5242880 bytes, the limit is: 4194304 bytes',
  ])('in the words of other stacks: %s', (text) => {
    const story = script().open().request(1, '/a.B/Put', { message: 60_000 }).trailersOnly(1, 8, text);
    expect(failures(story)).toEqual(['message/too-large']);
  });

  it('RESOURCE_EXHAUSTED for another reason is the business of the application', () => {
    expectHealthy(script().open().request(1).trailersOnly(1, 8, 'quota of 100 requests in 60 s used up'));
    expectHealthy(script().open().request(1).trailersOnly(1, 8));
  });

  it('another status with such words is no refusal of a message', () => {
    expectHealthy(script().open().request(1).trailersOnly(1, 3, 'the picture is too large'));
  });

  it('a large message that arrives is healthy', () => {
    const story = script().open().request(1, '/a.B/Put', { message: SIZE }).answer(1, { message: SIZE });
    expect(told(story)).toEqual([]);
  });

  it('a cancel in the middle of a smaller answer is a cancel', () => {
    const story = script().open().request(1).begin(1).message('server', 1, 900_000, { sent: 100_000 });
    expect(told(story.reset('client', 1))).toEqual(['stream/cancelled']);
  });
});

describe('message truncated', () => {
  it('a whole answer is healthy', () => {
    expect(told(script().open().request(1).begin(1).message('server', 1, 100).trailers(1))).toEqual([]);
  });
});
