/** node:http2 as a client, to see what h2specd says of another implementation. */
import { connect } from 'node:http2';

/** Connects and sends one request; the answer closes what is left of it. */
export function call(port) {
  const session = connect(`http://127.0.0.1:${port}`);
  session.on('error', () => {});
  const stream = session.request({ ':path': '/' });
  stream.on('error', () => {});
  stream.resume();
  return () => session.destroy();
}
