import { describe, expect, it } from 'vitest';
import { ByteBuffer, ErrorCode, Flag, FrameType, type RuleId, rules, Setting, WINDOW_MAX, writeFrame } from '#h2';
import { type Fields, observe, REQUEST, RESPONSE, Script, type Speaker, TRAILERS } from './script.ts';

/** A frame of any form. */
function frame(type: number, flags: number, stream: number, payload: readonly number[]): Uint8Array {
  const to = new ByteBuffer();
  writeFrame(to, type, flags, stream, Uint8Array.from(payload));
  return to.toBytes();
}

interface Case {
  /** `side rule stream`, in order. */
  readonly expected: readonly string[];
  readonly write: (script: Script, client: Speaker, server: Speaker) => void;
  /** Instead of the usual hello. */
  readonly hello?: (script: Script) => void;
}

const PING = '0000000000000001';

/** Shows that each side has received everything so far. */
function settle({ client, server }: Script): void {
  client.ping(PING);
  server.ping(PING).ping(PING, true);
  client.ping(PING, true);
}

function request(extra: Fields, base: Fields = REQUEST): Fields {
  return { ...base, ...extra };
}

function headersCase(rule: RuleId, fields: Fields): Case {
  return { expected: [`client ${rule} 1`], write: (_, client) => client.headers(1, fields, true) };
}

/** How much flooding an end bears is its own affair: an observer cannot know. */
type JudgedRule = Exclude<RuleId, `flood/${string}`>;
const isJudged = (rule: RuleId): rule is JudgedRule => !rule.startsWith('flood/');

