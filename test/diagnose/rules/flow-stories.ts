/** Stories about windows. */
import { type Script, type Settings, script } from '../../support/script.ts';

const FRAME_BYTES = 16_384;

/** The server sends a message of a megabyte until a window is used up, or `bytes` of it. */
export function stuck(client: Settings = {}, bytes?: number): Script {
  const story = script({ windows: true }).open({}, client).request(1, '/a.B/Big').begin(1);
  const window = Math.min(client.INITIAL_WINDOW_SIZE ?? 65_535, 65_535);
  return story.message('server', 1, 1_000_000, { sent: bytes ?? window });
}

/** Answers of `bytes` through a window of 64 KB, over `roundTripMs`, by a reader that takes `readMs` a window. */
export function throttled(
  options: { roundTripMs?: number; readMs?: number; bytes?: number; calls?: number } = {},
): Script {
  const { roundTripMs = 40, readMs = 0, bytes = 250_000, calls = 4 } = options;
  const story = script({ windows: true }).tcp().settings('client').settings('server').ackSettings('server');
  story.after(roundTripMs).ackSettings('client');
  for (let call = 0; call < calls; call++) {
    const stream = 2 * call + 1;
    story.request(stream, '/a.B/Big').begin(stream);
    let left = bytes + 5;
    for (const open = 65_535; left > open; ) {
      left -= open;
      send(story, stream, open);
      story
        .after(roundTripMs + readMs)
        .windowUpdate('client', stream, open)
        .windowUpdate('client', 0, open);
    }
    send(story, stream, left);
    story.completes('server', stream, bytes).trailers(stream).windowUpdate('client', 0, left);
  }
  return story;
}

function send(story: Script, stream: number, bytes: number): void {
  let left = bytes;
  for (; left > FRAME_BYTES; left -= FRAME_BYTES) story.data('server', stream, FRAME_BYTES);
  story.data('server', stream, left);
}

/** Calls that the client cancels in the middle of an answer; it gives back `share` of what was sent on them. */
export function leaking(share = 0, cancelled = 4): Script {
  const story = script({ windows: true }).open();
  for (let call = 0; call < cancelled; call++) {
    const stream = 4 * call + 1;
    story.request(stream, '/a.B/Watch').begin(stream).message('server', stream, 12_000).after(50);
    story.reset('client', stream);
    if (share > 0) story.windowUpdate('client', 0, Math.round(share * 12_005));
    story
      .request(stream + 2)
      .answer(stream + 2, { message: 3_000 })
      .windowUpdate('client', 0, 3_005);
  }
  return story;
}
