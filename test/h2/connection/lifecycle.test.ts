/** The life of a connection: SETTINGS and their deadlines, PING, GOAWAY of both kinds, and every way to end. */
import { describe, expect, it } from 'vitest';
import { ErrorCode, Setting } from '#h2';
import {
  EnginePair,
  list,
  requestFields,
  responseFields,
  StreamNotes,
  trailerFields,
} from '../../support/engine-pair.ts';
import { REQUEST, RESPONSE, TRAILERS } from '../observer/script.ts';
import { linesOf, ScriptedPeer } from './scripted-peer.ts';

const NO_LIMIT = Number.POSITIVE_INFINITY;

describe('the beginning', () => {
  it('a client says preface, SETTINGS and its window in one piece; a server its limits', () => {
    const pair = new EnginePair();
    expect(linesOf(pair.client.takeOutput(0, 0))).toEqual([
      'SETTINGS 0 2=0 4=262144 6=65536',
      'WINDOW_UPDATE 0 983041',
    ]);
    expect(linesOf(pair.server.takeOutput(0, 0))).toEqual([
      'SETTINGS 0 3=1000 4=262144 6=65536',
      'WINDOW_UPDATE 0 983041',
    ]);
  });

  it('a peer that stays silent is given up after the SETTINGS timeout', () => {
    const script = new ScriptedPeer('client', { settingsTimeoutMs: 5_000 }, false);
    expect(script.connection.nextTimeoutMs).toBe(5_000);
    script.connection.timeout(4_999);
    expect(script.connection.state).toBe('open');
    script.connection.timeout(5_000);
    expect(script.notes.ending).toEqual({ kind: 'silent', what: 'settings', afterMs: 5_000 });
    expect(script.answer().at(-1)).toMatch(/^GOAWAY 0 0 SETTINGS_TIMEOUT no SETTINGS came within 5000 ms/);
  });

  it('SETTINGS that are never acknowledged end the connection', () => {
    const script = new ScriptedPeer('client', { settingsTimeoutMs: 5_000 }, false);
    script.peer.settings();
    script.answer();
    script.connection.timeout(5_000);
    expect(script.notes.ending).toEqual({ kind: 'silent', what: 'settings-ack', afterMs: 5_000 });
  });

  it('once both are done nothing is due', () => {
    expect(new ScriptedPeer('client').connection.nextTimeoutMs).toBe(NO_LIMIT);
  });

  it('measures the round trip by the acknowledgement of SETTINGS', () => {
    const script = new ScriptedPeer('client', {}, false);
    script.answer();
    script.nowMs = 30;
    script.peer.settings().ack();
    script.answer();
    expect(script.connection.rttMs).toBe(30);
  });
});