/** For each rule what breaks it and nothing else. */
const cases: Readonly<Record<JudgedRule, Case>> = {
  'preface/invalid': {
    hello: ({ client }) => client.text('GET / HTTP/1.1\r\nhost: a\r\n\r\n'),
    expected: ['client preface/invalid 0'],
    write: () => {},
  },
  'preface/settings-first': {
    hello: ({ client, server }) => {
      client.preface().window(0, 1).settings();
      server.ack().settings();
    },
    expected: ['client preface/settings-first 0', 'server preface/settings-first 0'],
    write: () => {},
  },
  'frame/too-large': {
    expected: ['server frame/too-large 1'],
    write: (_, client, server) => {
      client.headers(1, REQUEST, true);
      server.headers(1, RESPONSE).data(1, 16_384).data(1, 16_385);
    },
  },
  'frame/bad-length': {
    expected: ['client frame/bad-length 0'],
    write: (_, client) => client.raw(frame(FrameType.PING, 0, 0, [1])),
  },
  'frame/bad-stream': {
    expected: ['client frame/bad-stream 0', 'client frame/bad-stream 1'],
    write: (_, client) =>
      client.raw(frame(FrameType.DATA, 0, 0, [1])).raw(frame(FrameType.PING, 0, 1, [0, 0, 0, 0, 0, 0, 0, 1])),
  },
  'frame/bad-padding': {
    expected: ['client frame/bad-padding 1'],
    write: (_, client) => client.headers(1, REQUEST).raw(frame(FrameType.DATA, Flag.PADDED, 1, [9, 1])),
  },
  'priority/bad-length': {
    expected: ['client priority/bad-length 1'],
    write: (_, client) => client.raw(frame(FrameType.PRIORITY, 0, 1, [1])),
  },
  'settings/bad-value': {
    expected: ['client settings/bad-value 0'],
    write: (_, client) => client.settings({ id: Setting.MAX_FRAME_SIZE, value: 1 }),
  },
  'settings/bad-window': {
    expected: ['client settings/bad-window 0'],
    write: (_, client) => client.settings({ id: Setting.INITIAL_WINDOW_SIZE, value: 0x8000_0000 }),
  },
  'settings/ack-with-payload': {
    expected: ['client settings/ack-with-payload 0'],
    write: (_, client) => client.raw(frame(FrameType.SETTINGS, Flag.ACK, 0, [0, 3, 0, 0, 0, 1])),
  },
  'settings/priorities-changed': {
    expected: ['server settings/priorities-changed 0'],
    write: (_, _client, server) => server.settings({ id: Setting.NO_RFC7540_PRIORITIES, value: 1 }),
  },
  'settings/connect-protocol-withdrawn': {
    expected: ['server settings/connect-protocol-withdrawn 0'],
    write: (_, _client, server) =>
      server
        .settings({ id: Setting.ENABLE_CONNECT_PROTOCOL, value: 1 })
        .settings({ id: Setting.ENABLE_CONNECT_PROTOCOL, value: 0 }),
  },
  'window/zero-increment': {
    expected: ['server window/zero-increment 0', 'server window/zero-increment 1'],
    write: (_, client, server) => {
      client.headers(1, REQUEST);
      server.window(0, 0).window(1, 0);
    },
  },
  'window/overflow': {
    expected: ['server window/overflow 0', 'server window/overflow 1'],
    write: (script, client, server) => {
      client.headers(1, REQUEST);
      server.window(0, WINDOW_MAX - 65_534).window(1, WINDOW_MAX - 65_534);
      settle(script);
    },
  },
  'window/initial-overflow': {
    expected: ['server window/initial-overflow 1'],
    write: (_, client, server) => {
      client.headers(1, REQUEST);
      server.window(1, WINDOW_MAX - 65_535).settings({ id: Setting.INITIAL_WINDOW_SIZE, value: 65_536 });
      client.ack();
    },
  },
  'window/overrun': {
    expected: ['client window/overrun 0', 'client window/overrun 1'],
    write: (script, client, server) => {
      client.headers(1, REQUEST);
      for (let count = 0; count < 4; count++) client.data(1, 16_384);
      settle(script);
      server.window(1, 1).goAway(1, ErrorCode.NO_ERROR);
    },
  },
  'stream/even-id-from-client': {
    expected: ['client stream/even-id-from-client 2'],
    write: (_, client) => client.headers(2, REQUEST, true),
  },
  'stream/id-not-increasing': {
    expected: ['client stream/id-not-increasing 3'],
    write: (_, client) => client.headers(5, REQUEST, true).headers(3, REQUEST, true),
  },
  'stream/idle-frame': {
    expected: ['client stream/idle-frame 1', 'client stream/idle-frame 3', 'server stream/idle-frame 5'],
    write: (_, client, server) => {
      client.data(1, 1).window(3, 1);
      server.headers(5, RESPONSE, true);
      client.headers(7, REQUEST, true);
    },
  },
  'stream/reserved-frame': {
    expected: ['server stream/reserved-frame 2'],
    write: (_, client, server) => {
      client.headers(1, REQUEST, true);
      server.promise(1, 2, REQUEST).data(2, 1);
    },
  },
  'stream/half-closed-frame': {
    expected: ['client stream/half-closed-frame 1', 'client stream/half-closed-frame 1'],
    write: (_, client) => client.headers(1, REQUEST, true).data(1, 1).headers(1, TRAILERS, true),
  },
  'stream/closed-frame': {
    expected: ['server stream/closed-frame 1', 'client stream/closed-frame 3'],
    write: (script, client, server) => {
      script.unary(1);
      server.data(1, 1);
      client.headers(3, REQUEST).reset(3, ErrorCode.CANCEL).data(3, 1);
    },
  },
  'stream/frame-after-reset': {
    expected: ['server stream/frame-after-reset 1', 'server stream/frame-after-reset 1'],
    write: (_, client, server) => {
      client.headers(1, REQUEST).reset(1, ErrorCode.CANCEL).headers(3, REQUEST, true);
      server.headers(1, RESPONSE).headers(3, RESPONSE).data(1, 1).headers(1, TRAILERS, true);
    },
  },
  'stream/over-limit': {
    hello: (script) => script.hello([], [{ id: Setting.MAX_CONCURRENT_STREAMS, value: 1 }]),
    expected: ['client stream/over-limit 3', 'client stream/over-limit 5'],
    write: (_, client, server) => {
      client.headers(1, REQUEST).headers(3, REQUEST);
      server.headers(3, RESPONSE, true);
      client.headers(5, REQUEST);
      server.reset(5, ErrorCode.REFUSED_STREAM);
    },
  },
  'push/from-client': {
    expected: ['client push/from-client 1'],
    write: (_, client) => client.headers(1, REQUEST).promise(1, 2, REQUEST),
  },
  'push/disabled': {
    hello: (script) => script.hello([{ id: Setting.ENABLE_PUSH, value: 0 }]),
    expected: ['server push/disabled 1'],
    write: (_, client, server) => {
      client.headers(1, REQUEST);
      server.promise(1, 2, REQUEST);
    },
  },
  'push/enabled-by-server': {
    expected: ['server push/enabled-by-server 0'],
    write: (_, _client, server) => server.settings({ id: Setting.ENABLE_PUSH, value: 1 }),
  },
  'push/bad-stream': {
    expected: ['server push/bad-stream 1'],
    write: (script, _, server) => {
      script.unary(1);
      server.promise(1, 2, REQUEST);
    },
  },
  'push/bad-promised-stream': {
    expected: ['server push/bad-promised-stream 4', 'server push/bad-promised-stream 3'],
    write: (_, client, server) => {
      client.headers(1, REQUEST);
      server.promise(1, 4, REQUEST).promise(1, 4, REQUEST).promise(1, 3, REQUEST);
    },
  },
  'goaway/last-stream-increased': {
    expected: ['server goaway/last-stream-increased 0'],
    write: (_, _client, server) => server.goAway(1, 0).goAway(3, 0),
  },
  'goaway/stream-opened-after': {
    expected: ['client goaway/stream-opened-after 1'],
    write: (_, client, server) => {
      server.goAway(WINDOW_MAX, 0).ping(PING);
      client.ping(PING, true).headers(1, REQUEST, true);
    },
  },
  'headers/interrupted-block': {
    expected: ['client headers/interrupted-block 1'],
    write: (_, client) => client.raw(frame(FrameType.HEADERS, 0, 1, [0x82])).ping(PING),
  },
  'headers/unexpected-continuation': {
    expected: ['client headers/unexpected-continuation 1'],
    write: (_, client) => client.raw(frame(FrameType.CONTINUATION, Flag.END_HEADERS, 1, [0x82])),
  },
  'headers/block-too-large': {
    expected: ['client headers/block-too-large 1'],
    write: (_, client) => {
      client.raw(frame(FrameType.HEADERS, 0, 1, [0x82]));
      for (let count = 0; count < 1_030; count++) client.raw(frame(FrameType.CONTINUATION, 0, 1, []));
      client.raw(frame(FrameType.CONTINUATION, Flag.END_HEADERS, 1, []));
    },
  },
  'headers/uppercase-name': headersCase('headers/uppercase-name', request({ 'X-Upper': '1' })),
  'headers/bad-character': headersCase('headers/bad-character', request({ 'x-bad': 'a\0b' })),
  'headers/connection-specific': headersCase('headers/connection-specific', request({ connection: 'close' })),
  'headers/bad-te': headersCase('headers/bad-te', request({ te: 'gzip' })),
  'headers/bad-content-length': headersCase('headers/bad-content-length', request({ 'content-length': 'x' })),
  'headers/pseudo-missing': headersCase('headers/pseudo-missing', { ':method': 'GET', ':scheme': 'http' }),
  'headers/pseudo-duplicate': {
    expected: ['client headers/pseudo-duplicate 1'],
    write: (_, client) => {
      const twice = new Uint8Array([...client.block(REQUEST)]);
      client.raw(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, [0x83, ...twice]));
    },
  },
  'headers/pseudo-late': headersCase('headers/pseudo-late', {
    ':method': 'GET',
    ':scheme': 'http',
    te: 'trailers',
    ':path': '/',
  }),
  'headers/pseudo-unknown': headersCase('headers/pseudo-unknown', request({ ':x': '1' }, { ':x': '1', ...REQUEST })),
  'headers/pseudo-in-trailers': {
    expected: ['client headers/pseudo-in-trailers 1'],
    write: (_, client) => client.headers(1, REQUEST).headers(1, { ':status': '200' }, true),
  },
  'headers/trailers-not-last': {
    expected: ['client headers/trailers-not-last 1'],
    write: (_, client) => client.headers(1, REQUEST).headers(1, TRAILERS),
  },
  'headers/informational-ended': {
    expected: ['server headers/informational-ended 1'],
    write: (_, client, server) => {
      client.headers(1, REQUEST, true);
      server.headers(1, { ':status': '103' }, true);
    },
  },
  'headers/data-first': {
    expected: ['server headers/data-first 1'],
    write: (_, client, server) => {
      client.headers(1, REQUEST, true);
      server.data(1, 1).data(1, 1, true);
    },
  },
  'headers/content-length-mismatch': {
    expected: ['client headers/content-length-mismatch 1', 'server headers/content-length-mismatch 1'],
    write: (_, client, server) => {
      client.headers(1, request({ 'content-length': '5' })).data(1, 4, true);
      server.headers(1, { ':status': '200', 'content-length': '1' }, true);
    },
  },
  'hpack/invalid': {
    expected: ['client hpack/invalid 1'],
    write: (_, client) => client.raw(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, [0x80])),
  },
};

