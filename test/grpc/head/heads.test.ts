/** Reading and writing the header sections of calls. */
import { describe, expect, it } from 'vitest';
import {
  EMPTY_TEMPLATE,
  finalStatus,
  OK_TRAILERS,
  type RequestHead,
  readRequestHead,
  readResponseHead,
  readTrailers,
  requestTemplate,
  responseTemplate,
  Status,
  statusFields,
} from '#grpc';
import { type EncodableField, type HeaderBlock, headerFaults } from '#h2';

type Pair = readonly [string, string];

function block(...pairs: readonly Pair[]): HeaderBlock {
  const fields = pairs.map(([name, value]) => ({ name, value, neverIndexed: false, unknown: 'nothing' as const }));
  return { kind: 'block', fields, listBytes: 0, complete: true, memo: undefined, read: undefined };
}

const pairs = (fields: readonly EncodableField[]): Pair[] => fields.map(({ name, value }) => [name, value]);

const basis: readonly Pair[] = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/a.B/C'],
  [':authority', 'host:1'],
  ['content-type', 'application/grpc'],
  ['te', 'trailers'],
];
const request = (...more: readonly Pair[]): RequestHead => readRequestHead(block(...basis, ...more));
const without = (name: string, ...more: readonly Pair[]): RequestHead =>
  readRequestHead(block(...basis.filter(([other]) => other !== name), ...more));

describe('a request', () => {
  it('with little says little', () => {
    const head = request();
    expect(head).toMatchObject({
      path: '/a.B/C',
      authority: 'host:1',
      contentType: 'application/grpc',
      encoding: 'identity',
      acceptEncodings: [],
      userAgent: '',
      trailersAccepted: true,
    });
    expect([head.timeoutMs, head.problem]).toEqual([undefined, undefined]);
  });

  it('with all that gRPC knows', () => {
    const head = request(
      ['grpc-timeout', '250m'],
      ['grpc-encoding', 'gzip'],
      ['grpc-accept-encoding', 'identity, deflate,gzip ,'],
      ['user-agent', 'grpc-go/1.64.0'],
      ['host', 'other'],
      ['grpc-future', 'x'],
    );
    expect(head).toMatchObject({
      authority: 'host:1',
      timeoutMs: 250,
      encoding: 'gzip',
      acceptEncodings: ['deflate', 'gzip'],
      userAgent: 'grpc-go/1.64.0',
    });
    expect(head.problem).toBeUndefined();
  });

  it('is read once a block, whatever was remembered there', () => {
    const shared = block(...basis);
    shared.memo = 'of somebody else';
    const head = readRequestHead(shared);
    head.route = 1;
    expect(readRequestHead(shared)).toBe(head);
    expect(readRequestHead(block(...basis)).route).toBeUndefined();
  });

  it.each([
    ['application/grpc+proto', undefined],
    ['application/grpc;charset=utf-8', undefined],
    ['application/grpc-web', 415],
    ['application/json', 415],
    ['', 415],
  ])('of content-type %j has the problem %s', (value, status) => {
    expect(without('content-type', ['content-type', value]).problem?.httpStatus).toBe(status);
  });

  it.each([
    ['POST', undefined],
    ['GET', 405],
    ['post', 405],
  ])('of method %s has the problem %s', (value, status) => {
    expect(without(':method', [':method', value]).problem?.httpStatus).toBe(status);
  });

  it('without a content type, or with two problems, has one', () => {
    expect(without('content-type').problem).toEqual({
      kind: 'content-type',
      httpStatus: 415,
      code: Status.INVALID_ARGUMENT,
      text: 'the request has no content-type, gRPC needs application/grpc',
    });
    const head = readRequestHead(block([':method', 'GET'], [':path', '/'], ['grpc-timeout', 'soon']));
    expect(head.problem?.kind).toBe('content-type');
    expect(head.timeoutMs).toBeUndefined();
  });

  it('with a timeout that is none has a problem; one of zero has none', () => {
    expect(request(['grpc-timeout', '1s']).problem).toEqual({
      kind: 'timeout',
      httpStatus: 400,
      code: Status.INTERNAL,
      text: "grpc-timeout '1s' is not digits and one of the units H M S m u n",
    });
    expect(request(['grpc-timeout', '0n'])).toMatchObject({ timeoutMs: 0 });
    expect(request(['grpc-timeout', '']).problem?.kind).toBe('timeout');
  });

  it('without te, or with another, is a call all the same', () => {
    expect(without('te')).toMatchObject({ trailersAccepted: false, problem: undefined });
    expect(without('te', ['te', 'Trailers'])).toMatchObject({ trailersAccepted: true });
    expect(without('te', ['te', 'gzip'])).toMatchObject({ trailersAccepted: false });
  });

  it('without an authority has that of its host', () => {
    expect(without(':authority', ['host', 'h'])).toMatchObject({ authority: 'h' });
    expect(without(':authority')).toMatchObject({ authority: '' });
  });

  it('may list any number of encodings, of which few are kept', () => {
    const names = Array.from({ length: 1_000 }, (_, index) => `e${index}`);
    expect(request(['grpc-accept-encoding', names.join(',')]).acceptEncodings).toEqual(names.slice(0, 16));
    for (let index = 0; index < 100; index++) {
      expect(request(['grpc-accept-encoding', `gzip,x${index}`]).acceptEncodings).toEqual(['gzip', `x${index}`]);
    }
  });
});

