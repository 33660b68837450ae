import { describe, expect, it } from 'vitest';
import { ErrorCode } from '#h2';
import { afterHello, observe, REQUEST, RESPONSE, Script, TRAILERS } from './script.ts';

const REQUEST_LINE =
  ':method=POST :scheme=http :path=/pkg.Svc/Get :authority=svc:50051 content-type=application/grpc te=trailers';
const RESPONSE_LINE = ':status=200 content-type=application/grpc';

describe('the observer', () => {
  it('tells the hello of both sides, the preface apart', () => {
    const { lines } = observe(new Script().hello([{ id: 4, value: 100_000 }]).chunks);
    expect(lines).toEqual(['> SETTINGS 0 - 6', '< SETTINGS 0 - 0', '> SETTINGS 0 ACK 0', '< SETTINGS 0 ACK 0']);
  });

  it('tells a unary call with its roles, ends and windows', () => {
    const { lines, octets } = afterHello((script) => script.unary(1));
    expect(lines).toEqual([
      '> HEADERS 1 END_HEADERS 47',
      `> request 1 ${REQUEST_LINE}`,
      '> DATA 1 END_STREAM 15 [65520 65520]',
      '> end-stream 1',
      '< HEADERS 1 END_HEADERS 14',
      `< response 1 ${RESPONSE_LINE}`,
      '< DATA 1 - 25 [65510 65510]',
      '< HEADERS 1 END_STREAM|END_HEADERS 12',
      '< trailers 1 grpc-status=0 end',
      '< end-stream 1',
    ]);
    expect(octets).toEqual({ client: 15, server: 25 });
  });

  it('counts padding against the windows, not among the data', () => {
    const { lines, octets } = afterHello(({ client }) => client.headers(1, REQUEST).data(1, 10, false, 100));
    expect(lines.at(-1)).toBe('> DATA 1 PADDED 111 [65424 65424]');
    expect(octets.client).toBe(10);
  });

  it('joins CONTINUATION and tells the block after its last frame', () => {
    const { lines } = afterHello(({ client }) => client.headers(1, REQUEST, true, 20));
    expect(lines).toEqual([
      '> HEADERS 1 END_STREAM 20',
      '> CONTINUATION 1 - 20',
      '> CONTINUATION 1 END_HEADERS 7',
      `> request 1 ${REQUEST_LINE} end`,
      '> end-stream 1',
    ]);
  });

  it('knows informational responses, trailers-only answers and request trailers', () => {
    const { lines, violations } = afterHello(({ client, server }) => {
      client.headers(1, REQUEST).headers(3, REQUEST).headers(3, TRAILERS, true);
      server.headers(1, { ':status': '103' }).headers(1, RESPONSE);
      server.headers(3, { ...RESPONSE, ...TRAILERS }, true);
    });
    expect(lines.filter((line) => !line.includes('HEADERS'))).toEqual([
      `> request 1 ${REQUEST_LINE}`,
      `> request 3 ${REQUEST_LINE}`,
      '> trailers 3 grpc-status=0 end',
      '> end-stream 3',
      '< informational 1 :status=103',
      `< response 1 ${RESPONSE_LINE}`,
      `< response 3 ${RESPONSE_LINE} grpc-status=0 end`,
      '< end-stream 3',
    ]);
    expect(violations).toEqual([]);
  });

  it('tells the window that each WINDOW_UPDATE leaves to the other side', () => {
    const { lines } = afterHello(({ client, server }) => {
      client.headers(1, REQUEST).data(1, 1_000);
      server.window(1, 500).window(0, 700);
    });
    expect(lines.slice(-2)).toEqual(['< WINDOW_UPDATE 1 - 4 [65035 -]', '< WINDOW_UPDATE 0 - 4 [- 65235]']);
  });

  it('moves stream windows when the acknowledgement shows that a new initial window holds', () => {
    const { lines } = afterHello(({ client, server }) => {
      client.headers(1, REQUEST).data(1, 1_000);
      server.settings({ id: 4, value: 1_000_000 });
      client.data(1, 1).ack().data(1, 1);
    });
    const windows = lines.filter((line) => line.includes('DATA')).map((line) => line.replace(/.*\[/, ''));
    expect(windows).toEqual(['64535 64535]', '64534 64534]', '998998 64533]']);
  });

  it('ends both directions by one RST_STREAM, and those only that had not ended', () => {
    const { lines } = afterHello(({ client, server }) => {
      client.headers(1, REQUEST).reset(1, ErrorCode.CANCEL);
      client.headers(3, REQUEST, true);
      server.reset(3, ErrorCode.REFUSED_STREAM);
    });
    expect(lines.filter((line) => line.includes('reset'))).toEqual(['> reset 1', '< reset 1', '< reset 3']);
  });

  it('takes GOAWAY for the beginning of draining: streams go on', () => {
    const { lines, violations } = afterHello((script) => {
      script.client.headers(1, REQUEST, true);
      script.server.goAway(0x7fff_ffff, 0).ping('0106010800030309').goAway(1, 0, 'max_age');
      script.server.headers(1, RESPONSE).headers(1, TRAILERS, true);
    });
    expect(lines.filter((line) => line.includes('GOAWAY'))).toEqual(['< GOAWAY 0 - 8', '< GOAWAY 0 - 15']);
    expect(lines.at(-1)).toBe('< end-stream 1');
    expect(violations).toEqual([]);
  });

  it('tells promises on the promised stream', () => {
    const { lines, violations } = afterHello(({ client, server }) => {
      client.headers(1, REQUEST, true);
      server.promise(1, 2, REQUEST).headers(2, RESPONSE).data(2, 3, true);
    });
    expect(lines[3]).toBe('< PUSH_PROMISE 1 END_HEADERS 51');
    expect(lines[4]).toBe(`< promise 2 ${REQUEST_LINE}`);
    expect(lines.at(-1)).toBe('< end-stream 2');
    expect(violations).toEqual([]);
  });

  it('reads stream 1 of an upgraded connection as half-closed by the client (RFC 7540 §3.2)', () => {
    const script = new Script();
    script.client.preface().settings();
    script.server.settings().headers(1, RESPONSE).message(1, 5).headers(1, TRAILERS, true);
    const { lines, violations } = observe(script.chunks, (observer) => observer.upgrade([{ id: 4, value: 1_000 }]));
    expect(lines.filter((line) => line.startsWith('<')).slice(1)).toEqual([
      '< HEADERS 1 END_HEADERS 14',
      `< response 1 ${RESPONSE_LINE}`,
      '< DATA 1 - 10 [990 65525]',
      '< HEADERS 1 END_STREAM|END_HEADERS 12',
      '< trailers 1 grpc-status=0 end',
      '< end-stream 1',
    ]);
    expect(violations).toEqual([]);
  });

  it('is not troubled by the order in which a capture shows the directions', () => {
    const script = new Script();
    script.server.settings().ack().headers(1, RESPONSE).message(1, 5).headers(1, TRAILERS, true);
    script.client.preface().settings().ack().headers(1, REQUEST, true);
    const { lines, violations } = observe(script.chunks);
    expect(violations).toEqual([]);
    expect(lines).toContain(`> request 1 ${REQUEST_LINE} end`);
    expect(lines).toContain(`< response 1 ${RESPONSE_LINE}`);
    expect(lines.slice(-1)).toEqual(['> end-stream 1']);
  });
});
