import { describe, expect, it } from 'vitest';
import { capture, script } from '../../support/script.ts';
import { failures, finding, told } from './verdicts.ts';

describe('attempts to connect', () => {
  it('a RST in answer to the SYN: nothing listens there', () => {
    const story = capture(script({ at: 0 }).syn().rst('server'), script({ at: 900 }).syn().rst('server'));
    expect(failures(story)).toEqual(['connection/refused']);
    expect(finding(story, 'connection/refused')).toMatchObject({
      certainty: 'certain',
      culprit: 'server',
      connections: [1, 2],
    });
  });

  it('the server starts a moment later: no failure', () => {
    const later = script({ at: 1_000 }).open().request(1).answer(1);
    const story = capture(script({ at: 0 }).syn().rst('server'), later);
    expect(failures(story)).toEqual([]);
    expect(told(story)).toContain('connection/refused');
  });

  it('a RST after an answer is something else', () => {
    expect(told(script().tcp().rst('server'))).not.toContain('connection/refused');
  });

  it('SYNs that nobody answers', () => {
    const story = script().syn().segments('client', 'syn-retransmission', 3).after(7_000);
    expect(failures(story)).toEqual(['connection/unreachable']);
    expect(finding(story, 'connection/unreachable')).toMatchObject({ certainty: 'likely', culprit: 'network' });
  });

  it('one repeated SYN is ordinary loss', () => {
    expect(told(script().syn().segments('client', 'syn-retransmission', 1))).toEqual([]);
  });
});
