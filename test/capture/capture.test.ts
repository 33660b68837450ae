import { expect, it } from 'vitest';
import { Capture } from '#capture';

it('says so when the file is no capture', () => {
  const capture = new Capture({
    opened: () => {
      throw new Error('no connection expected');
    },
  });
  capture.push(new Uint8Array(600));
  capture.end();
  expect(capture.problems.map((problem) => problem.kind)).toEqual(['not-a-capture']);
});
