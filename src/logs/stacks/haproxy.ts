/**
 * HAProxy's HTTP log: the termination state (`man haproxy`, "Session state at disconnection"). Only requests in HTTP/2
 * are read. The first letter says who or what ended the session, the second in which phase.
 */
import type { ReadingId } from '#diagnose';
import type { StackWordings, Wording } from '../wording.ts';

/** `out/one 0/0/0/-1/803 504 198 - - sH-- 1/1/0/0/0 0/0 "POST http://orders/pkg.Svc/Get HTTP/2.0"` */
function line(state: string): RegExp {
  return new RegExp(
    ` (?<peer>\\S{1,80}/\\S{1,80}) (?:-?\\d{1,10}/){4}\\+?(?<waitedMs>\\d{1,10}) (?<status>-?\\d{1,3}) \\+?\\d{1,15} \\S{1,80} \\S{1,80} (?<flag>${state}--) [\\d/]{9,40} \\d{1,6}/\\d{1,6} (?:\\{[^}]{0,200}\\} ){0,2}"[A-Z]{3,7} (?:https?://[^/ ]{1,120})?(?<method>/\\S{0,200}) HTTP/2`,
  );
}

const states: readonly (readonly [state: string, ReadingId, status: number])[] = [
  ['sH', 'proxy-timeout', 504],
  ['sD', 'proxy-timeout', 200],
  ['sC', 'connect-timeout', 503],
  ['SC', 'connect-failed', 503],
  ['SH', 'backend-closed', 502],
  ['SD', 'backend-closed', 200],
  ['sQ', 'proxy-overflow', 503],
  ['SQ', 'proxy-no-backend', 503],
  ['PH', 'server-broke-rules', 502],
  ['PR', 'client-broke-rules', 400],
  ['PD', 'server-broke-rules', 200],
  ['RC', 'proxy-overflow', 503],
  ['cD', 'proxy-idle', 200],
  ['cH', 'proxy-idle', 408],
  ['CD', 'client-left', 200],
  ['CH', 'client-left', 400],
  ['CC', 'client-left', 400],
  ['CQ', 'client-left', 400],
];

function wording([state, reading, status]: (typeof states)[number]): Wording {
  return {
    keyword: ` ${state.toLowerCase()}-- `,
    match: line(state),
    reading,
    example: `127.0.0.1:36736 [21/Nov/2026:13:26:58.817] in out/one 0/0/0/-1/803 ${status} 198 - - ${state}-- 1/1/0/0/0 0/0 "POST http://127.0.0.1:17444/lab.Echo/Unary HTTP/2.0"`,
  };
}

export const haproxy: StackWordings = {
  stack: 'haproxy',
  writer: 'middlebox',
  source: 'option httplog: termination states',
  wordings: [
    ...states.map(wording),
    {
      keyword: 'has no server available',
      match: /backend (?<peer>\S{1,80}) has no server available/,
      reading: 'proxy-no-backend',
      example: 'Nov 21 13:26:58 lb haproxy[2211]: backend out has no server available!',
    },
  ],
};