describe('a response', () => {
  const head = (...fields: readonly Pair[]) => readResponseHead(block(...fields));
  const grpc: readonly Pair[] = [
    [':status', '200'],
    ['content-type', 'application/grpc+proto'],
  ];

  it('goes on after its header section', () => {
    const read = head(...grpc, ['grpc-encoding', 'gzip'], ['grpc-accept-encoding', 'gzip']);
    expect(read).toMatchObject({
      httpStatus: 200,
      isGrpc: true,
      encoding: 'gzip',
      acceptEncodings: ['gzip'],
      hasStatus: false,
    });
  });

  it('is read once a block; as trailers it is another matter', () => {
    const shared = block(...grpc, ['grpc-status', '3']);
    const read = readResponseHead(shared);
    expect(readResponseHead(shared)).toBe(read);
    const trailers = readTrailers(shared);
    expect(trailers.status).toEqual(read.status);
    expect(readTrailers(shared)).toBe(trailers);
    expect(readResponseHead(shared)).toEqual(read);
  });

  it.each([
    ['0', '', Status.OK, ''],
    ['0', 'fine', Status.OK, 'fine'],
    ['5', 'no%20%C3%A9 100%', Status.NOT_FOUND, 'no é 100%'],
    ['16', '', Status.UNAUTHENTICATED, ''],
    ['17', '', Status.UNKNOWN, "grpc-status '17' is no code of gRPC"],
    ['17', 'why', Status.UNKNOWN, "why (grpc-status '17' is no code of gRPC)"],
    ['OK', '', Status.UNKNOWN, "grpc-status 'OK' is no code of gRPC"],
    ['', '', Status.UNKNOWN, "grpc-status '' is no code of gRPC"],
    ['-1', '', Status.UNKNOWN, "grpc-status '-1' is no code of gRPC"],
  ])('of grpc-status %j and grpc-message %j', (status, message, code, text) => {
    const fields: Pair[] = [['grpc-status', status]];
    if (message !== '') fields.push(['grpc-message', message]);
    const expected = { code, message: text, stated: true };
    const trailers = readTrailers(block(...fields));
    expect(trailers).toMatchObject({ hasStatus: true, status: expected });
    const only = head(...grpc, ...fields);
    expect(only).toMatchObject({ hasStatus: true, status: expected });
    expect(finalStatus(head(...grpc), trailers)).toEqual(expected);
    expect(finalStatus(only, undefined)).toEqual(expected);
  });

  it.each([
    [
      '404',
      'text/html',
      Status.UNIMPLEMENTED,
      "the response is not gRPC: HTTP status 404 and content-type 'text/html'",
    ],
    ['503', undefined, Status.UNAVAILABLE, 'the response is not gRPC: HTTP status 503 and no content-type'],
    ['200', 'text/html', Status.UNKNOWN, "the response is not gRPC: HTTP status 200 and content-type 'text/html'"],
    [
      '502',
      'application/grpc',
      Status.UNAVAILABLE,
      "the response is not gRPC: HTTP status 502 and content-type 'application/grpc'",
    ],
  ])('that is not gRPC: HTTP status %s, %s', (status, type, code, message) => {
    const fields: Pair[] = [[':status', status]];
    if (type !== undefined) fields.push(['content-type', type]);
    const read = head(...fields);
    const expected = { code, message, stated: false };
    expect(read.isGrpc).toBe(false);
    expect(finalStatus(read, undefined)).toEqual(expected);
    expect(finalStatus(read, readTrailers(block()))).toEqual(expected);
    // What gRPC states counts for more than what HTTP states.
    const stated = readTrailers(block(['grpc-status', '8']));
    expect(finalStatus(read, stated)).toMatchObject({ code: Status.RESOURCE_EXHAUSTED, stated: true });
    expect(finalStatus(head(...fields, ['grpc-status', '8']), undefined).code).toBe(Status.RESOURCE_EXHAUSTED);
  });

  it('that ends without a status: cut short without trailers, unknown with them', () => {
    const read = head(...grpc);
    expect(finalStatus(read, undefined)).toMatchObject({ code: Status.INTERNAL, stated: false });
    expect(finalStatus(read, readTrailers(block(['x', 'y'])))).toMatchObject({ code: Status.UNKNOWN, stated: false });
  });
});

