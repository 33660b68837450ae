/** Each rule, broken by a peer: the engine ends the stream or the connection with the rule's code, and says which rule. */
import { describe, expect, it } from 'vitest';
import type { Side } from '#base';
import { ByteBuffer, Flag, FrameType, type RuleId, rules, Setting, WINDOW_MAX, writeFrame } from '#h2';
import { type Fields, REQUEST, RESPONSE, type Speaker, TRAILERS } from '../observer/script.ts';
import { ScriptedPeer } from './scripted-peer.ts';

function frame(type: number, flags: number, stream: number, payload: readonly number[]): Uint8Array {
  const to = new ByteBuffer();
  writeFrame(to, type, flags, stream, Uint8Array.from(payload));
  return to.toBytes();
}

interface Case {
  /** The engine's side; default server. */
  readonly engine?: Side;
  /** What the peer sends; a client engine has opened streams 1 and 3 with whole requests, and 5 whose request goes on. */
  readonly write: (peer: Speaker) => void;
  /** Stream that is reset; undefined: the connection ends. */
  readonly reset?: number;
  readonly hello?: false;
  readonly options?: ConstructorParameters<typeof ScriptedPeer>[1];
}

const request = (extra: Fields): Fields => ({ ...REQUEST, ...extra });
const headersCase = (fields: Fields): Case => ({ write: (peer) => peer.headers(1, fields, true), reset: 1 });

/** Rules that an end cannot see broken, and why. */
const unseen: Readonly<Partial<Record<RuleId, string>>> = {
  'stream/reserved-frame': 'pushes are switched off, so no stream is ever reserved',
  'push/bad-stream': 'pushes are switched off: push/disabled comes first',
  'push/bad-promised-stream': 'pushes are switched off: push/disabled comes first',
  'settings/priorities-changed': 'priorities are not kept, so a change of mind concerns nothing',
  'settings/connect-protocol-withdrawn': 'CONNECT is not used, so its withdrawal concerns nothing',
  'goaway/stream-opened-after': 'whether the peer had received the GOAWAY only an observer can know',
  'stream/frame-after-reset': 'the same frames are stream/closed-frame for the end that sent the reset',
};

