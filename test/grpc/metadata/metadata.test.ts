import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '#base';
import { Metadata } from '#grpc';
import { type HeaderField, listBytesOf } from '#h2';

const field = (name: string, value: string, neverIndexed = false): HeaderField => ({
  name,
  value,
  neverIndexed,
  unknown: 'nothing',
});

const sent = (metadata: Metadata): (readonly [string, string])[] =>
  metadata.toFields().map(({ name, value }) => [name, value]);

describe('metadata that is set', () => {
  it('reads like Headers', () => {
    const metadata = new Metadata();
    const headers = new Headers();
    for (const target of [metadata, headers]) {
      target.set('A-Name', 'one');
      target.append('b', '2');
      target.append('a-name', 'two');
      target.set('C', '');
      target.append('gone', 'x');
      target.delete('GONE');
      target.set('b', '3');
    }
    for (const name of ['a-name', 'A-NAME', 'b', 'c', 'gone', 'none']) {
      expect(metadata.get(name), name).toBe(headers.get(name));
      expect(metadata.has(name), name).toBe(headers.has(name));
    }
    expect([...metadata].sort()).toEqual([...headers].sort());
    expect([...metadata.keys()].sort()).toEqual([...headers.keys()].sort());
    expect([...metadata.values()].sort()).toEqual([...headers.values()].sort());
    expect([...metadata.entries()]).toEqual([...metadata]);
    const seen: string[] = [];
    metadata.forEach((value, name, all) => {
      seen.push(`${name}=${value}${all === metadata}`);
    });
    expect(seen.sort()).toEqual(['a-name=one, twotrue', 'b=3true', 'c=true']);
    expect(new Headers([...metadata]).get('a-name')).toBe('one, two');
    expect(JSON.stringify(metadata)).toBe('{"a-name":"one, two","c":"","b":"3"}');
  });

  it('keeps several values apart', () => {
    const metadata = new Metadata({ key: ['a', 'b, c'], other: 'd' });
    expect(metadata.getAll('Key')).toEqual(['a', 'b, c']);
    expect(metadata.getAll('none')).toEqual([]);
    expect(sent(metadata)).toEqual([
      ['key', 'a'],
      ['key', 'b, c'],
      ['other', 'd'],
    ]);
  });

  it('carries octets under names that end in -bin', () => {
    const metadata = new Metadata();
    const bytes = Uint8Array.of(251, 255, 0, 1);
    metadata.setBinary('Trace-Bin', bytes);
    bytes.fill(9);
    metadata.appendBinary('trace-bin', Uint8Array.of());
    expect(metadata.getBinary('trace-bin')).toEqual(Uint8Array.of(251, 255, 0, 1));
    expect(metadata.getAllBinary('TRACE-BIN')).toEqual([Uint8Array.of(251, 255, 0, 1), Uint8Array.of()]);
    expect(metadata.getAll('trace-bin')).toEqual(['+/8AAQ', '']);
    expect(sent(metadata)).toEqual([
      ['trace-bin', '+/8AAQ'],
      ['trace-bin', ''],
    ]);
    metadata.getBinary('trace-bin')!.fill(9);
    expect(metadata.getBinary('trace-bin')).toEqual(Uint8Array.of(251, 255, 0, 1));
    metadata.set('trace-bin', 'AQI=');
    expect(metadata.getAllBinary('trace-bin')).toEqual([Uint8Array.of(1, 2)]);
    expect(metadata.get('trace-bin')).toBe('AQI');
    expect(metadata.getBinary('trace')).toBeUndefined();
  });

  it('is made from what callers have', () => {
    const expected = [
      ['a', '1'],
      ['b-bin', 'AQ'],
    ];
    const bytes = Uint8Array.of(1);
    expect(sent(Metadata.from({ A: '1', 'b-bin': bytes }))).toEqual(expected);
    expect(sent(Metadata.from({ A: ['1'], 'b-bin': [bytes] }))).toEqual(expected);
    expect(sent(Metadata.from([['A', '1'] as const, ['b-bin', bytes] as const]))).toEqual(expected);
    expect(
      sent(
        Metadata.from(
          new Map<string, string | Uint8Array>([
            ['A', '1'],
            ['b-bin', bytes],
          ]),
        ),
      ),
    ).toEqual(expected);
    expect(sent(Metadata.from(new Headers({ A: '1', 'b-bin': 'AQ==' })))).toEqual(expected);
    const metadata = new Metadata({ a: '1' });
    expect(Metadata.from(metadata)).toBe(metadata);
  });

  it('is copied so that neither copy sees what becomes of the other', () => {
    const first = new Metadata({ a: '1', b: '2' });
    const second = first.clone();
    first.set('a', '3');
    second.append('c', '4');
    second.delete('b');
    const third = new Metadata(second);
    second.merge(first);
    expect(sent(first)).toEqual([
      ['b', '2'],
      ['a', '3'],
    ]);
    expect(sent(second)).toEqual([
      ['a', '1'],
      ['c', '4'],
      ['b', '2'],
      ['a', '3'],
    ]);
    expect(sent(third)).toEqual([
      ['a', '1'],
      ['c', '4'],
    ]);
  });

  it('gives the same fields while nothing changes, and others afterwards', () => {
    const metadata = new Metadata({ a: '1' });
    const fields = metadata.toFields();
    expect(metadata.toFields()).toBe(fields);
    expect(metadata.clone().toFields()).toBe(fields);
    metadata.delete('none');
    expect(metadata.toFields()).toBe(fields);
    for (const change of [
      () => metadata.append('a', '2'),
      () => metadata.set('a', '1'),
      () => metadata.delete('a'),
      () => metadata.merge(new Metadata({ b: '1' })),
    ]) {
      const before = metadata.toFields();
      change();
      expect(metadata.toFields()).not.toBe(before);
    }
    expect(fields).toEqual([{ name: 'a', value: '1', neverIndexed: false }]);
  });
});

