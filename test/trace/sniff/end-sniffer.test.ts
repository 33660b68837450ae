import { describe, expect, it } from 'vitest';
import { fromLatin1 } from '#base';
import { EndSniffer } from '../../../src/trace/sniff/end-sniffer.ts';
import { SideProbe } from '../../../src/trace/sniff/side-probe.ts';
import { REQUEST, RESPONSE, Script } from '../../h2/observer/script.ts';

const octets = (write: (script: Script) => void): Uint8Array => {
  const script = new Script();
  write(script);
  return Uint8Array.from(script.chunks.flatMap(({ bytes }) => [...bytes]));
};
const push = (sniffer: EndSniffer | SideProbe, bytes: Uint8Array): void => sniffer.push(bytes, 0, bytes.length);
const preface = octets(({ client }) => client.preface().settings());
const request = octets(({ client }) => client.headers(1, REQUEST).message(1, 40).window(0, 9));
const answer = octets(({ server }) => server.headers(1, RESPONSE).message(1, 40).window(0, 9));
const pings = octets(({ client }) => client.ping('00000000000000aa').ping('00000000000000bb').ping('00000000000000cc'));

describe('EndSniffer', () => {
  it('knows a client by its preface, octet by octet', () => {
    const sniffer = new EndSniffer(true);
    for (let at = 0; at < 24; at++) {
      expect(sniffer.sign).toBeUndefined();
      sniffer.push(preface, at, at + 1);
    }
    expect(sniffer.sign).toMatchObject({ protocol: 'h2', side: 'client' });
    expect(sniffer.mayTellSide).toBe(false);
  });

  it('knows a connection in its middle by three frames, and the side by what they carry', () => {
    for (const [bytes, side] of [
      [request, 'client'],
      [answer, 'server'],
      [pings, undefined],
    ] as const) {
      const sniffer = new EndSniffer(false);
      push(sniffer, bytes);
      expect([sniffer.sign?.protocol, sniffer.side]).toEqual(['h2-middle', side]);
    }
  });

  it('learns the side from later frames, and not across a hole that swallowed a header', () => {
    const [later, blind] = [new EndSniffer(false), new EndSniffer(false)];
    for (const sniffer of [later, blind]) push(sniffer, pings);
    push(later, request);
    expect(later.side).toBe('client');
    blind.gap(30);
    push(blind, request);
    expect(blind.side).toBeUndefined();
  });

  it('takes whole frames for HTTP/2 at the end, however few, and anything else for something else', () => {
    const few = new EndSniffer(false);
    push(few, pings.subarray(0, 17));
    expect(few.sign).toBeUndefined();
    few.end();
    expect(few.sign?.protocol).toBe('h2-middle');
    const other = new EndSniffer(false);
    push(other, fromLatin1('EHLO mail.example\r\n'));
    other.end();
    expect(other.sign?.protocol).toBe('other');
  });

  it('gives up the search in time', () => {
    for (const [fromStart, limit] of [
      [true, 4_096],
      [false, 65_536],
    ] as const) {
      const sniffer = new EndSniffer(fromStart);
      const noise = new Uint8Array(1_024).fill(0xab);
      let pushed = 0;
      while (sniffer.sign === undefined && pushed < 200_000) {
        push(sniffer, noise);
        pushed += noise.length;
      }
      expect(sniffer.sign?.protocol).toBe('other');
      expect(pushed).toBeLessThanOrEqual(limit + 2 * noise.length);
    }
  });

  it('follows the other end: after a preface this is HTTP/2 from its first frame or from its middle', () => {
    const client = new EndSniffer(true);
    push(client, preface);
    const first = new EndSniffer(false);
    push(
      first,
      octets(({ server }) => server.settings()),
    );
    first.follow(client.sign!);
    expect(first.sign).toMatchObject({ protocol: 'h2' });
    const middle = new EndSniffer(false);
    push(middle, answer.subarray(5, 60));
    middle.follow(client.sign!);
    expect(middle.sign?.protocol).toBe('h2-middle');
    const silent = new EndSniffer(false);
    silent.follow(client.sign!);
    expect(silent.sign).toBeUndefined();
  });
});

describe('SideProbe', () => {
  it('knows frames that only one side sends', () => {
    const cases: readonly (readonly [Uint8Array, 'client' | 'server'])[] = [
      [octets(({ client }) => client.settings({ id: 2, value: 1 })), 'client'],
      [octets(({ server }) => server.settings({ id: 8, value: 1 })), 'server'],
      [octets(({ server }) => server.promise(1, 2, REQUEST)), 'server'],
      [octets(({ server }) => server.goAway(0, 11, 'too_many_pings')), 'server'],
      [request, 'client'],
      [answer, 'server'],
    ];
    for (const [bytes, side] of cases) {
      const probe = new SideProbe();
      push(probe, bytes);
      expect(probe.side).toBe(side);
    }
  });

  it('reads a request that the capture cut, and stays silent where nothing tells', () => {
    const probe = new SideProbe();
    probe.push(request, 0, 14);
    expect(probe.side).toBeUndefined();
    probe.gap(request.length);
    expect(probe.side).toBe('client');
    const silent = new SideProbe();
    push(
      silent,
      octets(({ client }) => client.settings({ id: 2, value: 0 }).goAway(0, 0, 'bye').message(1, 20)),
    );
    expect(silent.side).toBeUndefined();
  });
});
