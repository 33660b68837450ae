import type { IdOf } from '../../catalog.ts';
import { always, maybe, oneOf, type ParamTable } from './param.ts';

export const flowParams = {
  'flow/stream-stalled': {
    stream: always('id', 7, 'the stream'),
    sender: oneOf(['server', 'client'], 'who has data to send and may not'),
    stalledMs: always('ms', 30_000, 'how long the window stood empty'),
    windowBytes: maybe('bytes', 0, 'octets left in the window of the stream'),
    initialWindowBytes: maybe('bytes', 65_535, 'the window that the receiver gave at first'),
    connectionWindowBytes: maybe('bytes', 500_000, 'octets left in the window of the connection'),
    sentBytes: maybe('bytes', 65_535, 'octets sent on the stream'),
    alive: maybe('flag', true, 'other frames, such as PING ACK, went on meanwhile'),
  },
  'flow/connection-stalled': {
    sender: oneOf(['server', 'client'], 'who has data to send and may not'),
    stalledMs: always('ms', 30_000, 'how long the window stood empty'),
    openStreams: always('count', 12, 'streams that it stopped'),
    alive: maybe('flag', true, 'other frames, such as PING ACK, went on meanwhile'),
  },
  'flow/window-too-small': {
    sender: oneOf(['server', 'client'], 'who waits for the window'),
    windowBytes: always('bytes', 65_535, 'the window of the receiver'),
    messageBytes: always('bytes', 4_000_000, 'length of the message'),
    roundTripMs: maybe('ms', 40, 'round trip of the connection'),
    bytesPerSecond: maybe('bytes', 1_638_375, 'what a window a round trip allows in a second'),
  },
  'flow/window-overrun': {
    by: oneOf(['server', 'client'], 'who sent too much, or gave too much'),
    scope: oneOf(['stream', 'connection', 'increment'], 'the window that was overrun, or WINDOW_UPDATE beyond 2^31-1'),
    overBytes: always('bytes', 1_200, 'octets beyond the window'),
    stream: maybe('id', 7, 'the stream'),
    windowBytes: maybe('bytes', 15_184, 'octets that the window had left'),
  },
  'flow/credit-leak': {
    receiver: oneOf(['client', 'server'], 'who did not give the credit back'),
    missingBytes: always('bytes', 131_070, 'credit of the connection that never came back'),
    resetStreams: maybe('count', 2, 'streams reset before their data was read'),
  },
} as const satisfies Readonly<Record<IdOf<'flow'>, ParamTable>>;
