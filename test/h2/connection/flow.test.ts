/** Flow control of the active connection: what is sent when windows are small, who goes first, and how credit comes back. */
import { describe, expect, it } from 'vitest';
import { Setting } from '#h2';
import { EnginePair, list, requestFields, responseFields, StreamNotes } from '../../support/engine-pair.ts';
import { REQUEST } from '../observer/script.ts';
import { ScriptedPeer } from './scripted-peer.ts';

/** A server engine that answers each request with HEADERS and `bodyBytes` of DATA, without an end. */
function answering(bodyBytes: number, initialWindow: number): ScriptedPeer {
  const script = new ScriptedPeer('server');
  script.peer.settings({ id: Setting.INITIAL_WINDOW_SIZE, value: initialWindow });
  script.answer();
  script.notes.onRequest = (_, stream) => {
    script.connection.headers(stream, list(responseFields), false);
    script.connection.data(stream, new Uint8Array(bodyBytes), true);
  };
  return script;
}

describe('sending', () => {
  it('DATA goes out octet by octet when the window is 1, and END_STREAM rides on the last', () => {
    const script = answering(3, 1);
    script.peer.headers(1, REQUEST, true);
    expect(script.answer()).toEqual(['HEADERS 1 END_HEADERS', 'DATA 1 1']);
    script.peer.window(1, 1);
    expect(script.answer()).toEqual(['DATA 1 1']);
    script.peer.window(1, 10);
    expect(script.answer()).toEqual(['DATA 1 END_STREAM 1']);
  });

  it('a window that SETTINGS made negative must become positive before DATA flows again', () => {
    const script = answering(100, 40);
    script.peer.headers(1, REQUEST, true);
    expect(script.answer()).toContain('DATA 1 40');
    script.peer.settings({ id: Setting.INITIAL_WINDOW_SIZE, value: 10 }).window(1, 30);
    expect(script.answer()).toEqual(['SETTINGS 0 ACK']);
    script.peer.window(1, 1);
    expect(script.answer()).toEqual(['DATA 1 1']);
    script.peer.settings({ id: Setting.INITIAL_WINDOW_SIZE, value: 1_000 });
    expect(script.answer()).toEqual(['SETTINGS 0 ACK', 'DATA 1 END_STREAM 59']);
  });

  it('the connection window is shared, stream by stream, and control frames pass it', () => {
    const script = answering(60_000, 1_000_000);
    script.peer.headers(1, REQUEST, true).headers(3, REQUEST, true);
    const sent = script.answer().filter((line) => line.startsWith('DATA'));
    expect(sent.map((line) => line.split(' ')[1])).toEqual(['1', '3', '1', '3']);
    const octets = sent.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
    expect(octets).toBe(65_535);
    script.peer.ping('00000000000000aa');
    expect(script.answer()).toEqual(['PING 0 ACK 00000000000000aa']);
    script.peer.window(0, 1_000_000);
    const rest = script.answer();
    expect(rest.filter((line) => line.includes('END_STREAM')).length).toBe(2);
  });

  it('control frames stand before DATA that waits', () => {
    const script = answering(1_000_000, 2_000_000);
    script.peer.window(0, 2_000_000).headers(1, REQUEST, true).ping('00000000000000aa');
    const lines = script.answer();
    expect(lines.indexOf('PING 0 ACK 00000000000000aa')).toBeLessThan(
      lines.findIndex((line) => line.startsWith('DATA')),
    );
  });

  it('a caller that queues too much is told to wait, and told when it may go on', () => {
    const pair = new EnginePair({ server: { streamWindowBytes: 100_000, maxWindowBytes: 1 } });
    pair.settle();
    const call = new StreamNotes(() => pair.client);
    const stream = pair.client.open(call, list(requestFields), false);
    let sent = 0;
    const piece = new Uint8Array(30_000);
    const send = (): void => {
      while (sent < 40) {
        sent++;
        if (!pair.client.data(stream, piece, sent === 40)) return;
      }
    };
    call.onWritable = send;
    send();
    expect(sent).toBeLessThan(10);
    pair.settle(1);
    expect(sent).toBe(40);
    expect(pair.serverNotes.requests[0]!.bytes.length).toBe(1_200_000);
    expect(pair.serverNotes.requests[0]!.heard).toContain('ended');
  });

  it('END_STREAM alone needs no window', () => {
    const pair = new EnginePair();
    pair.settle();
    const call = new StreamNotes(() => pair.client);
    const stream = pair.client.open(call, list(requestFields), false);
    pair.client.data(stream, new Uint8Array(0), true);
    pair.settle();
    expect(pair.serverNotes.requests[0]!.heard.at(-1)).toBe('ended');
  });

  it('END_STREAM behind more output than is written at once goes out all the same', () => {
    const pair = new EnginePair();
    pair.settle();
    const first = pair.client.open(new StreamNotes(() => pair.client), list(requestFields), false);
    pair.client.data(first, new Uint8Array(15_000), false);
    const others = Array.from({ length: 5 }, () => {
      const stream = pair.client.open(new StreamNotes(() => pair.client), list(requestFields), false);
      pair.client.data(stream, new Uint8Array(15_000), false);
      return stream;
    });
    for (const stream of [first, ...others]) pair.client.data(stream, new Uint8Array(0), true);
    pair.settle();
    expect(pair.serverNotes.requests.map(({ heard }) => heard.at(-1))).toEqual(others.concat(first).map(() => 'ended'));
  });

  it('output that a window of 0 held back is announced again when the window opens', () => {
    const script = answering(100_000, 1_000_000);
    let told = 0;
    script.notes.output = () => {
      told++;
    };
    script.peer.headers(1, REQUEST, true);
    expect(script.answer().filter((line) => line.startsWith('DATA')).length).toBe(4);
    expect(script.connection.hasOutput).toBe(false);
    told = 0;
    script.peer.headers(3, REQUEST, true);
    script.answer();
    told = 0;
    script.peer.window(0, 1_000_000);
    script.answer();
    expect(told).toBeGreaterThan(0);
  });

  it('what waits on a stream that is reset is dropped and never sent', () => {
    const script = answering(100_000, 10);
    script.peer.headers(1, REQUEST, true);
    script.answer();
    script.peer.reset(1, 8).window(1, 100_000).settings({ id: Setting.INITIAL_WINDOW_SIZE, value: 100_000 });
    expect(script.answer()).toEqual(['SETTINGS 0 ACK']);
    expect(script.connection.hasOutput).toBe(false);
  });
});

