import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../src/diagnose/finding.ts';
import { timeline } from '../../../src/diagnose/render/timeline.ts';
import { Writer } from '../../../src/diagnose/render/writer.ts';

const en = new Writer('en');
const zh = new Writer('zh');

function willBeCut(serverImplementation: string) {
  const params = { pingCount: 2, strikes: 1, cutAtPing: 4, intervalMs: 10_001, serverImplementation };
  return { id: 'keepalive/will-be-cut', variant: undefined, params } as const;
}

describe('implementations', () => {
  it('go by their names, with the version', () => {
    expect(en.explanation(willBeCut('c-core'))).toContain('gRPC C-core closes with');
    expect(en.explanation(willBeCut('kitex/0.15.0'))).toContain('Kitex 0.15.0 closes with');
    expect(en.explanation(willBeCut('something-new/1'))).toContain('something-new 1 closes with');
  });

  it('a proxy without a name is a proxy', () => {
    const params = { streams: 1, calls: 2, percent: 50, proxy: 'proxy' };
    const subject = { id: 'stream/late-half-close', variant: undefined, params } as const;
    expect(en.explanation(subject)).toContain('; a proxy is on this path.');
    expect(zh.explanation(subject)).toContain('；代理就在这条路径上。');
  });
});

describe('texts', () => {
  it('of an unknown variant are those of the id', () => {
    const subject = { id: 'connection/abrupt-close', variant: 'new', params: { how: 'fin', openStreams: 1 } } as const;
    expect(en.title(subject)).toBe('The server ended the connection under open calls, without GOAWAY');
  });

  it('name the announcing last-stream-id by its power', () => {
    const line = { frame: 1, packet: 1, timeMs: 0, connection: 1, from: 'server', key: 'goaway' } as const;
    const text = en.evidence({ ...line, params: { errorCode: 'NO_ERROR', lastStreamId: 2_147_483_647 } });
    expect(text).toBe('GOAWAY NO_ERROR, last stream 2^31-1');
  });

  it('have no blank between Chinese characters, and keep those beside Latin ones', () => {
    expect(zh.explanation(willBeCut('etcd'))).toContain('间隔 10 秒，并且还在继续。etcd 会在');
  });

  it('fall back to what a remedy holds when its reason is not known', () => {
    expect(en.reason({ why: 'new-reason', params: { a: 1 } })).toBe('new-reason a=1');
  });
});

it('the timeline is in order of time, keeps the order of the rule within a moment, and ends with the rest', () => {
  const line = (key: string, timeMs: number): Evidence => ({
    frame: undefined,
    packet: 0,
    timeMs,
    connection: 1,
    from: 'none',
    key,
    params: {},
  });
  const evidence = [line('goaway', 30), line('repeated', 5), line('open-stream', 10), line('fin', 30)];
  expect(timeline(evidence).map(({ key }) => key)).toEqual(['open-stream', 'goaway', 'fin', 'repeated']);
});
