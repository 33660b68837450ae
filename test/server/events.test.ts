/** What a server says to people: one line for everything that happens, and nothing that a client can flood. */
import { expect, it } from 'vitest';
import { Recorder } from '#drive';
import { Status } from '#grpc';
import { ErrorCode } from '#h2';
import { type CallCancel, cancelStatus, cancelText, eventText } from '#server';
import { GET, ServerRig } from '../support/server-rig.ts';

it('has a line for each event', () => {
  const rig = new ServerRig({ maxConnections: 2 }).echo();
  rig.core.handle('/test.Bad/Call', {
    kind: 'unary',
    start: () => {
      throw new TypeError('no such thing');
    },
  });
  const client = rig.client();
  client.request(1, '/test.Bad/Call').request(3, '/no.Body/Home').headers(5, GET, true);
  rig.client().frame(0x6, 0, 1, new Uint8Array(8));
  rig.client();
  rig.client();
  client.cut();
  const lines = rig.events.map((event) => eventText(event).replaceAll(/127\.0\.0\.9:\d+/g, 'CLIENT'));
  expect(lines).toEqual([
    'connection 1 from CLIENT',
    'the handler of /test.Bad/Call threw on connection 1: TypeError: no such thing',
    'call /no.Body/Home on connection 1 from CLIENT refused by unknown-method: unknown service no.Body',
    'call / on connection 1 from CLIENT refused by not-grpc: the request has no content-type, gRPC needs application/grpc',
    'connection 2 from CLIENT',
    'connection 2 from CLIENT closed after 0 calls: the client broke frame/bad-stream: PING on stream 1 instead of 0',
    'connection 3 from CLIENT',
    'connection from CLIENT refused by max-connections: 2 are open where 2 are allowed',
    'connection 1 from CLIENT closed after 1 calls: the client reset the connection',
  ]);
});

it('tells of refusals the 1st, 10th and 100th time', () => {
  const rig = new ServerRig();
  const client = rig.client();
  for (let n = 0; n < 500; n++) client.request(1 + 2 * n, '/no.Body/Home', { message: 'none' });
  const refusals = rig.events.filter((event) => event.kind === 'call-refused');
  expect(refusals.map(({ count }) => count)).toEqual([1, 10, 100]);
  expect(rig.core.stats.refusals).toEqual(new Map([['unknown-method', 500]]));
  expect(eventText(refusals[2]!)).toMatch(/refused by unknown-method \(100 times\): unknown service no\.Body$/);
});

it('has a status and a sentence for each cancel', () => {
  const violation = { rule: 'window/zero-increment', by: 'client', stream: 1, detail: 'WINDOW_UPDATE of 0' } as const;
  const cancels: readonly (readonly [CallCancel, number, string])[] = [
    [{ kind: 'reset', errorCode: ErrorCode.CANCEL }, 1, 'the client cancelled the call with RST_STREAM CANCEL'],
    [{ kind: 'deadline', timeoutMs: 250 }, 4, 'the deadline of 250 ms passed'],
    [{ kind: 'connection', ending: { kind: 'peer-closed' } }, 1, 'the connection ended: the client closed it'],
    [{ kind: 'violation', violation }, 1, 'the client broke window/zero-increment: WINDOW_UPDATE of 0'],
    [{ kind: 'status', code: Status.RESOURCE_EXHAUSTED, message: 'too much' }, 8, 'too much'],
    [{ kind: 'shutdown' }, 14, 'the server shut down and its grace was over'],
  ];
  for (const [why, code, sentence] of cancels) expect([cancelStatus(why), cancelText(why)]).toEqual([code, sentence]);
});

it('records each connection where it is told to', () => {
  const recorders: Recorder[] = [];
  const recorder = () => {
    const made = new Recorder();
    recorders.push(made);
    return made;
  };
  const rig = new ServerRig({ recorder }).echo();
  rig.client().request(1, '/test.Echo/Unary');
  rig.client();
  const kinds = recorders.map((made) => made.events().filter(({ kind }) => kind === 'headers').length);
  expect(kinds).toEqual([3, 0]);
});