describe('the budget for frames without substance', () => {
  const limits = { overhead: { burst: 50, perSecond: 1 } };

  it('does not run out on a long stream of small messages, although the peer probes with PINGs as grpc-go does', () => {
    const script = new ScriptedPeer('server', { limits });
    script.peer.headers(1, REQUEST);
    script.answer();
    const { stream } = script.notes.requests[0]!;
    script.connection.headers(stream!, list(responseFields), false);
    for (let count = 0; count < 1_000; count++) {
      script.connection.data(stream!, new Uint8Array(10), false);
      script.peer.ping('02041010090e0707').data(1, 10);
      script.answer();
      if (count % 100 === 99) script.peer.window(0, 2_000).window(1, 2_000);
    }
    expect(script.notes.ending).toBeUndefined();
  });

  it('runs out when a peer lets us send one octet at a time', () => {
    const script = new ScriptedPeer('server', { limits });
    script.peer.settings({ id: Setting.INITIAL_WINDOW_SIZE, value: 1 }).headers(1, REQUEST);
    script.answer();
    const { stream } = script.notes.requests[0]!;
    script.connection.headers(stream!, list(responseFields), false);
    script.connection.data(stream!, new Uint8Array(10_000), false);
    for (let count = 0; count < 100; count++) {
      script.peer.window(1, 1);
      script.answer();
    }
    expect(script.notes.ending).toMatchObject({ kind: 'violation', violation: { rule: 'flood/overhead' } });
  });
});

