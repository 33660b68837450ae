/** Forms of targets, and what is said of those that cannot be right. */
import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { parseTarget } from '#client';
import { isIpv4, isIpv6 } from '../../src/client/ip.ts';
import { hostOfAuthority } from '../../src/client/target.ts';

const dns = (host: string, port: number) => ({ kind: 'dns', host, port });
const tcp = (host: string, port: number) => ({ kind: 'static', addresses: [{ kind: 'tcp', host, port }] });
const unix = (path: string) => ({ kind: 'static', addresses: [{ kind: 'unix', path }] });

describe('parseTarget', () => {
  it.each([
    ['orders:50051', dns('orders', 50051), 'orders:50051'],
    ['orders', dns('orders', 443), 'orders'],
    ['localhost:1', dns('localhost', 1), 'localhost:1'],
    ['my_svc.default.svc.cluster.local:65535', dns('my_svc.default.svc.cluster.local', 65535), undefined],
    ['dns:orders:50051', dns('orders', 50051), 'orders:50051'],
    ['dns:///orders:50051', dns('orders', 50051), 'orders:50051'],
    ['DNS:///orders', dns('orders', 443), 'orders'],
    ['1.2.3.4:50051', tcp('1.2.3.4', 50051), '1.2.3.4:50051'],
    ['dns:///1.2.3.4', tcp('1.2.3.4', 443), '1.2.3.4'],
    ['[::1]:50051', tcp('::1', 50051), '[::1]:50051'],
    ['::1', tcp('::1', 443), '[::1]'],
    ['[fe80::1%eth0]:1', tcp('fe80::1%eth0', 1), '[fe80::1]:1'],
    ['ipv4:1.2.3.4:50051', tcp('1.2.3.4', 50051), '1.2.3.4:50051'],
    ['ipv6:[::1]:50051', tcp('::1', 50051), '[::1]:50051'],
    ['ipv6:::1', tcp('::1', 443), '[::1]'],
    ['unix:run/orders.sock', unix('run/orders.sock'), 'localhost'],
    ['unix:/run/orders.sock', unix('/run/orders.sock'), 'localhost'],
    ['unix:///run/orders.sock', unix('/run/orders.sock'), 'localhost'],
    ['http://orders:8080', dns('orders', 8080), 'orders:8080'],
    ['http://orders/', dns('orders', 80), 'orders'],
  ])('%s', (given, endpoints, authority) => {
    const target = parseTarget(given, 'http');
    expect(target.endpoints).toEqual(endpoints);
    expect(target.authority).toBe(authority ?? given);
    expect(target.text).toBe(given);
  });

  it('takes lists of addresses', () => {
    const addresses = [
      { kind: 'tcp', host: '1.2.3.4', port: 1 },
      { kind: 'tcp', host: '1.2.3.5', port: 2 },
    ];
    expect(parseTarget('ipv4:1.2.3.4:1,1.2.3.5:2', 'http').endpoints).toEqual({ kind: 'static', addresses });
    expect(parseTarget(['1.2.3.4:1', '1.2.3.5:2'], 'http').endpoints).toEqual({ kind: 'static', addresses });
    expect(parseTarget(['[::1]:1', 'unix:/x'], 'http')).toMatchObject({
      authority: '[::1]:1',
      endpoints: {
        addresses: [
          { kind: 'tcp', host: '::1', port: 1 },
          { kind: 'unix', path: '/x' },
        ],
      },
    });
  });

  it('takes https with TLS credentials, on its own port', () => {
    expect(parseTarget('https://orders', 'https').endpoints).toEqual(dns('orders', 443));
  });

  it.each([
    ['', 'the host is missing'],
    [':50051', 'the host is missing'],
    ['orders:', "'' is no port from 1 to 65535"],
    ['orders:0', "'0' is no port from 1 to 65535"],
    ['orders:65536', "'65536' is no port"],
    ['orders:http', "'http' is no port"],
    ['a:1:2', "'1:2' is no port"],
    ['[::1', 'neither host:port nor an IPv6 address'],
    ['[orders]:1', "'orders' is no IPv6 address"],
    ['or ders:1', "'or ders' is no host name"],
    ['bücher.example:1', 'xn--'],
    ['dns://8.8.8.8/orders', "the name server cannot be chosen ('8.8.8.8')"],
    ['dns://orders', "after 'dns://'"],
    ['ipv4:orders:1', "'orders' is not an IPv4 address"],
    ['ipv4:[::1]:1', 'is not an IPv4 address'],
    ['ipv4:1.2.3.4:1,', 'the host is missing'],
    ['ipv6:1.2.3.4:1', 'is not an IPv6 address'],
    ['unix:', 'the path of the socket is missing'],
    ['unix://run/x', 'an absolute path must stand'],
    ['https://orders', 'the credentials of the channel are clear text'],
    ['http://orders/v1', "no path or query ('/v1')"],
    ['http://me@orders', 'a user name cannot be used'],
    ['http:orders', "'//' must follow 'http:'"],
    ['xds:///orders', "'xds' is no scheme that is known"],
  ])('refuses %s', (given, why) => {
    expect(() => parseTarget(given, 'http')).toThrow(UsageError);
    expect(() => parseTarget(given, 'http')).toThrow(why);
    expect(() => parseTarget(given, 'http')).toThrow(`'${given}'`);
    expect(() => parseTarget(given, 'http')).toThrow("'dns:///host:port'");
  });

  it('refuses clear text URLs with TLS credentials, empty lists and names in lists', () => {
    expect(() => parseTarget('http://orders', 'https')).toThrow('the credentials of the channel are TLS');
    expect(() => parseTarget([], 'http')).toThrow('the list is empty');
    expect(() => parseTarget(['1.2.3.4:1', 'orders:1'], 'http')).toThrow("'orders' in a list is no IP address");
  });
});

describe('IP addresses', () => {
  it.each(['1.2.3.4', '0.0.0.0', '255.255.255.255'])('%s is IPv4', (given) => expect(isIpv4(given)).toBe(true));
  it.each(['256.1.1.1', '1.2.3', '01.2.3.4', '1.2.3.4.5', 'a.b.c.d', ''])('%s is not', (given) =>
    expect(isIpv4(given)).toBe(false),
  );
  it.each(['::', '::1', '1::', '1:2:3:4:5:6:7:8', '::ffff:1.2.3.4', 'fe80::1%eth0', '1::8', '1:2:3:4:5:6:1.2.3.4'])(
    '%s is IPv6',
    (given) => expect(isIpv6(given)).toBe(true),
  );
  it.each(['', ':', ':::', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '1::2::3', '12345::', '::1.2.3', '1.2.3.4::', 'g::'])(
    '%s is not',
    (given) => expect(isIpv6(given)).toBe(false),
  );
});

it('the host of an authority is what a certificate shows', () => {
  expect(['orders:1', 'orders', '[::1]:1', '[::1]', '::1', '1.2.3.4:5'].map(hostOfAuthority)).toEqual([
    'orders',
    'orders',
    '::1',
    '::1',
    '::1',
    '1.2.3.4',
  ]);
});
