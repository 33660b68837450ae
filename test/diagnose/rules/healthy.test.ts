/** Healthy traffic of every kind: no failure finding, whatever is said for information. */
import { describe, it } from 'vitest';
import { type Capture, capture, type Script, script } from '../../support/script.ts';
import { expectHealthy } from './verdicts.ts';

const closed = (story: Script): Script => story.fin('client').fin('server');

const healthy: Readonly<Record<string, () => Script | Capture>> = {
  'nothing at all': () => capture(),
  'a connection without a call': () => closed(script().open()),
  'a unary call': () => closed(script().open().request(1).answer(1)),
  'a call that goes on when the capture ends': () => script().open().request(1).begin(1),
  'a thousand calls in a row': () => {
    const story = script().open();
    for (let stream = 1; stream < 2_001; stream += 2) story.request(stream).answer(stream);
    return closed(story);
  },
  'a hundred calls at once': () => {
    const story = script().open({ MAX_CONCURRENT_STREAMS: 100 });
    for (let stream = 1; stream < 201; stream += 2) story.request(stream);
    for (let stream = 199; stream > 0; stream -= 2) story.answer(stream);
    return closed(story);
  },
  'a server stream': () => {
    const story = script().open().request(1).begin(1);
    for (let part = 0; part < 20; part++) story.after(1_000).message('server', 1, 500);
    return closed(story.trailers(1));
  },
  'a client stream': () => {
    const story = script().open().request(1, '/a.B/Put', { end: false });
    for (let part = 0; part < 20; part++) story.message('client', 1, 9_000).windowUpdate('server', 0, 9_005);
    return closed(story.halfClose(1).answer(1));
  },
  'a large message': () => closed(script().open().request(1, '/a.B/Put', { message: 3_000_000 }).answer(1)),
  'errors of the application': () => {
    const story = script().open();
    for (let status = 1; status <= 16; status++) story.request(2 * status - 1).trailersOnly(2 * status - 1, status);
    return closed(story);
  },
  'an answer that comes before the request ends': () =>
    closed(script().open().request(1, '/a.B/C', { end: false }).answer(1).halfClose(1)),
  'retransmissions and zero windows that pass': () =>
    closed(
      script().open().request(1).segments('client', 'retransmission', 3).segments('client', 'zero-window').answer(1),
    ),
  'TCP keepalive probes': () => closed(script().open().request(1).answer(1).segments('client', 'keepalive', 20)),
  'keepalive PINGs within the rules of the server': () => {
    const story = script().open().request(1, '/a.B/Watch', { end: false }).begin(1);
    for (let round = 0; round < 6; round++) story.pings(1, 300_001).message('server', 1, 20);
    return story;
  },
  'keepalive PINGs of the server': () => {
    const story = script().open().request(1).answer(1);
    for (let round = 0; round < 6; round++) story.after(10_000).ping('server').ack('client');
    return story;
  },
  'idle PINGs against a server that answers every one': () =>
    closed(script().open().request(1).answer(1).pings(30, 1_000)),
  'bandwidth probes': () => {
    const story = script().open().request(1).begin(1);
    for (let round = 0; round < 6; round++) {
      story.message('server', 1, 16_000).ping('client', '02041010090e0707').ack('server').windowUpdate('client', 0);
    }
    return closed(story.trailers(1));
  },
  'a hundred cancels': () => {
    const story = script().open();
    for (let stream = 1; stream < 201; stream += 2) story.request(stream).after(10).reset('client', stream);
    return closed(story);
  },
  'a client that leaves its streams open': () =>
    closed(script().open().request(1, '/a.B/Watch', { end: false }).begin(1)),
  'a RST of the client at the end': () => script().open().request(1).answer(1).rst('client'),
  'a RST of the server after the client closed': () => script().open().request(1).answer(1).fin('client').rst('server'),
  'an idle close of the server': () => script().open().request(1).answer(1).after(60_000).fin('server').fin('client'),
  'a health check': () => capture(closed(script().tcp()), closed(script({ at: 50 }).open().request(1).answer(1))),
  'a connection attempt that nobody answers': () => script().tcp('partial').segments('client', 'syn-retransmission', 3),
  'a graceful stop with calls that finish': () => {
    const story = script().open().request(1).request(3).goaway('server', { last: 0x7fffffff, debug: 'graceful_stop' });
    return closed(story.ping('server').ack('client').answer(1).goaway('server', { last: 3 }).answer(3).fin('server'));
  },
  'a farewell of both sides': () =>
    closed(script().open().request(1).answer(1).goaway('server', { last: 1 }).goaway('client', { last: 0 })),
  'web traffic with an early hint': () => {
    const story = script().open().request(1, '/', { type: 'text/html', message: 'none' });
    story.headers('server', 1, 'informational', { ':status': '103', link: '</a.css>' });
    return closed(story.begin(1, { 'content-type': 'text/html' }).data('server', 1, 4_000, { end: true }));
  },
  'SETTINGS that change': () =>
    closed(
      script().open().settings('server', { MAX_CONCURRENT_STREAMS: 5 }).ackSettings('client').request(1).answer(1),
    ),
  'several clients of one server': () =>
    capture(
      ...['10.0.0.1', '10.0.0.2', '10.0.0.3'].map((client) => closed(script({ client }).open().request(1).answer(1))),
    ),
};

describe('healthy', () => {
  it.each(Object.entries(healthy))('%s', (_name, tell) => expectHealthy(tell()));
});
