import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { listenAddress } from '../../src/runtime/listen-address.ts';

describe('where a server listens', () => {
  it('is a host and a port, or a path', () => {
    expect(listenAddress('127.0.0.1:50051')).toEqual({ kind: 'tcp', host: '127.0.0.1', port: 50_051 });
    expect(listenAddress('[::1]:0')).toEqual({ kind: 'tcp', host: '::1', port: 0 });
    expect(listenAddress(':65535')).toEqual({ kind: 'tcp', host: '::', port: 65_535 });
    expect(listenAddress('localhost:80')).toEqual({ kind: 'tcp', host: 'localhost', port: 80 });
    expect(listenAddress('unix:orders.sock')).toEqual({ kind: 'unix', path: 'orders.sock' });
    expect(listenAddress('unix:/run/orders.sock')).toEqual({ kind: 'unix', path: '/run/orders.sock' });
    expect(listenAddress('unix:///run/orders.sock')).toEqual({ kind: 'unix', path: '/run/orders.sock' });
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      '50051',
      '127.0.0.1',
      '::1:80',
      '1.2.3.4:65536',
      'a b:1',
      'http://x:1',
      'unix:',
      'unix://',
    ]) {
      expect(() => listenAddress(text), text).toThrow(UsageError);
      expect(() => listenAddress(text), text).toThrow(`listen('${text}')`);
    }
  });
});
