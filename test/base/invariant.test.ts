/** Exceptions: our caller's mistakes and our own. */
import { expect, it } from 'vitest';
import { InvariantError, invariant, UsageError, unreachable } from '#base';

it('an invariant that holds says nothing, one that does not says its sentence', () => {
  invariant(1 < 2, 'one is less than two');
  expect(() => invariant(false, 'the sum is kept')).toThrow(new InvariantError('the sum is kept'));
});

it('what the compiler rules out is quoted', () => {
  const reached = unreachable as (value: string) => never;
  expect(() => reached('x')).toThrow('unexpected value x');
});

it('errors carry their names', () => {
  expect([new UsageError('').name, new InvariantError('').name]).toEqual(['UsageError', 'InvariantError']);
});
