import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '#base';
import { ErrorCode } from '#h2';
import { Tracer } from '#trace';
import { REQUEST, RESPONSE, TRAILERS } from '../h2/observer/script.ts';
import { Driver, INFO, LATE, LATE_SWAPPED } from './driver.ts';

const of = (lines: readonly string[], ...kinds: readonly string[]): string[] =>
  lines.filter((line) => kinds.includes(line.split(' ')[0] ?? ''));

describe('a connection with prior knowledge', () => {
  it('is told from SYN to FIN', () => {
    const driver = new Driver();
    driver.handler.established(1, 2);
    driver.play((script) => script.hello().unary(1));
    driver.handler.fin('a', 50, 40);
    driver.handler.fin('b', 51, 41);
    expect(driver.close()).toEqual([
      'opened 40000>50051 seen syn',
      'established',
      "protocol client h2 'PRI * HTTP/2.0'",
      'frame 1 client SETTINGS 0',
      "protocol server h2 'SETTINGS frame'",
      'frame 2 server SETTINGS 0',
      'frame 3 client SETTINGS 0',
      'frame 4 server SETTINGS 0',
      'frame 5 client HEADERS 1',
      'headers 5 client request 1',
      'frame 6 client DATA 1',
      'message 6 client 1 10/10',
      'frame 7 server HEADERS 1',
      'headers 7 server response 1',
      'frame 8 server DATA 1',
      'message 8 server 1 20/20',
      'frame 9 server HEADERS 1',
      'headers 9 server trailers 1',
      'end client fin',
      'end server fin',
      'closed closed',
    ]);
  });

  it('carries time and packet of the segment that completed each event', () => {
    const driver = new Driver().play((script) => script.hello().unary(1));
    const message = driver.events.find((event) => event.kind === 'message');
    expect(message).toMatchObject({ timeMs: 8, packet: 8, connection: 1, compressed: false });
  });

  it('may begin with the server', () => {
    const driver = new Driver().play(({ client, server }) => {
      server.settings();
      client.preface().settings();
    });
    expect(driver.lines.slice(1)).toEqual([
      "protocol server h2 'SETTINGS frame'",
      'frame 1 server SETTINGS 0',
      "protocol client h2 'PRI * HTTP/2.0'",
      'frame 2 client SETTINGS 0',
    ]);
  });

  it('is recognised octet by octet', () => {
    const whole = new Driver().play((script) => script.hello().unary(1));
    const pieces = new Driver().play((script) => {
      const { chunks } = script.hello().unary(1);
      const octets = chunks.flatMap(({ from, bytes }) =>
        [...bytes].map((byte) => ({ from, bytes: Uint8Array.of(byte) })),
      );
      chunks.splice(0, chunks.length, ...octets);
    });
    expect(pieces.lines).toEqual(whole.lines);
  });

  it('numbers frames over all connections', () => {
    const indexes: number[] = [];
    const tracer = new Tracer((event) => {
      if (event.kind === 'frame') indexes.push(event.index);
    });
    const handlers = [tracer.opened(INFO, 0, 1), tracer.opened(INFO, 0, 2)];
    const bytes = fromLatin1('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0');
    for (const handler of handlers) handler.bytes('a', bytes, 0, bytes.length, 1, 3);
    const ack = fromLatin1('\0\0\0\x04\x01\0\0\0\0');
    for (const handler of handlers) handler.bytes('a', ack, 0, ack.length, 2, 4);
    expect(indexes).toEqual([1, 2, 3, 4]);
  });

  it('shows at its end what was on the way', () => {
    const driver = new Driver().play((script) => {
      script.hello().client.headers(1, REQUEST).message(1, 100);
      script.server.headers(1, RESPONSE).data(1, 0);
      const last = script.chunks[script.chunks.length - 3]!;
      script.chunks.splice(script.chunks.length - 3, 3, { from: 'client', bytes: last.bytes.subarray(0, 60) });
    });
    driver.handler.rst('b', 64, 60, 20, 20);
    const lines = driver.close();
    expect(lines.slice(-4)).toEqual([
      'frame 6 client DATA 1',
      'end server rst',
      'message 6 client 1 46/100',
      'closed closed',
    ]);
    expect(driver.events.find((event) => event.kind === 'end')).toMatchObject({ timeToLive: 64, usualTimeToLive: 60 });
  });

  it('ends messages with their stream', () => {
    const driver = new Driver().play((script) => {
      script.hello().client.headers(1, REQUEST).body(1, [0, 0, 0, 0, 100, 1, 2, 3]).reset(1, ErrorCode.CANCEL);
      script.client.headers(3, REQUEST).body(3, [0, 0, 0], true);
      script.client.headers(5, REQUEST).body(5, [1, 0, 0, 0, 9, 1]);
      script.server.headers(5, RESPONSE, true).reset(5, ErrorCode.INTERNAL_ERROR);
    });
    expect(of(driver.lines, 'message')).toEqual(['message 7 client 1 3/100', 'message 11 client 5 1/9']);
  });

  it('counts messages only where both sides speak gRPC', () => {
    const driver = new Driver().play((script) => {
      script.hello();
      script.client.headers(1, { ...REQUEST, 'content-type': 'application/json' }).message(1, 5, true);
      script.client.headers(3, REQUEST).message(3, 5, true);
      script.server.headers(3, { ':status': '503', 'content-type': 'text/html' }).message(3, 5, true);
    });
    expect(of(driver.lines, 'message')).toEqual(['message 8 client 3 5/5']);
  });

  it('points a breach at the frame that made it, however late it became certain', () => {
    const driver = new Driver().play((script) => {
      script.hello().client.headers(1, REQUEST);
      for (let count = 0; count < 4; count++) script.client.data(1, 16_384);
      script.client.ping('00000000000000aa').ping('00000000000000ab');
      script.server.ping('00000000000000ab', true);
    });
    const breach = driver.lines.indexOf('frame 9 client DATA 1');
    expect(breach).toBeGreaterThan(0);
    expect(of(driver.lines, 'violation')).toEqual([
      'violation 9 client window/overrun 0',
      'violation 9 client window/overrun 1',
    ]);
  });
});

