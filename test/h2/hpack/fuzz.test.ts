import { expect, it } from 'vitest';
import { fuzzTarget } from '../../fuzz/hpack.ts';
import { fuzz } from '../../fuzz/run.ts';

it('20,000 mutated block sequences: no exception, bounded output, and a late decoder never knows better', () => {
  expect(fuzz(fuzzTarget, 20_000, 7541)).toBeUndefined();
});
