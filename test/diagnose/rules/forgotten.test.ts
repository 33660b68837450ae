/** Flows that the path forgot: silence, or RST from who knows nothing of them. */
import { describe, expect, it } from 'vitest';
import { capture, type Script, script } from '../../support/script.ts';
import { expectHealthy, finding, has, told } from './verdicts.ts';

const used = (options: { at?: number } = {}): Script => script(options).open().request(1).answer(1);
const black = (story: Script, repeats = 6): Script => story.segments('client', 'retransmission', repeats);

describe('silence', () => {
  it('the client repeats itself and nobody answers', () => {
    const found = finding(black(used().after(400_000).request(3)).after(15_000).fin('client'), 'connection/half-open');
    expect(found).toMatchObject({ variant: 'silent', certainty: 'likely', culprit: 'network', streams: [3] });
    expect(found.params).toMatchObject({ retransmissions: 6, openStreams: 1 });
    expect(found.params.idleGapMs).toBeCloseTo(400_000, -1);
  });

  it('still so when the capture ends', () => {
    expect(has(black(used().request(3), 5).after(10_000), 'connection/half-open')).toBe(true);
  });

  it('a newer connection that is answered meanwhile shows that the path works', () => {
    const dead = black(used().after(5_000).request(3)).after(20_000);
    const found = finding(capture(dead, used({ at: 12_000 })), 'connection/half-open');
    expect(found).toMatchObject({ culprit: 'middlebox', params: { pathWorks: true } });
  });

  it('one that is not answered either shows nothing', () => {
    const dead = black(used().after(5_000).request(3)).after(20_000);
    const found = finding(capture(dead, script({ at: 12_000 }).syn()), 'connection/half-open');
    expect(found).toMatchObject({ culprit: 'network' });
    expect(found.params.pathWorks).toBeUndefined();
  });

  it('losses that an answer mends are healthy', () => {
    expectHealthy(black(used().request(3)).after(3_000).answer(3));
  });

  it('one or two repeats are ordinary loss', () => expectHealthy(black(used().request(3), 2).after(500)));

  it('repeats with no call open hurt nobody', () => expectHealthy(black(used()).after(5_000)));
});

describe('RST', () => {
  const met = (story: Script, ttl = 63): Script => story.request(3).after(0.2).rst('server', ttl, 63);

  it('meets the next request: nobody knows of the connection', () => {
    const found = finding(met(used().after(400_000)), 'connection/half-open');
    expect(found).toMatchObject({ variant: 'reset', certainty: 'likely', culprit: 'unknown', streams: [3] });
    expect(found.victims).toMatchObject([{ stream: 3, retry: 'safe' }]);
    expect(found.params.timer).toContain('AWS NLB TCP idle timeout (350 s)');
  });

  it('with a TTL of its own it comes from a device in between', () => {
    const found = finding(met(used().after(400_000), 255), 'connection/half-open');
    expect(found).toMatchObject({ certainty: 'certain', culprit: 'middlebox', params: { foreignTimeToLive: true } });
  });

  it('after the same silence on two connections it is certain', () => {
    const stories = [0, 50].map((at) => met(used({ at }).after(400_000)));
    const found = finding(capture(...stories), 'connection/half-open');
    expect(found).toMatchObject({ certainty: 'certain', params: { sameGapConnections: 2 } });
  });

  it('a longer silence that was outlived rules timers out', () => {
    const story = met(used().after(360_000).request(5).answer(5).after(620_000), 255);
    const found = finding(story.steps.length > 0 ? story : used(), 'connection/half-open');
    expect(found.params.survivedMs).toBeCloseTo(360_000, -1);
    expect(found.params.timer).toBe('GCP firewall connection tracking (10 min)');
  });

  it('a silence with PINGs in it was none for such a device', () => {
    const found = finding(met(used().pings(7, 60_000)), 'connection/half-open');
    expect(found.params.timer).toBeUndefined();
  });

  it('a RST that acknowledges comes from a socket: a program closed it', () => {
    // Without a TTL the event is not from a packet, as in the recorder of a runtime.
    expect(has(used().after(400_000).request(3).after(0.2).rst('server'), 'connection/half-open')).toBe(false);
  });

  it('after a FIN it is the race of a close', () => {
    const story = used().after(60_000).fin('server').request(3).rst('server', 63, 63);
    expect(told(story)).toEqual(['connection/idle-close-race']);
  });

  it('on a busy connection it is an abrupt close', () => {
    expect(told(met(used().after(100)))).toEqual(['connection/abrupt-close (rst)']);
  });

  it('long after the request it answers something else', () => {
    const story = used().after(400_000).request(3).after(5_000).rst('server', 63, 63);
    expect(has(story, 'connection/half-open')).toBe(false);
  });

  it('to a client that had already left it is nothing', () => {
    expectHealthy(used().after(400_000).fin('client').rst('server', 255, 63));
  });
});