describe('what cannot be sent', () => {
  it.each([
    ['', 'a metadata name is empty'],
    ['a b', 'metadata name "a b" has " " at position 1'],
    ['na:me', 'metadata name "na:me" has ":" at position 2'],
    ['größe', 'has "ö" at position 2'],
    ['a\n', 'has "\\n" at position 1'],
    ['a/b', 'has "/" at position 1'],
    [':path', 'is reserved: names that begin with a colon belong to HTTP/2'],
    ['grpc-status', 'is reserved: names that begin with grpc- belong to gRPC'],
    ['Grpc-Future', 'is reserved: names that begin with grpc-'],
    ['grpc-', 'is reserved: names that begin with grpc-'],
    ['Content-Type', 'is reserved: it is written by the transport'],
    ['content-length', 'is reserved: it is written by the transport'],
    ['te', 'is reserved: it is written by the transport'],
    ['host', 'is reserved: it is written by the transport'],
    ['Connection', 'is reserved: HTTP/2 forbids it'],
    ['transfer-encoding', 'is reserved: HTTP/2 forbids it'],
  ])('the name %j', (name, text) => {
    const metadata = new Metadata({ kept: 'x' });
    for (const change of [() => metadata.set(name, 'v'), () => metadata.append(name, 'v')]) {
      expect(change).toThrow(UsageError);
      expect(change).toThrow(text);
    }
    expect(sent(metadata)).toEqual([['kept', 'x']]);
  });

  it.each([
    'grpc',
    'grpcx',
    'x-grpc-status',
    'te-x',
    'hosts',
    'content-types',
    'connections',
    'a.b_c-9',
    '0',
    '-',
    'bin',
  ])('not the name %s, which looks like it', (name) => {
    const metadata = new Metadata();
    metadata.set(name, 'v');
    expect(sent(metadata)).toEqual([[name, 'v']]);
  });

  it.each(['grpc-status-details-bin', 'grpc-trace-bin', 'grpc-tags-bin'])(
    'not %s, which is for applications to write',
    (name) => {
      expect(new Metadata({ [name]: Uint8Array.of(1) }).getBinary(name)).toEqual(Uint8Array.of(1));
    },
  );

  it.each([
    ['é', 'U+00E9 at position 0'],
    ['a\tb', 'U+0009 at position 1'],
    ['a\r\nb: c', 'U+000D at position 1'],
    ['\u007f', 'U+007F at position 0'],
    ['\u0000', 'U+0000 at position 0'],
    [' a', 'begins or ends with a space: " a"'],
    ['a ', 'begins or ends with a space: "a "'],
  ])('the value %j', (value, text) => {
    const metadata = new Metadata({ name: 'before' });
    expect(() => metadata.set('Name', value)).toThrow(UsageError);
    expect(() => metadata.set('Name', value)).toThrow(
      `metadata "name" has ${text.startsWith('b') ? 'a value that ' : ''}${text}`,
    );
    expect(metadata.get('name')).toBe('before');
  });

  it('octets under a name for text, and text that is no base64 under a name for octets', () => {
    const metadata = new Metadata();
    expect(() => metadata.set('name', Uint8Array.of(1))).toThrow('metadata "name" has a binary value');
    expect(() => metadata.setBinary('name-bin-', Uint8Array.of(1))).toThrow(UsageError);
    for (const bad of ['?', 'A', 'AQ=', 'AQ==x', 'AQ, Ag']) {
      expect(() => metadata.set('name-bin', bad), bad).toThrow('metadata "name-bin" has a value that is no base64');
    }
    expect(metadata.isEmpty).toBe(true);
  });

  it('long names are told by their beginning', () => {
    const name = `${'x'.repeat(5_000)}!`;
    expect(() => new Metadata({ [name]: '' })).toThrow(/^metadata name "x{60}\.\.\." has "!" at position 5000/);
  });
});