describe('an upgrade from HTTP/1.1', () => {
  const ask =
    'GET /index HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAQAAAPo\r\n\r\n';
  const grant = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n';

  it('makes the request stream 1, half-closed by the client, under its settings', () => {
    const driver = new Driver().play(({ client, server }) => {
      client.text(ask);
      server.text(grant).settings().headers(1, RESPONSE).data(1, 100).headers(1, TRAILERS, true);
      client.preface().settings();
    });
    expect(driver.close()).toEqual([
      'opened 40000>50051 seen syn',
      "protocol client h2-upgrade 'GET /index HTTP/1.1'",
      "protocol server h2-upgrade 'HTTP/1.1 101 Switching Protocols'",
      'frame 1 server SETTINGS 0',
      'frame 2 server HEADERS 1',
      'headers 2 server response 1',
      'frame 3 server DATA 1',
      'frame 4 server HEADERS 1',
      'headers 4 server trailers 1',
      'frame 5 client SETTINGS 0',
      'closed closed',
    ]);
    expect(driver.events.find((event) => event.kind === 'frame' && event.frame.kind === 'data')).toMatchObject({
      streamWindow: 900,
      connectionWindow: 65_435,
    });
  });

  it('passes over the body of the request, and takes frames from the segment of the 101', () => {
    const withBody = ask.replace('Upgrade: h2c\r\n', 'Upgrade: h2c\r\nContent-Length: 5\r\n');
    const driver = new Driver().play((script) => {
      script.client.text(`${withBody}hel`).text('lo');
      script.server.settings();
      const first = script.chunks.pop()!;
      script.server.raw(Uint8Array.from([...fromLatin1(grant), ...first.bytes]));
      script.client.preface().settings();
    });
    expect(of(driver.lines, 'frame', 'violation')).toEqual(['frame 1 server SETTINGS 0', 'frame 2 client SETTINGS 0']);
  });

  it('that the server ignores leaves HTTP/1', () => {
    const driver = new Driver().play(({ client, server }) => {
      client.text(ask);
      server.text('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n');
    });
    expect(driver.close()).toEqual([
      'opened 40000>50051 seen syn',
      "protocol client http/1 'GET /index HTTP/1.1'",
      "protocol server http/1 'HTTP/1.1 200 OK'",
      'closed closed',
    ]);
  });

  it('that is never answered is HTTP/1 when the connection ends', () => {
    expect(new Driver().play(({ client }) => client.text(ask)).close()).toEqual([
      'opened 40000>50051 seen syn',
      "protocol client http/1 'GET /index HTTP/1.1'",
      'closed closed',
    ]);
  });
});

