import { expect, it } from 'vitest';
import type { Protocol } from '#trace';
import { Survey } from '../../../src/cli/read/survey.ts';

const at = { timeMs: 0, packet: 1 };

function connection(survey: Survey, id: number, port: number, ...protocols: readonly Protocol[]): void {
  const client = { address: '10.0.0.1', port: 40_000 };
  const server = { address: '10.0.0.2', port };
  survey.event({ kind: 'opened', ...at, connection: id, client, server, handshake: 'seen', sidesBy: 'syn' });
  for (const protocol of protocols) {
    survey.event({ kind: 'protocol', ...at, connection: id, side: 'client', protocol, text: '' });
  }
  survey.event({ kind: 'closed', ...at, connection: id, how: 'closed' });
}

it('counts what is not HTTP/2 by protocol and port', () => {
  const survey = new Survey();
  connection(survey, 1, 443, 'tls', 'tls');
  connection(survey, 2, 8443, 'tls');
  connection(survey, 3, 443, 'tls');
  connection(survey, 4, 80, 'http/1', 'other');
  connection(survey, 5, 5432, 'other');
  connection(survey, 6, 9000);
  connection(survey, 7, 50051, 'h2', 'h2');
  connection(survey, 8, 50051, 'http/1', 'h2-upgrade');
  expect(survey.connections).toBe(8);
  expect(survey.http2Connections).toBe(2);
  expect(survey.others).toEqual([
    { protocol: 'tls', connections: 3, ports: [443, 8443] },
    { protocol: 'http1', connections: 1, ports: [80] },
    { protocol: 'other', connections: 1, ports: [5432] },
    { protocol: 'silent', connections: 1, ports: [9000] },
  ]);
});
