import type { ReadingTexts } from '../../messages.ts';

export const proxyReadings = {
  'proxy-timeout': {
    title: 'A proxy gave up waiting for the backend',
    proves: 'A timer of the proxy ended the call[ to {peer}][ ({flag})][, after {waitedMs}].',
    open: 'It does not say whether the backend was slow, stuck or cut off.',
    next: 'Compare the timer with how long this call may take; look at the backend for the same moment.',
  },
  'proxy-idle': {
    title: 'A proxy ended a stream that was silent for too long',
    proves: 'The idle timer of the proxy ended the stream[ ({flag})]: no octet passed in either direction.',
    open: 'Neither end has failed.',
    next: 'Raise the idle timer for long streams, or send something now and then; PINGs do not count.',
  },
  'proxy-overflow': {
    title: 'A limit of the proxy refused the call (overflow)',
    proves: 'The circuit breaker or queue of the proxy was full[ ({flag})]; the backend never saw the call.',
    open: 'It does not say whether the limit is too low or the backend too slow.',
    next: 'Compare the limit with the calls at once; a retry is safe.',
  },
  'proxy-no-backend': {
    title: 'The proxy had no backend to send the call to',
    proves: 'All backends were marked down, or there were none[ ({flag})].',
    open: 'It does not say why: health checks, endpoints that are missing, or outlier ejection.',
    next: 'Look at the health checks and the endpoints at that time.',
  },
  'proxy-no-route': {
    title: 'The proxy had no route for the call',
    proves: 'No route or filter chain matched host and path[ ({flag})].',
    open: 'The backend was not asked.',
    next: 'Compare :authority and :path of the call with the routes.',
  },
  'proxy-retries': {
    title: 'The proxy used up its retries',
    proves: 'Several attempts failed, and the proxy gave up[ ({flag})].',
    open: 'It does not say what failed: the attempts stand in the log of the backend.',
    next: 'Look at the other flags of the same line, and at the backend.',
  },
  'proxy-reset': {
    title: 'The proxy itself reset the stream',
    proves: 'The proxy ended the call[ ({flag})][: {detail}].',
    open: 'It does not say what made it do so.',
    next: 'The debug log of the proxy, or captures on both of its sides, show what came before.',
  },
  'backend-closed': {
    title: 'A backend closed the connection under an open call',
    proves: 'The connection between proxy and backend[ {peer}] ended before the answer was complete[ ({flag})].',
    open: 'It does not say why: a restart, a crash, or a connection that met its idle close.',
    next: 'Look for a restart of the backend at that time; compare the idle timers of proxy and backend.',
  },
  'backend-reset': {
    title: 'A backend reset the call',
    proves: 'The backend[ {peer}] sent RST_STREAM before the answer was complete[ ({flag})][: {detail}].',
    open: 'It does not keep the error code, unless it is named here.',
    next: 'Look into the log of the backend; a capture behind the proxy shows the code.',
  },
  'client-left': {
    title: 'The client was gone before the answer',
    proves: 'The client closed its connection or reset the call before the proxy had answered[ ({flag})].',
    open: 'It does not say why: a cancel, a deadline, or a client that stopped.',
    next: 'Compare the duration in the line with the deadlines of the client.',
  },
  'noise-closing': {
    title: 'Lines about a connection that was closing: harmless',
    proves: 'A connection ended, and a part of the program noted it.',
    open: 'It is told in other lines if calls failed.',
    next: 'Nothing to do.',
  },
  'noise-probe': {
    title: 'Connections that end before they begin: health checks',
    proves: 'Somebody connected and left without speaking HTTP/2, as TCP health checks and port scans do[: {peer}].',
    open: 'A client with the wrong protocol or with TLS for a plaintext port can look alike.',
    next: 'Nothing to do if the addresses belong to balancers or probes.',
  },
  'noise-short-connection': {
    title: 'Short connections that close after their call: harmless',
    proves: 'The client closed its own connection after the last call on it.',
    open: 'No call failed of it.',
    next: 'Nothing to do; connections that are kept would save a handshake for each call.',
  },
  'noise-late-answer': {
    title: 'Answers to calls that the client had given up: harmless here',
    proves: 'The server wrote to a stream that the client had already reset, and noticed it.',
    open: 'It does not say why the client gave up.',
    next: 'Compare the deadlines of the client with the time that the handler takes.',
  },
} as const satisfies ReadingTexts;