describe('other protocols', () => {
  it('an HTTP/1 server answers 400 to a preface', () => {
    const driver = new Driver().play(({ client, server }) => {
      client.preface().settings();
      server.text('HTTP/1.1 400 Bad Request\r\n\r\n<html>');
    });
    driver.handler.fin('b', 9, 9);
    expect(driver.close()).toEqual([
      'opened 40000>50051 seen syn',
      "protocol client h2 'PRI * HTTP/2.0'",
      'frame 1 client SETTINGS 0',
      "protocol server http/1 'HTTP/1.1 400 Bad Request'",
      'end server fin',
      'closed closed',
    ]);
  });

  it('TLS is named by its records and then passed over', () => {
    const driver = new Driver().play(({ client, server }) => {
      client.raw(Uint8Array.of(22, 3, 1, 0, 200, 1, 0, 0, 196)).raw(new Uint8Array(100));
      server.raw(Uint8Array.of(21, 3, 3, 0, 2, 2, 40));
    });
    expect(driver.close().slice(1)).toEqual([
      "protocol client tls 'ClientHello'",
      "protocol server tls 'alert 40'",
      'closed closed',
    ]);
  });

  it('a TLS alert answers a preface', () => {
    const driver = new Driver().play(({ client, server }) => {
      client.preface().settings();
      server.raw(Uint8Array.of(21, 3, 1, 0, 2, 2, 10));
    });
    expect(of(driver.lines, 'protocol')).toEqual([
      "protocol client h2 'PRI * HTTP/2.0'",
      "protocol server tls 'alert 10'",
    ]);
  });

  it('anything else is other, with its first line printable', () => {
    const driver = new Driver().play(({ client, server }) => {
      client.text(`HELO\u0001 there\r\nmore${' '.repeat(5_000)}`);
      server.text('220 mail');
    });
    driver.handler.fin('b', 9, 9);
    expect(of(driver.close(), 'protocol', 'end')).toEqual([
      "protocol client other 'HELO. there'",
      "protocol server other '220 mail'",
      'end server fin',
    ]);
  });

  it('a connection without a byte has none', () => {
    const driver = new Driver();
    driver.handler.established(1, 2);
    driver.handler.note('a', 'keepalive', 5, 3);
    driver.handler.rst('b', undefined, undefined, 6, 4);
    expect(driver.close()).toEqual([
      'opened 40000>50051 seen syn',
      'established',
      'segment client keepalive',
      'end server rst',
      'closed closed',
    ]);
  });

  it('HTTP/2 behind a PROXY protocol header is found by its frames', () => {
    const driver = new Driver().play((script) => {
      script.client.text('PROXY TCP4 10.0.0.9 10.0.0.2 5000 50051\r\n');
      script.hello().unary(1).unary(3);
    });
    expect(of(driver.lines, 'protocol')).toEqual([
      "protocol client h2-middle 'SETTINGS frame'",
      "protocol server h2 'SETTINGS frame'",
    ]);
    expect(of(driver.close(), 'headers').length).toBe(6);
    expect(of(driver.lines, 'violation')).toEqual([]);
  });

  it('a cut-off beginning is judged by what there is', () => {
    const driver = new Driver().play(({ client, server }) => {
      client.text('PRI * HT');
      server.text('HTTP/1.1 4');
    });
    expect(of(driver.close('capture-ended'), 'protocol')).toEqual([
      "protocol client h2 'PRI * HT'",
      "protocol server http/1 'HTTP/1.1 4'",
    ]);
  });
});

