import { expect, it } from 'vitest';
import { fuzzTarget } from '../../fuzz/frames.ts';
import { fuzz } from '../../fuzz/run.ts';

it('20,000 mutated directions: no exception, the same result however they are cut', () => {
  expect(fuzz(fuzzTarget, 20_000, 9113)).toBeUndefined();
});
