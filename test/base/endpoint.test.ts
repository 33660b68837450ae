/** Endpoints as text. */
import { expect, it } from 'vitest';
import { formatEndpoint } from '#base';

it('puts brackets around IPv6 alone', () => {
  expect(formatEndpoint({ address: '127.0.0.1', port: 80 })).toBe('127.0.0.1:80');
  expect(formatEndpoint({ address: '::1', port: 80 })).toBe('[::1]:80');
});