describe('a connection that was joined late', () => {
  it('is known by the preface, if that was still to come', () => {
    const driver = new Driver(LATE_SWAPPED).play((script) => script.hello().unary(1));
    expect(driver.lines[0]).toBe('opened 40000>50051 unseen preface');
    expect(of(driver.lines, 'protocol')).toEqual([
      "protocol client h2 'PRI * HTTP/2.0'",
      "protocol server h2 'SETTINGS frame'",
    ]);
    expect(driver.events.filter((event) => event.kind === 'headers').every((event) => event.complete)).toBe(true);
  });

  it.each([
    ['the client first', LATE],
    ['the server first', LATE_SWAPPED],
  ])('is known by frames that one side alone may send, %s', (_, info) => {
    const driver = new Driver(info);
    driver.play((script) => {
      script.hello().unary(1).unary(3).unary(5);
      script.chunks.splice(0, 8);
    });
    const lines = driver.close('capture-ended');
    expect(lines[0]).toBe('opened 40000>50051 unseen frames');
    expect(of(lines, 'protocol').map((line) => line.split("'")[0])).toEqual([
      'protocol server h2-middle ',
      'protocol client h2-middle ',
    ]);
    expect(of(lines, 'headers').filter((line) => line.includes('request'))).toHaveLength(2);
    expect(of(lines, 'violation')).toEqual([]);
  });

  it('is guessed by the ports when frames do not tell', () => {
    const ping = '00000000000000aa';
    const driver = new Driver(LATE_SWAPPED).play(({ client, server }) => {
      for (let count = 0; count < 4; count++) {
        client.ping(ping);
        server.ping(ping, true);
      }
    });
    expect(driver.lines).toEqual([]);
    const lines = driver.close('capture-ended');
    expect(lines[0]).toBe('opened 40000>50051 unseen ports');
    expect(of(lines, 'frame')).toHaveLength(8);
    expect(driver.events[1]).toMatchObject({ kind: 'protocol', timeMs: 2 });
  });

  it('may show too few frames to be found, and yet nothing else', () => {
    const driver = new Driver(LATE).play(({ client, server }) => {
      client.ping('00000000000000aa');
      server.ping('00000000000000aa', true).goAway(2 ** 31 - 1, 0, 'max_age');
    });
    expect(of(driver.close('capture-ended'), 'protocol', 'frame')).toHaveLength(5);
  });

  it('takes no side from the last stream of a GOAWAY, which clients of grpc-go fill with their own', () => {
    const driver = new Driver(LATE_SWAPPED).play(({ client }) => {
      client.ping('00000000000000aa').ping('00000000000000aa').ping('00000000000000aa').goAway(3, 0);
    });
    expect(driver.close()[0]).toBe('opened 40000>50051 unseen ports');
    const cut = new Driver(LATE).play(({ server }) => {
      server.ping('00000000000000aa', true).ping('00000000000000aa', true).goAway(3, 11, 'too_many_pings');
    });
    expect(cut.close()[0]).toBe('opened 40000>50051 unseen frames');
  });

  it('that is TLS is guessed at once', () => {
    const driver = new Driver(LATE).play(({ client }) =>
      client.raw(Uint8Array.of(23, 3, 3, 0, 40, ...new Uint8Array(40))),
    );
    expect(driver.lines).toEqual(['opened 40000>50051 unseen ports', "protocol client tls 'application data'"]);
  });

  it('that is TLS from its hello is known by it', () => {
    const driver = new Driver(LATE_SWAPPED).play(({ client }) =>
      client.raw(Uint8Array.of(22, 3, 1, 0, 40, 1, 0, 0, 9)),
    );
    expect(driver.lines[0]).toBe('opened 40000>50051 unseen frames');
  });

  it('without a byte is told when it ends', () => {
    const driver = new Driver(LATE);
    driver.handler.established(0, 1);
    driver.handler.fin('a', 5, 2);
    expect(driver.close()).toEqual([
      'opened 40000>50051 unseen ports',
      'established',
      'end client fin',
      'closed closed',
    ]);
  });

  it('holds a bounded number of octets and steps', () => {
    const noise = new Driver(LATE);
    for (let count = 0; count < 100; count++) noise.play(({ client }) => client.raw(new Uint8Array(1_400).fill(0xab)));
    expect(of(noise.lines, 'opened', 'protocol')).toEqual([
      'opened 40000>50051 unseen ports',
      `protocol client other '${'.'.repeat(80)}'`,
    ]);
    const idle = new Driver(LATE);
    for (let count = 0; count < 300; count++) idle.handler.note('b', 'keepalive', count, count);
    expect(of(idle.lines, 'opened')).toEqual(['opened 40000>50051 unseen ports']);
    expect(of(idle.lines, 'segment')).toHaveLength(300);
  });
});

describe('lost octets', () => {
  it('are told, and the rest goes on', () => {
    const driver = new Driver().play((script) => script.hello().unary(1));
    driver.gap('server', 33);
    driver.play((script) => {
      script.client.headers(3, REQUEST).message(3, 4, true);
      script.server.headers(3, RESPONSE).message(3, 40).headers(3, TRAILERS, true);
      script.chunks.splice(0, 2);
    });
    const lines = driver.close('capture-ended');
    expect(of(lines, 'lost')).toEqual(['lost server 33 capture']);
    expect(lines.slice(-6, -1).map((line) => line.replace(/frame \d+/, 'frame'))).toEqual([
      'frame server HEADERS 3',
      expect.stringContaining('response 3'),
      'frame server DATA 3',
      'frame server HEADERS 3',
      expect.stringContaining('trailers 3'),
    ]);
  });

  it('within a message count as sent', () => {
    const driver = new Driver().play((script) => {
      script.hello().client.headers(1, REQUEST);
    });
    const frame = Uint8Array.of(0, 0, 105, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 100, ...new Uint8Array(100));
    driver.chunks([{ from: 'client', bytes: frame.subarray(0, 24) }]).gap('client', 60);
    driver.chunks([{ from: 'client', bytes: frame.subarray(84) }]);
    expect(of(driver.lines, 'message', 'lost')).toEqual(['lost client 60 capture', 'message 6 client 1 100/100']);
  });

  it('at the beginning make it a middle', () => {
    const driver = new Driver().gap('client', 100).play((script) => {
      script.hello().unary(1).unary(3);
      script.chunks.splice(0, 2);
    });
    expect(of(driver.lines, 'protocol').map((line) => line.split("'")[0])).toEqual([
      'protocol server h2 ',
      'protocol client h2-middle ',
    ]);
    expect(of(driver.close(), 'violation')).toEqual([]);
  });
});