describe('each rule', () => {
  for (const rule of (Object.keys(rules) as RuleId[]).filter(isJudged)) {
    it(rule, () => {
      const { expected, write, hello } = cases[rule];
      const script = new Script();
      if (hello === undefined) script.hello();
      else hello(script);
      write(script, script.client, script.server);
      expect(observe(script.chunks).violations).toEqual(expected);
    });
  }
});

function violationsOf(write: (script: Script, client: Speaker, server: Speaker) => void): readonly string[] {
  const script = new Script().hello();
  write(script, script.client, script.server);
  return observe(script.chunks).violations;
}

describe('what is legal although it looks odd', () => {
  it('frames that crossed a RST_STREAM (RFC 9113 §5.1)', () => {
    const seen = violationsOf((_, client, server) => {
      client.headers(1, REQUEST, true).reset(1, ErrorCode.CANCEL);
      server.headers(1, RESPONSE).data(1, 10).window(1, 10).headers(1, TRAILERS, true);
    });
    expect(seen).toEqual([]);
  });

  it('RST_STREAM(NO_ERROR) after a complete response, and the late end of the request', () => {
    const seen = violationsOf((_, client, server) => {
      client.headers(1, REQUEST).message(1, 3);
      server.headers(1, RESPONSE).headers(1, TRAILERS, true).reset(1, ErrorCode.NO_ERROR);
      client.data(1, 0, true);
    });
    expect(seen).toEqual([]);
  });

  it('WINDOW_UPDATE and RST_STREAM on closed streams', () => {
    const seen = violationsOf((script, client, server) => {
      script.unary(1);
      client.window(1, 100).reset(1, ErrorCode.NO_ERROR);
      server.window(1, 100).reset(1, ErrorCode.CANCEL).reset(1, ErrorCode.CANCEL);
    });
    expect(seen).toEqual([]);
  });

  it('new streams before the GOAWAY can have arrived', () => {
    expect(
      violationsOf((_, client, server) => {
        server.goAway(WINDOW_MAX, 0);
        client.headers(1, REQUEST, true);
      }),
    ).toEqual([]);
  });

  it('DATA by the old initial window until the acknowledgement, by the larger of the two', () => {
    const seen = violationsOf((script, client, server) => {
      client.headers(1, REQUEST);
      server.settings({ id: Setting.INITIAL_WINDOW_SIZE, value: 10 }).window(0, 1_000_000);
      client.data(1, 16_384).data(1, 16_384).ack();
      settle(script);
      server.settings({ id: Setting.INITIAL_WINDOW_SIZE, value: 500_000 });
      for (let count = 0; count < 8; count++) client.data(1, 16_384);
      client.ack();
      settle(script);
    });
    expect(seen).toEqual([]);
  });

  it('an empty DATA frame at an exhausted window (RFC 9113 §6.9)', () => {
    const seen = violationsOf((script, client) => {
      client.headers(1, REQUEST);
      for (let count = 0; count < 3; count++) client.data(1, 16_384);
      client.data(1, 16_383).data(1, 0, true);
      settle(script);
    });
    expect(seen).toEqual([]);
  });

  it('DATA whose WINDOW_UPDATE the capture shows late', () => {
    const seen = violationsOf((script, client, server) => {
      client.headers(1, REQUEST);
      for (let count = 0; count < 5; count++) client.data(1, 16_384);
      server.window(1, 65_535).window(0, 65_535);
      settle(script);
    });
    expect(seen).toEqual([]);
  });

  it('a stream that the capture shows before the end of another that made room for it', () => {
    const script = new Script().hello([], [{ id: Setting.MAX_CONCURRENT_STREAMS, value: 1 }]);
    script.client.headers(1, REQUEST, true).headers(3, REQUEST, true);
    script.server.headers(1, RESPONSE, true).headers(3, RESPONSE, true);
    settle(script);
    expect(observe(script.chunks).violations).toEqual([]);
  });

  it('content-length of answers that have no content', () => {
    const seen = violationsOf((_, client, server) => {
      client.headers(1, { ...REQUEST, ':method': 'HEAD' }, true).headers(3, REQUEST, true);
      server.headers(1, { ':status': '200', 'content-length': '1000' }, true);
      server.headers(3, { ':status': '304', 'content-length': '1000' }, true);
    });
    expect(seen).toEqual([]);
  });

  it('no table size update while the table holds less than the lowered limit (RFC 9113 §4.3.1)', () => {
    const lower = (script: Script): void => {
      script.server.settings({ id: Setting.HEADER_TABLE_SIZE, value: 0 });
      script.client.ack().headers(3, REQUEST, true);
    };
    expect(violationsOf(lower)).toEqual([]);
    const used = violationsOf((script, client) => {
      client.headers(1, REQUEST, true);
      lower(script);
    });
    expect(used).toEqual(['client hpack/invalid 3']);
  });

  it('PRIORITY anywhere and frames of unknown types', () => {
    const seen = violationsOf((_, client, server) => {
      client.raw(frame(FrameType.PRIORITY, 0, 99, [0, 0, 0, 0, 1])).raw(frame(0x77, 0xff, 5, [1, 2, 3]));
      server.raw(frame(FrameType.ORIGIN, 0, 0, [])).raw(frame(FrameType.ALTSVC, 0, 0, [0, 0]));
    });
    expect(seen).toEqual([]);
  });
});
