/** Compressed messages both ways, with algorithms that answer at once and algorithms that take their time. */
import { describe, expect, it } from 'vitest';
import { toLatin1 } from '#base';
import type { Compression, Inflated } from '#transport';
import { framed, joined } from '../support/attacker.ts';
import { ServerRig, text } from '../support/server-rig.ts';

/** Run-length coding: count and octet. `now: false` waits for `work()`. */
class RunLength implements Compression {
  readonly name = 'rle';
  readonly #now: boolean;
  readonly jobs: (() => void)[] = [];

  constructor(now = true) {
    this.#now = now;
  }

  compress(message: Uint8Array, done: (bytes: Uint8Array) => void): void {
    const out: number[] = [];
    for (let at = 0; at < message.length; ) {
      let run = 1;
      while (run < 255 && message[at + run] === message[at]) run++;
      out.push(run, message[at]!);
      at += run;
    }
    this.#do(() => done(Uint8Array.from(out)));
  }

  decompress(message: Uint8Array, limitBytes: number, done: (result: Inflated) => void): void {
    const out: number[] = [];
    for (let at = 0; at < message.length; at += 2)
      for (let n = 0; n < message[at]!; n++) out.push(message[at + 1] ?? -1);
    const result: Inflated =
      message.length % 2 === 1
        ? { kind: 'corrupt', detail: 'an odd number of octets' }
        : out.length > limitBytes
          ? { kind: 'too-large' }
          : { kind: 'ok', bytes: Uint8Array.from(out) };
    this.#do(() => done(result));
  }

  work(): void {
    for (const job of this.jobs.splice(0)) job();
  }

  #do(job: () => void): void {
    if (this.#now) job();
    else this.jobs.push(job);
  }
}

const AAAA = Uint8Array.of(4, 0x61);
const ask = { fields: { 'grpc-encoding': 'rle', 'grpc-accept-encoding': 'rle,gzip' } };

function streaming(compression: RunLength, options = {}) {
  const rig = new ServerRig(options, [compression]).seat('bidi-streaming', '/test.Seat/Call', (call) => call.pull(10));
  const client = rig.client().request(1, '/test.Seat/Call', { message: 'none', end: false, ...ask });
  return { rig, client, seat: rig.last };
}

describe('requests', () => {
  it('are decompressed, in their order, however long it takes', () => {
    for (const now of [true, false]) {
      const compression = new RunLength(now);
      const { client, seat } = streaming(compression);
      client.data(1, joined([framed(AAAA, true), framed(text('b')), framed(Uint8Array.of(2, 0x63), true)]), true);
      for (let at = 0; at < 4; at++) compression.work();
      expect(seat.log).toEqual(['message aaaa', 'message b', 'message cc', 'half-closed']);
    }
  });

  it('of unary calls too', () => {
    const compression = new RunLength(false);
    const rig = new ServerRig({}, [compression]).seat('unary', '/test.Seat/Call', (call) => call.pull(1));
    const client = rig.client().request(1, '/test.Seat/Call', { message: 'none', end: false, ...ask });
    client.data(1, framed(AAAA, true), true);
    compression.work();
    expect(rig.last.log).toEqual(['message aaaa', 'half-closed']);
  });

  it('may be cancelled while it goes on', () => {
    const compression = new RunLength(false);
    const { client, seat } = streaming(compression);
    client.data(1, framed(AAAA, true)).reset(1);
    compression.work();
    expect(seat.log).toEqual(['cancelled reset']);
  });

  it('that are corrupt are INTERNAL', () => {
    const { client, seat } = streaming(new RunLength());
    client.data(1, framed(Uint8Array.of(1), true));
    expect(seat.log).toEqual(['cancelled status']);
    expect(client.trailers(1)['grpc-message']).toBe(
      'request: a message cannot be decompressed: an odd number of octets',
    );
  });

  it('that become too large are RESOURCE_EXHAUSTED', () => {
    const { client } = streaming(new RunLength(), { maxReceiveMessageBytes: 100 });
    client.data(1, framed(Uint8Array.of(101, 0x61), true));
    expect(client.trailers(1)['grpc-status']).toBe('8');
    expect(client.trailers(1)['grpc-message']).toMatch(/more than the allowed 100 octets when decompressed/);
  });

  it('with the compressed flag and no encoding are INTERNAL', () => {
    const rig = new ServerRig({}, [new RunLength()]).seat('unary', '/test.Seat/Call', (call) => call.pull(1));
    const client = rig.client().request(1, '/test.Seat/Call', { message: 'none', end: false });
    client.data(1, framed(AAAA, true), true);
    expect(client.trailers(1)['grpc-status']).toBe('13');
  });
});

