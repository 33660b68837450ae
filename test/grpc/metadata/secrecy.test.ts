/** Which fields hold secrets, by their names. */
import { describe, expect, it } from 'vitest';
import { secrecyOf } from '#grpc';

describe('the secrecy of a field', () => {
  it.each([
    ['authorization', 'credentials'],
    ['Proxy-Authorization', 'credentials'],
    ['cookie', 'cookies'],
    ['set-cookie', 'cookies'],
    ['x-api-key', 'secret'],
    ['x-goog-api-key', 'secret'],
    ['x-auth-token', 'secret'],
    ['x-amz-security-token', 'secret'],
    ['csrftoken', 'secret'],
    ['client-secret', 'secret'],
    ['x-password-hash', 'secret'],
    ['db.pwd', 'secret'],
    ['x-session', 'secret'],
    ['custom-data-bin', 'secret'],
    ['grpc-tags-bin', 'secret'],
    ['grpc-status-details-bin', 'secret'],
    ['grpc-trace-bin', 'open'],
    ['traceparent', 'open'],
    ['user-agent', 'open'],
    ['grpc-status', 'open'],
    ['grpc-message', 'text'],
    [':path', 'target'],
    ['x-user', 'text'],
    ['x-keyboard', 'text'],
    ['author', 'text'],
  ])('of %s is %s', (name, secrecy) => {
    expect(secrecyOf(name)).toBe(secrecy);
  });
});