describe('a peer that speaks HTTP/1', () => {
  it('is named, with its first line', () => {
    const server = new ScriptedPeer('server', {}, false);
    server.peer.text('GET /orders HTTP/1.1\r\nhost: a\r\n\r\n');
    expect(server.answer().at(-1)).toBe(
      "GOAWAY 0 0 PROTOCOL_ERROR preface/invalid: the client speaks HTTP/1: 'GET /orders HTTP/1.1'",
    );
    const client = new ScriptedPeer('client', {}, false);
    client.peer.text('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
    expect(client.answer().at(-1)).toBe(
      "GOAWAY 0 0 PROTOCOL_ERROR preface/settings-first: the server speaks HTTP/1: 'HTTP/1.1 400 Bad Request'",
    );
  });

  it('is not seen in a preface, nor in garbage', () => {
    const script = new ScriptedPeer('server');
    expect(script.notes.ending).toBeUndefined();
    const other = new ScriptedPeer('server', {}, false);
    other.peer.text('GARBAGE');
    expect(other.answer().at(-1)).toMatch(/octet 0 of the connection is not that of the client preface$/);
  });
});

describe('concurrency', () => {
  it('a client opens no more streams than it may, and hears when there is room again', () => {
    const script = new ScriptedPeer('client', {}, false);
    script.peer.settings({ id: Setting.MAX_CONCURRENT_STREAMS, value: 1 }).ack();
    script.answer();
    script.open();
    expect(script.connection.canOpen).toBe(false);
    expect(() => script.open()).toThrow(/1 streams/);
    script.peer.headers(1, RESPONSE).headers(1, TRAILERS, true);
    script.answer();
    expect(script.notes.heard).toContain('openable');
    expect(script.connection.canOpen).toBe(true);
  });

  it('a limit of 0 is a limit, and its rise is told', () => {
    const script = new ScriptedPeer('client', {}, false);
    script.peer.settings({ id: Setting.MAX_CONCURRENT_STREAMS, value: 0 }).ack();
    script.answer();
    expect(script.connection.canOpen).toBe(false);
    script.peer.settings({ id: Setting.MAX_CONCURRENT_STREAMS, value: 5 });
    script.answer();
    expect(script.notes.heard).toContain('openable');
  });
});

describe('GOAWAY received', () => {
  it('streams above the last are unprocessed, the others go on', () => {
    const script = new ScriptedPeer('client');
    const calls = [script.open(), script.open(), script.open()];
    script.answer();
    script.peer.goAway(3, ErrorCode.NO_ERROR, 'max_age');
    script.answer();
    expect(calls.map(({ notes }) => notes.ending?.kind)).toEqual([undefined, undefined, 'unprocessed']);
    expect(script.connection.state).toBe('draining');
    expect(script.connection.canOpen).toBe(false);
    script.peer.headers(1, RESPONSE).headers(1, TRAILERS, true).headers(3, RESPONSE).headers(3, TRAILERS, true);
    script.answer();
    expect(calls.map(({ notes }) => notes.ending?.kind)).toEqual(['complete', 'complete', 'unprocessed']);
    expect(script.notes.ending).toMatchObject({ kind: 'goaway', farewell: { debugData: 'max_age', errorCode: 0 } });
  });

  it('an answer on a stream that was declared unprocessed is passed over', () => {
    const script = new ScriptedPeer('client');
    const [kept, refused] = [script.open(), script.open()];
    script.answer();
    script.peer.goAway(1, ErrorCode.NO_ERROR).headers(3, RESPONSE).data(3, 5).headers(3, TRAILERS, true);
    script.answer();
    expect(refused.notes.ending?.kind).toBe('unprocessed');
    script.peer.headers(1, RESPONSE).headers(1, TRAILERS, true);
    script.answer();
    expect(kept.notes.ending).toEqual({ kind: 'complete' });
  });

  it('an error code and a close end what is open, and the farewell is the reason', () => {
    const script = new ScriptedPeer('client');
    const { notes } = script.open();
    script.answer();
    script.peer.goAway(1, ErrorCode.ENHANCE_YOUR_CALM, 'too_many_pings');
    script.answer();
    script.connection.fail('ECONNRESET', 'reset', 10);
    expect(notes.ending).toMatchObject({ kind: 'connection', sent: true, by: 'server', ending: { kind: 'goaway' } });
    expect(script.notes.ending).toMatchObject({ kind: 'goaway', farewell: { debugData: 'too_many_pings' } });
  });

  it('FIN without a farewell is told as such', () => {
    const script = new ScriptedPeer('client');
    const { notes } = script.open();
    script.connection.end(1);
    expect(notes.ending).toMatchObject({ kind: 'connection', sent: false, ending: { kind: 'peer-closed' } });
  });
});

describe('shutting down', () => {
  it('a server takes what was on its way, names the last stream after the PING, and ends with the last call', () => {
    const pair = new EnginePair();
    pair.settle();
    pair.server.shutdown('max-age', 0);
    const call = new StreamNotes(() => pair.client);
    pair.client.open(call, list(requestFields), true);
    pair.settle();
    expect(pair.clientNotes.heard.filter((line) => line.startsWith('goaway'))).toEqual([
      'goaway 2147483647 0 max-age',
      'goaway 1 0 max-age',
    ]);
    expect(pair.serverNotes.ending).toBeUndefined();
    const { stream } = pair.serverNotes.requests[0]!;
    pair.server.headers(stream!, list(responseFields), false);
    pair.server.headers(stream!, list(trailerFields), true);
    pair.settle();
    expect(call.ending).toEqual({ kind: 'complete' });
    expect(pair.serverNotes.ending).toEqual({ kind: 'local', reason: 'max-age' });
  });

  it('a PING that is never acknowledged does not hold the end up', () => {
    const script = new ScriptedPeer('server');
    script.connection.shutdown('shutdown', 100);
    script.answer();
    expect(script.connection.nextTimeoutMs).toBe(5_100);
    script.connection.timeout(5_100);
    expect(script.answer()).toEqual(['GOAWAY 0 0 NO_ERROR shutdown']);
    expect(script.notes.ending).toEqual({ kind: 'local', reason: 'shutdown' });
  });

  it('a client without calls ends at once, with calls after the last', () => {
    const idle = new ScriptedPeer('client');
    idle.connection.shutdown('idle', 0);
    expect(idle.notes.ending).toEqual({ kind: 'local', reason: 'idle' });
    const busy = new ScriptedPeer('client');
    busy.open();
    busy.connection.shutdown('idle', 0);
    expect(busy.notes.ending).toBeUndefined();
    expect(() => busy.open()).toThrow(/draining/);
    busy.answer();
    busy.peer.headers(1, RESPONSE).headers(1, TRAILERS, true);
    busy.answer();
    expect(busy.notes.ending).toEqual({ kind: 'local', reason: 'idle' });
  });

  it('close ends every stream, in the order of their ids, and says why', () => {
    const script = new ScriptedPeer('server');
    script.peer.headers(1, REQUEST).headers(3, REQUEST);
    script.answer();
    script.connection.close('too-many-pings', ErrorCode.ENHANCE_YOUR_CALM, 'too_many_pings', 5);
    expect(script.answer()).toEqual(['GOAWAY 0 3 ENHANCE_YOUR_CALM too_many_pings']);
    expect(script.notes.requests.map(({ ending }) => ending?.kind)).toEqual(['connection', 'connection']);
    expect(script.notes.heard.filter((line) => line.startsWith('closed'))).toEqual(['closed local']);
  });
});

describe('PING', () => {
  it('is answered, its own is measured, and a stray acknowledgement is passed over', () => {
    const script = new ScriptedPeer('client');
    script.connection.ping('00000000000000bb', 10);
    expect(script.answer()).toEqual(['PING 0 00000000000000bb']);
    script.nowMs = 25;
    script.peer.ping('00000000000000cc', true).ping('00000000000000bb', true);
    expect(script.answer()).toEqual([]);
    expect(script.notes.heard).toContain('pong 00000000000000bb 15');
  });
});

describe("a caller's mistakes", () => {
  it('are UsageErrors that change nothing', () => {
    const script = new ScriptedPeer('server');
    script.peer.headers(1, REQUEST, true);
    script.answer();
    const { stream } = script.notes.requests[0]!;
    expect(() => script.connection.open(new StreamNotes(() => script.connection), list(requestFields), true)).toThrow(
      /server/,
    );
    script.connection.headers(stream!, list(responseFields), false);
    script.connection.headers(stream!, list(trailerFields), true);
    expect(() => script.connection.data(stream!, new Uint8Array(1), false)).toThrow(/stream 1/);
    expect(() => script.connection.headers(stream!, list(trailerFields), true)).toThrow(/stream 1/);
    expect(script.notes.ending).toBeUndefined();
  });
});

describe('header blocks longer than a frame', () => {
  it('go out as HEADERS and CONTINUATION and come in whole', () => {
    const pair = new EnginePair({ server: { limits: { maxHeaderListBytes: 200_000, maxContinuations: 20 } } });
    pair.settle();
    const extra = Array.from({ length: 40 }, (_, at) => ({
      name: `x-long-${at}`,
      value: 'v'.repeat(1_000) + at,
      neverIndexed: true,
    }));
    pair.client.open(new StreamNotes(() => pair.client), { template: requestFields, extra }, true);
    const chunks = pair.client.takeOutput(0, 0);
    expect(linesOf(chunks).length).toBeGreaterThan(1);
    for (const chunk of chunks) pair.server.receive(chunk, 0, chunk.length, 0);
    expect(pair.serverNotes.requests[0]!.heard[0]).toContain(`x-long-39=${'v'.repeat(1_000)}39`);
  });
});
