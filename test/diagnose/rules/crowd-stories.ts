/** Stories about many calls at once. */
import { type Script, script } from '../../support/script.ts';

/** Streams up to the limit of four, for `eachMs`; when one ends the next begins after `gapMs`, until `calls` have begun. */
export function crowded(options: { eachMs?: number; gapMs?: number; calls?: number } = {}): Script {
  const { eachMs = 400, gapMs = 1, calls = 12 } = options;
  const story = script().open({ MAX_CONCURRENT_STREAMS: 4 });
  for (let call = 0; call < calls; call++) {
    if (call >= 4) {
      story
        .after(eachMs)
        .answer(2 * (call - 4) + 1)
        .after(gapMs);
    }
    story.request(2 * call + 1);
  }
  return story;
}

/** Calls of which the first `count` are cancelled, by a client that then makes `others`. */
export function cancels(count: number, others = 0, timeout?: string): Script {
  const story = script().open();
  for (let call = 0; call < count; call++) {
    story.request(2 * call + 1, '/a.B/C', timeout === undefined ? {} : { timeout }).after(1);
  }
  for (let call = 0; call < count; call++) story.reset('client', 2 * call + 1);
  for (let call = count; call < count + others; call++) story.request(2 * call + 1).answer(2 * call + 1);
  return story;
}