describe('metadata that was received', () => {
  const fields = [
    field(':status', '200'),
    field('content-type', 'application/grpc'),
    field('content-length', '7'),
    field('te', 'trailers'),
    field('host', 'h'),
    field('grpc-encoding', 'gzip'),
    field('grpc-accept-encoding', 'gzip'),
    field('grpc-timeout', '1S'),
    field('grpc-status', '0'),
    field('grpc-message', ''),
    field('grpc-message-type', 't'),
    field('user-agent', 'grpc-go/1.64.0'),
    field('x-text', 'one'),
    field('X-Odd name', '\u00e9 '),
    field('x-bin', 'AQI, AwQ=,?'),
    field('x-text', 'two', true),
    field('grpc-status-details-bin', 'CAE'),
    field('date', 'today'),
  ];

  it('shows what is not the transport’s', () => {
    const metadata = Metadata.fromFields(fields);
    expect([...metadata]).toEqual([
      ['user-agent', 'grpc-go/1.64.0'],
      ['x-text', 'one, two'],
      ['X-Odd name', '\u00e9 '],
      ['x-bin', 'AQI, AwQ=,?'],
      ['grpc-status-details-bin', 'CAE'],
      ['date', 'today'],
    ]);
    expect(metadata.getAllBinary('x-bin')).toEqual([Uint8Array.of(1, 2), Uint8Array.of(3, 4)]);
    expect(metadata.getAll('x-bin')).toEqual(['AQI', 'AwQ']);
    expect(metadata.getBinary('x-text')).toBeUndefined();
    for (const hidden of fields.slice(0, 11)) expect(metadata.has(hidden.name), hidden.name).toBe(false);
  });

  it('can be sent on as it came, without the user agent and never indexed where the sender asked for it', () => {
    const on = new Metadata(Metadata.fromFields(fields));
    on.set('x-more', '1');
    expect(on.toFields()).toEqual([
      { name: 'x-text', value: 'one', neverIndexed: false },
      { name: 'X-Odd name', value: '\u00e9 ', neverIndexed: false },
      { name: 'x-bin', value: 'AQI, AwQ=,?', neverIndexed: false },
      { name: 'x-text', value: 'two', neverIndexed: true },
      { name: 'grpc-status-details-bin', value: 'CAE', neverIndexed: false },
      { name: 'date', value: 'today', neverIndexed: false },
      { name: 'x-more', value: '1', neverIndexed: false },
    ]);
  });

  it('leaves the fields of the decoder alone', () => {
    const shared = Object.freeze(fields.slice());
    const first = Metadata.fromFields(shared);
    const second = Metadata.fromFields(shared);
    first.delete('x-text');
    first.set('new', '1');
    expect(second.getAll('x-text')).toEqual(['one', 'two']);
    expect(second.has('new')).toBe(false);
  });

  it('can be written at once', () => {
    const metadata = Metadata.fromFields([field(':status', '200'), field('a', '1')]);
    metadata.append('b', '2');
    expect(sent(metadata)).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(Metadata.fromFields([field(':status', '200')]).isEmpty).toBe(true);
  });
});

const names = fc
  .stringMatching(/^[0-9a-z_.-]{1,12}$/)
  .filter((name) => !/^(te|host|grpc-.*|user-agent)$|-bin$/.test(name));
const texts = fc.stringMatching(/^([!-~]([ -~]{0,10}[!-~])?)?$/);
const entries = fc.array(
  fc.oneof(
    fc.tuple(names, texts),
    fc.tuple(
      names.map((name) => `${name}-bin`),
      fc.uint8Array({ maxLength: 12 }),
    ),
  ),
  { maxLength: 10 },
);

it('any metadata comes out as it went in, and its size is that of its fields', () => {
  fc.assert(
    fc.property(entries, (list) => {
      const metadata = new Metadata(list as (readonly [string, string | Uint8Array])[]);
      expect(metadata.sizeBytes).toBe(listBytesOf(metadata.toFields()));
      const received = Metadata.fromFields(metadata.toFields().map((one) => ({ ...one, unknown: 'nothing' })));
      expect(sent(received)).toEqual(sent(metadata));
      expect(received.sizeBytes).toBe(metadata.sizeBytes);
      for (const [name] of list) {
        expect(received.getAll(name)).toEqual(metadata.getAll(name));
        const values = list.filter(([other]) => other === name).map(([, value]) => value);
        if (name.endsWith('-bin')) expect(received.getAllBinary(name)).toEqual(values);
        else expect(received.getAll(name)).toEqual(values);
      }
    }),
  );
});

it('the user agent counts for nothing, as it is not sent', () => {
  const metadata = new Metadata({ 'User-Agent': 'mine', a: 'b' });
  expect(metadata.get('user-agent')).toBe('mine');
  expect(metadata.sizeBytes).toBe(34);
  expect(sent(metadata)).toEqual([['a', 'b']]);
});
