import type { IdOf } from '../../catalog.ts';
import { always, maybe, maybeOneOf, oneOf, type ParamTable } from './param.ts';

export const messageParams = {
  'message/too-large': {
    by: oneOf(['client', 'server'], 'who sent the message'),
    sizeBytes: always('bytes', 6_291_456, 'length of the message, from its prefix'),
    stream: always('id', 5, 'the stream'),
    limitBytes: maybe('bytes', 4_194_304, 'the limit of the receiver: from its status text, or the documented default'),
    signal: maybeOneOf(['status', 'reset'], 'how the receiver said so: grpc-status 8, or RST_STREAM'),
    streams: maybe('count', 1, 'calls that ended so'),
  },
  'message/truncated': {
    by: oneOf(['server', 'client'], 'who sent the message'),
    promised: always('bytes', 11_117, 'octets that the prefix announced'),
    received: always('bytes', 9_920, 'octets of it before END_STREAM'),
    stream: always('id', 5, 'the stream'),
    streams: maybe('count', 1, 'messages that ended so'),
  },
} as const satisfies Readonly<Record<IdOf<'message'>, ParamTable>>;
