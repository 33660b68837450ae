/** Our client as h2specd finds it. */
import { createChannel } from 'calmwire';

/** A call that never ends by itself is over after this time: longer than h2specd waits for anything. */
const CALL_TIMEOUT_MS = 25_000;

/** Connects and sends one request; the answer closes what is left of it. */
export function call(port) {
  const channel = createChannel(`127.0.0.1:${port}`);
  const start = { path: '/lab.Conformance/Call', kind: 'unary', deadlineMs: channel.now() + CALL_TIMEOUT_MS };
  const made = channel.call(start, { message() {}, end() {} });
  made.send(new Uint8Array(4), true);
  made.pull(1);
  return () => channel.close();
}