const cases: Readonly<Partial<Record<RuleId, Case>>> = {
  'preface/invalid': { hello: false, write: (peer) => peer.text('GET / HTTP/1.1\r\nhost: a\r\n\r\n') },
  'preface/settings-first': { hello: false, write: (peer) => peer.preface().window(0, 1) },
  'frame/too-large': { write: (peer) => peer.headers(1, REQUEST).data(1, 16_385) },
  'frame/bad-length': { write: (peer) => peer.raw(frame(FrameType.PING, 0, 0, [1])) },
  'frame/bad-stream': { write: (peer) => peer.raw(frame(FrameType.DATA, 0, 0, [1])) },
  'frame/bad-padding': { write: (peer) => peer.headers(1, REQUEST).raw(frame(FrameType.DATA, Flag.PADDED, 1, [9, 1])) },
  'priority/bad-length': {
    write: (peer) => peer.headers(1, REQUEST).raw(frame(FrameType.PRIORITY, 0, 1, [1])),
    reset: 1,
  },
  'settings/bad-value': { write: (peer) => peer.settings({ id: Setting.MAX_FRAME_SIZE, value: 1 }) },
  'settings/bad-window': { write: (peer) => peer.settings({ id: Setting.INITIAL_WINDOW_SIZE, value: 0x8000_0000 }) },
  'settings/ack-with-payload': {
    write: (peer) => peer.raw(frame(FrameType.SETTINGS, Flag.ACK, 0, [0, 3, 0, 0, 0, 1])),
  },
  'window/zero-increment': { write: (peer) => peer.headers(1, REQUEST).window(1, 0), reset: 1 },
  'window/overflow': { write: (peer) => peer.headers(1, REQUEST).window(1, WINDOW_MAX - 65_534), reset: 1 },
  'window/initial-overflow': {
    write: (peer) =>
      peer
        .headers(1, REQUEST)
        .window(1, WINDOW_MAX - 65_535)
        .settings({ id: Setting.INITIAL_WINDOW_SIZE, value: 65_536 }),
  },
  'window/overrun': {
    options: { streamWindowBytes: 1_000 },
    write: (peer) => peer.headers(1, REQUEST).data(1, 1_001),
    reset: 1,
  },
  'headers/interrupted-block': {
    write: (peer) => peer.raw(frame(FrameType.HEADERS, 0, 1, [0x82])).ping('0000000000000001'),
  },
  'headers/unexpected-continuation': {
    write: (peer) => peer.raw(frame(FrameType.CONTINUATION, Flag.END_HEADERS, 1, [0x82])),
  },
  'headers/block-too-large': {
    write: (peer) => {
      peer.raw(frame(FrameType.HEADERS, 0, 1, [0x82]));
      for (let count = 0; count < 10; count++) peer.raw(frame(FrameType.CONTINUATION, 0, 1, []));
    },
  },
  'headers/uppercase-name': headersCase(request({ 'X-Upper': '1' })),
  'headers/bad-character': headersCase(request({ 'x-bad': 'a\0b' })),
  'headers/connection-specific': headersCase(request({ connection: 'close' })),
  'headers/bad-te': headersCase(request({ te: 'gzip' })),
  'headers/bad-content-length': headersCase(request({ 'content-length': 'x' })),
  'headers/pseudo-missing': headersCase({ ':method': 'GET', ':scheme': 'http' }),
  'headers/pseudo-duplicate': {
    write: (peer) => peer.raw(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, [0x83, ...peer.block(REQUEST)])),
    reset: 1,
  },
  'headers/pseudo-late': headersCase({ ':method': 'GET', ':scheme': 'http', te: 'trailers', ':path': '/' }),
  'headers/pseudo-unknown': headersCase({ ':x': '1', ...REQUEST }),
  'headers/pseudo-in-trailers': {
    write: (peer) => peer.headers(1, REQUEST).headers(1, { ':status': '200' }, true),
    reset: 1,
  },
  'headers/trailers-not-last': { write: (peer) => peer.headers(1, REQUEST).headers(1, TRAILERS), reset: 1 },
  'headers/informational-ended': {
    engine: 'client',
    write: (peer) => peer.headers(1, { ':status': '103' }, true),
    reset: 1,
  },
  'headers/data-first': { engine: 'client', write: (peer) => peer.data(1, 1), reset: 1 },
  'headers/content-length-mismatch': {
    write: (peer) => peer.headers(1, request({ 'content-length': '5' })).data(1, 4, true),
    reset: 1,
  },
  'stream/even-id-from-client': { write: (peer) => peer.headers(2, REQUEST, true) },
  'stream/id-not-increasing': { write: (peer) => peer.headers(5, REQUEST, true).headers(3, REQUEST, true) },
  'stream/idle-frame': { write: (peer) => peer.data(1, 1) },
  'stream/half-closed-frame': { write: (peer) => peer.headers(1, REQUEST, true).data(1, 1), reset: 1 },
  'stream/closed-frame': { engine: 'client', write: (peer) => peer.headers(1, RESPONSE, true).data(1, 1) },
  'stream/over-limit': {
    options: { maxConcurrentStreams: 1 },
    write: (peer) => peer.headers(1, REQUEST).headers(3, REQUEST),
    reset: 3,
  },
  'push/from-client': { write: (peer) => peer.headers(1, REQUEST).promise(1, 2, REQUEST) },
  'push/disabled': { engine: 'client', write: (peer) => peer.promise(1, 2, REQUEST) },
  'push/enabled-by-server': { engine: 'client', write: (peer) => peer.settings({ id: Setting.ENABLE_PUSH, value: 1 }) },
  'goaway/last-stream-increased': { engine: 'client', write: (peer) => peer.goAway(5, 0).goAway(7, 0) },
  'hpack/invalid': { write: (peer) => peer.raw(frame(FrameType.HEADERS, Flag.END_HEADERS, 1, [0x80])) },
  'flood/resets': {
    options: { limits: { resets: { burst: 10, perSecond: 1 } } },
    write: (peer) => {
      for (let id = 1; id < 30; id += 2) peer.headers(id, REQUEST).reset(id, 8);
    },
  },
  'flood/overhead': {
    options: { limits: { overhead: { burst: 100, perSecond: 1 } } },
    write: (peer) => {
      for (let count = 0; count < 110; count++) peer.window(0, 1);
    },
  },
  'flood/unread': {
    options: { limits: { maxUnreadBytes: 1_000 } },
    write: (peer) => {
      for (let count = 0; count < 100; count++) peer.ping('0000000000000001');
    },
  },
};

