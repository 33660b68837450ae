/** The sides of a connection. */
import { expect, it } from 'vitest';
import { otherSide } from '#base';

it('knows the other side', () => {
  expect([otherSide('client'), otherSide('server')]).toEqual(['server', 'client']);
});