describe('responses', () => {
  const long = text('a'.repeat(200));
  const flags = (client: ReturnType<ServerRig['client']>) => client.of('data', 1).map(({ bytes }) => bytes[0]);

  it('say what the server accepts, and are compressed when the handler and the client want it', () => {
    for (const now of [true, false]) {
      const compression = new RunLength(now);
      const { rig, client, seat } = streaming(compression);
      const { call } = seat;
      expect(call.compress('gzip')).toBe(false);
      expect(call.compress('rle')).toBe(true);
      call.send(long);
      call.compress(undefined);
      call.send(text('plain'));
      call.compress('rle');
      call.send(text('xyz'));
      call.end(0);
      for (let at = 0; at < 4; at++) compression.work();
      rig.settle();
      expect(client.of('headers', 1)[0]?.fields).toMatchObject({
        'grpc-encoding': 'rle',
        'grpc-accept-encoding': 'rle',
      });
      // The last one grows by compressing, so it goes as it is.
      expect(flags(client)).toEqual([1, 0, 0]);
      expect(client.messages(1)).toEqual([toLatin1(Uint8Array.of(200, 0x61)), 'plain', 'xyz']);
      expect(client.story(1).at(-1)).toBe('status:0 END');
    }
  });

  it('are not compressed for a client that does not accept it, nor after the headers', () => {
    const rig = new ServerRig({ compress: 'rle' }, [new RunLength()]).seat('server-streaming');
    const client = rig.client().request(1, '/test.Seat/Call');
    rig.last.call.send(long);
    expect(rig.last.call.compress('rle')).toBe(false);
    rig.last.call.end(0);
    rig.settle();
    expect(flags(client)).toEqual([0]);
    expect(client.of('headers', 1)[0]?.fields['grpc-encoding']).toBeUndefined();
  });

  it('are compressed by default where the option says so', () => {
    const { rig, client, seat } = streaming(new RunLength(), { compress: 'rle' });
    seat.call.send(long);
    rig.settle();
    expect(flags(client)).toEqual([1]);
  });

  it('hold the handler back while compression lags', () => {
    const compression = new RunLength(false);
    const { rig, client, seat } = streaming(compression, { compress: 'rle' });
    expect(seat.call.send(new Uint8Array(60_000))).toBe(true);
    expect(seat.call.send(new Uint8Array(60_000))).toBe(false);
    compression.work();
    expect(seat.log).toEqual([]);
    compression.work();
    rig.settle();
    expect(seat.log).toEqual(['writable']);
    expect(flags(client)).toEqual([1, 1]);
  });

  it('that lag behind a cancel are dropped', () => {
    const compression = new RunLength(false);
    const { client, seat } = streaming(compression, { compress: 'rle' });
    seat.call.send(long);
    client.reset(1);
    compression.work();
    seat.call.end(0);
    expect(client.story(1)).toEqual([]);
    expect(client.goaway).toBeUndefined();
  });

  it('that lag behind the deadline give way to the status', () => {
    const compression = new RunLength(false);
    const rig = new ServerRig({ compress: 'rle' }, [compression]).seat('server-streaming');
    const fields = { ...ask.fields, 'grpc-timeout': '10m' };
    const client = rig.client().request(1, '/test.Seat/Call', { fields });
    rig.last.call.send(long);
    rig.last.call.end(0);
    rig.clock.advance(20);
    compression.work();
    rig.settle();
    expect(client.story(1)).toEqual(['200', 'data:7', 'status:0 END']);
  });
});