describe('each rule', () => {
  for (const rule of Object.keys(rules) as RuleId[]) {
    const broken = cases[rule];
    if (broken === undefined) {
      it(`${rule} concerns observers alone`, () => {
        expect(unseen[rule]).toBeDefined();
      });
      continue;
    }
    it(rule, () => {
      const { engine = 'server', write, reset, hello, options } = broken;
      const script = new ScriptedPeer(engine, options, hello ?? true);
      if (engine === 'client') {
        for (const endStream of [true, true, false]) script.open(endStream);
        script.answer();
      }
      write(script.peer);
      const answer = script.answer();
      const { code } = rules[rule];
      if (reset === undefined) {
        expect(answer.at(-1)).toMatch(new RegExp(`^GOAWAY 0 \\d+ ${code} ${rule}: .*[a-z0-9]`));
        expect(script.notes.ending).toMatchObject({ kind: 'violation', violation: { rule } });
      } else {
        expect(answer).toContain(`RST_STREAM ${reset} ${code}`);
        expect(script.notes.ending).toBeUndefined();
      }
    });
  }
});

describe('windows and stream 0 on the connection', () => {
  it('a WINDOW_UPDATE of 0 on stream 0 ends the connection, not a stream', () => {
    const script = new ScriptedPeer('server');
    script.peer.window(0, 0);
    expect(script.answer().at(-1)).toMatch(/^GOAWAY 0 0 PROTOCOL_ERROR window\/zero-increment/);
  });

  it('one that raises the connection beyond 2^31-1 likewise', () => {
    const script = new ScriptedPeer('server');
    script.peer.window(0, WINDOW_MAX);
    expect(script.answer().at(-1)).toMatch(/^GOAWAY 0 0 FLOW_CONTROL_ERROR window\/overflow/);
  });

  it('DATA beyond the connection window ends the connection', () => {
    const script = new ScriptedPeer('server', {
      connectionWindowBytes: 65_535,
      streamWindowBytes: 200_000,
      maxWindowBytes: 1,
    });
    script.notes.onRequest = (notes) => {
      notes.consumes = false;
    };
    const held = { limits: { maxHeldBytes: 1 } };
    const strict = new ScriptedPeer('server', {
      connectionWindowBytes: 65_535,
      streamWindowBytes: 200_000,
      maxWindowBytes: 1,
      ...held,
    });
    strict.notes.onRequest = (notes) => {
      notes.consumes = false;
    };
    for (const { peer } of [script, strict]) {
      peer.headers(1, REQUEST);
      for (let count = 0; count < 5; count++) peer.data(1, 16_000);
    }
    expect(script.answer().some((line) => line.startsWith('GOAWAY'))).toBe(false);
    expect(strict.answer().at(-1)).toMatch(/^GOAWAY 0 1 FLOW_CONTROL_ERROR window\/overrun/);
  });
});

describe('what is legal although it looks odd', () => {
  it('frames that crossed our RST_STREAM', () => {
    const script = new ScriptedPeer('client');
    const { stream } = script.open(false);
    script.connection.reset(stream, 8);
    script.answer();
    script.peer.headers(1, RESPONSE).data(1, 10).window(1, 10).headers(1, TRAILERS, true);
    expect(script.answer()).toEqual([]);
    expect(script.notes.ending).toBeUndefined();
  });

  it('RST_STREAM(NO_ERROR) after a complete response leaves the response complete', () => {
    const script = new ScriptedPeer('client');
    const { notes } = script.open(true);
    script.answer();
    script.peer.headers(1, RESPONSE).headers(1, TRAILERS, true).reset(1, 0);
    script.answer();
    expect(notes.ending).toEqual({ kind: 'complete' });
  });

  it('unknown frame types, PRIORITY, and PING on a busy connection', () => {
    const script = new ScriptedPeer('server');
    script.peer
      .raw(frame(0x4d, 0, 9, [1, 2, 3]))
      .raw(frame(FrameType.PRIORITY, 0, 7, [0, 0, 0, 3, 1]))
      .ping('00000000000000aa');
    expect(script.answer()).toEqual(['PING 0 ACK 00000000000000aa']);
  });

  it('a request after the final GOAWAY is passed over, its header block still decoded', () => {
    const script = new ScriptedPeer('server');
    script.peer.headers(1, REQUEST);
    script.answer();
    script.connection.shutdown('shutdown', 0);
    expect(script.answer()).toEqual(['GOAWAY 0 2147483647 NO_ERROR shutdown', 'PING 0 63616c6d64726169']);
    script.peer
      .headers(3, REQUEST)
      .ping('63616c6d64726169', true)
      .headers(5, request({ 'x-new': 'entry' }), true);
    expect(script.answer()).toEqual(['GOAWAY 0 3 NO_ERROR shutdown']);
    script.peer.headers(7, request({ 'x-new': 'entry' }), true);
    expect(script.answer()).toEqual([]);
    expect(script.notes.requests.length).toBe(2);
  });
});