describe('templates', () => {
  it('of requests have the order of the gRPC document and break no rule', () => {
    const template = requestTemplate({
      scheme: 'https',
      path: '/a.B/C',
      authority: 'host',
      userAgent: 'calmwire/1',
      encoding: 'gzip',
      acceptEncodings: ['gzip', 'deflate'],
    });
    expect(pairs(template.fields)).toEqual([
      [':method', 'POST'],
      [':scheme', 'https'],
      [':path', '/a.B/C'],
      [':authority', 'host'],
      ['te', 'trailers'],
      ['content-type', 'application/grpc'],
      ['grpc-encoding', 'gzip'],
      ['grpc-accept-encoding', 'identity,gzip,deflate'],
      ['user-agent', 'calmwire/1'],
    ]);
    expect(headerFaults('request', block(...pairs(template.fields)), 1)).toEqual([]);
    expect(readRequestHead(block(...pairs(template.fields)))).toMatchObject({ encoding: 'gzip', problem: undefined });
  });

  it('leave out what is not there', () => {
    const template = requestTemplate({
      scheme: 'http',
      path: '/a.B/C',
      authority: 'h',
      userAgent: 'u',
      encoding: 'identity',
    });
    expect(template.fields.map(({ name }) => name)).toEqual([
      ':method',
      ':scheme',
      ':path',
      ':authority',
      'te',
      'content-type',
      'user-agent',
    ]);
    expect(pairs(responseTemplate().fields)).toEqual([
      [':status', '200'],
      ['content-type', 'application/grpc'],
    ]);
    expect(pairs(responseTemplate({ contentType: 'application/grpc+x', acceptEncodings: ['gzip'] }).fields)).toEqual([
      [':status', '200'],
      ['content-type', 'application/grpc+x'],
      ['grpc-accept-encoding', 'gzip'],
    ]);
    expect(EMPTY_TEMPLATE.fields).toEqual([]);
  });

  it('of trailers are read as they were meant', () => {
    expect(pairs(OK_TRAILERS.fields)).toEqual([['grpc-status', '0']]);
    const fields = pairs(statusFields(Status.NOT_FOUND, 'no “x”\n'));
    expect(readTrailers(block(...fields)).status).toEqual({
      code: Status.NOT_FOUND,
      message: 'no “x”\n',
      stated: true,
    });
  });
});
