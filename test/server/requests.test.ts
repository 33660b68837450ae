/** What the server core makes of requests before a handler sees them. */
import { describe, expect, it } from 'vitest';
import { toLatin1, UsageError } from '#base';
import { Setting } from '#h2';
import { type Fields, grpcFields } from '../support/attacker.ts';
import { GET, ServerRig } from '../support/server-rig.ts';

function answerTo(fields: Fields, options = {}) {
  const rig = new ServerRig(options).echo();
  const client = rig.client().headers(1, fields, true);
  const [headers] = client.of('headers', 1);
  const body = client.of('data', 1).map(({ bytes }) => toLatin1(bytes));
  return { rig, client, fields: headers?.fields ?? {}, end: headers?.end, body: body.join('') };
}

describe('what is no gRPC request', () => {
  it('gets 415 and a text that says what this is', () => {
    const { fields, body, client, rig } = answerTo(GET);
    expect(fields).toEqual({
      ':status': '415',
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(body.length),
    });
    expect(body).toMatch(/^This is a gRPC server\./);
    expect(client.story(1)).toEqual(['415', `data:${body.length} END`]);
    expect(rig.rules()).toEqual(['not-grpc']);
  });

  it('gets its text in windows of one octet', () => {
    const rig = new ServerRig();
    const client = rig.client(false).preface([{ id: Setting.INITIAL_WINDOW_SIZE, value: 1 }]);
    client.headers(1, GET, true);
    expect(client.story(1)).toEqual(['415', 'data:1']);
    client.windowUpdate(1, 2);
    expect(client.story(1)).toEqual(['415', 'data:1', 'data:2']);
  });

  it('gets no content in answer to HEAD', () => {
    const { client } = answerTo({ ...GET, ':method': 'HEAD' });
    expect(client.story(1)).toEqual(['415 END']);
  });

  it('may have a body, which is thrown away', () => {
    const rig = new ServerRig().echo();
    const client = rig.client();
    client.headers(1, { ...GET, ':method': 'POST', 'content-length': '4' });
    client.data(1, new Uint8Array(4), true);
    client.request(3, '/test.Echo/Unary');
    expect(client.story(1)[0]).toBe('415');
    expect(client.of('rst')).toEqual([]);
    expect(client.story(3).at(-1)).toBe('status:0 END');
  });

  it('gets 405 where only the method is wrong', () => {
    const { fields } = answerTo({ ...grpcFields('/test.Echo/Unary'), ':method': 'PUT' });
    expect([fields[':status'], fields.allow]).toEqual(['405', 'POST']);
  });
});

describe('a gRPC request', () => {
  it('to an unknown service or method is UNIMPLEMENTED and says which', () => {
    const first = answerTo(grpcFields('/nobody.Knows/Me')).fields;
    const second = answerTo(grpcFields('/test.Echo/Other')).fields;
    expect([first['grpc-status'], second['grpc-status']]).toEqual(['12', '12']);
    expect(first['grpc-message']).toBe('unknown service nobody.Knows');
    expect(second['grpc-message']).toBe('unknown method Other of service test.Echo');
  });

  it('whose path is no /SERVICE/METHOD is UNIMPLEMENTED', () => {
    const { fields } = answerTo(grpcFields('/'));
    expect([fields[':status'], fields['grpc-status']]).toEqual(['200', '12']);
  });

  it('to a path that gets its handler later is served then', () => {
    const rig = new ServerRig();
    const client = rig.client().request(1, '/test.Echo/Unary');
    rig.echo();
    client.request(3, '/test.Echo/Unary');
    expect([client.story(1).at(-1), client.story(3).at(-1)]).toEqual(['200 status:12 END', 'status:0 END']);
  });

  it('to an unknown path goes to the handler for those, if there is one', () => {
    const unknown = {
      kind: 'bidi-streaming' as const,
      start: (call: import('#server').ServerCall) => {
        call.end(5, call.path);
        return { message() {}, halfClosed() {}, cancelled() {} };
      },
    };
    expect(answerTo(grpcFields('/any.Thing/Goes'), { unknown }).fields['grpc-message']).toBe('/any.Thing/Goes');
  });

  it('with a grpc-timeout that is none is INTERNAL, with HTTP status 400', () => {
    const { fields, rig } = answerTo({ ...grpcFields('/test.Echo/Unary'), 'grpc-timeout': '5 seconds' });
    expect([fields[':status'], fields['grpc-status']]).toEqual(['400', '13']);
    expect(fields['grpc-message']).toMatch(/5 seconds/);
    expect(rig.core.stats.calls.started).toBe(0);
  });

  it('without time left is DEADLINE_EXCEEDED and reaches no handler', () => {
    const { fields, rig } = answerTo({ ...grpcFields('/test.Echo/Unary'), 'grpc-timeout': '0m' });
    expect(fields['grpc-status']).toBe('4');
    expect(rig.core.stats.calls.started).toBe(0);
  });

  it('in an encoding that the server lacks is UNIMPLEMENTED and says which it has', () => {
    const { fields } = answerTo({ ...grpcFields('/test.Echo/Unary'), 'grpc-encoding': 'snappy' });
    expect(fields['grpc-status']).toBe('12');
    expect(fields['grpc-message']).toBe("grpc-encoding 'snappy' is not supported, these are: identity");
  });

  it('without te: trailers is served: proxies drop it', () => {
    const { te: _, ...fields } = grpcFields('/test.Echo/Unary');
    const rig = new ServerRig().echo();
    const client = rig.client().headers(1, fields).data(1, new Uint8Array(5), true);
    expect(client.story(1).at(-1)).toBe('status:0 END');
  });

  it('with more headers than are allowed is RESOURCE_EXHAUSTED with both numbers', () => {
    const { fields } = answerTo(
      { ...grpcFields('/test.Echo/Unary'), long: 'x'.repeat(500) },
      { maxHeaderListBytes: 600 },
    );
    expect(fields['grpc-status']).toBe('8');
    expect(fields['grpc-message']).toMatch(/headers of \d+ octets where 600 are allowed/);
  });

  it('with trailers is served: they mean nothing', () => {
    const rig = new ServerRig().echo();
    const client = rig.client().request(1, '/test.Echo/Unary', { end: false });
    client.headers(1, { 'grpc-status': '0' }, true);
    expect(client.story(1).at(-1)).toBe('status:0 END');
    expect(client.goaway).toBeUndefined();
  });

  it('of one connection is judged once: the second is the same block', () => {
    const rig = new ServerRig().echo();
    const client = rig.client();
    for (let stream = 1; stream < 9; stream += 2) client.request(stream, '/test.Echo/Unary');
    expect(client.story(7)).toEqual(['200', 'data:8', 'status:0 END']);
  });
});

describe('handle', () => {
  it('takes a path once, and only a path', () => {
    const { core } = new ServerRig().echo();
    const handler = { kind: 'unary' as const, start: () => ({ message() {}, halfClosed() {}, cancelled() {} }) };
    for (const path of ['/test.Echo/Unary', 'test.Echo/Other', '/test.Echo', '/', '']) {
      expect(() => core.handle(path, handler), path).toThrow(UsageError);
    }
  });
});
