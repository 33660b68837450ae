import type { IdOf } from '../../catalog.ts';
import { always, maybe, maybeOneOf, oneOf, type ParamTable } from './param.ts';

export const captureParams = {
  'capture/starts-mid-connection': {
    connections: always('count', 2, 'connections that were open before the capture began'),
    unreadableBlocks: maybe('count', 5, 'header blocks that could not be decoded fully for that reason'),
  },
  'capture/packets-lost': {
    connections: always('count', 1, 'connections with holes'),
    lostBytes: always('bytes', 2_896, 'octets that the capture did not see'),
    holes: always('count', 2, 'holes'),
  },
  'capture/one-direction': {
    connections: always('count', 2, 'connections of which one side was captured'),
    side: oneOf(['client', 'server'], 'the side that was not captured on the first of them'),
  },
  'capture/clock-leap': {
    more: maybe('count', 2, 'further leaps'),
    connections: always('count', 2, 'connections that were open at the first of them'),
    byMs: always('ms', 12_000, 'how far, at the largest of them'),
    direction: oneOf(['forward', 'back'], 'which way, at the largest of them'),
    packet: always('id', 118, 'the first packet behind the largest of them'),
  },
  'capture/encrypted': {
    connections: always('count', 3, 'TLS connections'),
    problem: maybeOneOf(
      ['no-keys', 'missing-secret', 'wrong-keys', 'unsupported', 'handshake-not-captured', 'lost-place'],
      'why the first of them could not be decrypted',
    ),
  },
} as const satisfies Readonly<Record<IdOf<'capture'>, ParamTable>>;