describe('receiving', () => {
  it('credit comes back in halves of a window, for the stream only as its owner consumes', () => {
    const script = new ScriptedPeer('server', {
      streamWindowBytes: 10_000,
      connectionWindowBytes: 65_535,
      maxWindowBytes: 1,
    });
    script.notes.onRequest = (notes) => {
      notes.consumes = false;
    };
    script.peer.headers(1, REQUEST).data(1, 8_000);
    expect(script.answer()).toEqual([]);
    const { stream } = script.notes.requests[0]!;
    script.connection.consumed(stream!, 4_000);
    expect(script.answer()).toEqual([]);
    script.connection.consumed(stream!, 1_000);
    expect(script.answer()).toEqual(['WINDOW_UPDATE 1 5000']);
    expect(script.connection.heldBytes).toBe(3_000);
  });

  it('a slow reader does not close the connection window of the others until too much is held', () => {
    const windows = { streamWindowBytes: 200_000, connectionWindowBytes: 100_000, maxWindowBytes: 1 };
    const script = new ScriptedPeer('server', { ...windows, limits: { maxHeldBytes: 120_000 } });
    script.notes.onRequest = (notes) => {
      notes.consumes = false;
    };
    script.peer.headers(1, REQUEST);
    for (let count = 0; count < 7; count++) script.peer.data(1, 10_000);
    expect(script.answer()).toEqual(['WINDOW_UPDATE 0 50000']);
    for (let count = 0; count < 8; count++) script.peer.data(1, 10_000);
    expect(script.answer()).toEqual(['WINDOW_UPDATE 0 50000']);
    script.connection.consumed(script.notes.requests[0]!.stream!, 100_000);
    expect(script.answer()).toContain('WINDOW_UPDATE 0 50000');
  });

  it('padding and what crosses a reset cost the peer nothing for good', () => {
    const script = new ScriptedPeer('server', {
      streamWindowBytes: 1_000,
      connectionWindowBytes: 65_535,
      maxWindowBytes: 1,
    });
    script.peer.headers(1, REQUEST);
    for (let count = 0; count < 40; count++) script.peer.data(1, 100, false, 255);
    const lines = script.answer();
    const returned = lines
      .filter((line) => line.startsWith('WINDOW_UPDATE 1'))
      .reduce((sum, line) => sum + Number(line.split(' ')[2]), 0);
    expect(lines.some((line) => line.startsWith('RST_STREAM'))).toBe(false);
    expect(returned).toBeGreaterThan(40 * 356 - 1_000);
  });

  it('windows grow while the peer fills them faster than the round trip, and stop at the limit', () => {
    const pair = new EnginePair({ client: { maxWindowBytes: 2_097_152 } });
    pair.takeBytes = 100_000_000;
    pair.settle(10);
    pair.serverNotes.onRequest = (_, stream) => {
      pair.server.headers(stream, list(responseFields), false);
      pair.server.data(stream, new Uint8Array(40_000_000), true);
    };
    const call = new StreamNotes(() => pair.client);
    pair.client.open(call, list(requestFields), true);
    pair.settle(10);
    expect(call.bytes.length).toBe(40_000_000);
    expect(pair.server.peerSettings.initialWindow).toBe(2_097_152);
    expect(pair.client.rttMs).toBeGreaterThan(0);
  });

  it('windows stay as they are while the peer is slow', () => {
    const pair = new EnginePair();
    pair.settle(1);
    pair.serverNotes.onRequest = (_, stream) => {
      pair.server.headers(stream, list(responseFields), false);
      const piece = (left: number): void => {
        pair.server.data(stream, new Uint8Array(100_000), left === 0);
        pair.settle(1);
        pair.nowMs += 1_000;
        if (left > 0) piece(left - 1);
      };
      piece(20);
    };
    pair.client.open(new StreamNotes(() => pair.client), list(requestFields), true);
    pair.settle(1);
    expect(pair.server.peerSettings.initialWindow).toBe(262_144);
  });
});
