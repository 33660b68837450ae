import type { IdOf } from '../../catalog.ts';
import { always, maybe, maybeOneOf, oneOf, type ParamTable } from './param.ts';

export const headersParams = {
  'headers/too-large': {
    by: oneOf(['client', 'server'], 'who sent the field section'),
    sizeBytes: maybe('bytes', 12_400, 'its size, counted as RFC 9113 §10.5.1 does'),
    limitBytes: maybe(
      'bytes',
      8_192,
      'SETTINGS_MAX_HEADER_LIST_SIZE of the receiver, or the limit that its text names',
    ),
    stream: maybe('id', 5, 'the stream'),
    reaction: maybeOneOf(['rst', 'goaway', 'close', 'status-431', 'grpc-status'], 'what the receiver did'),
    largestField: maybe('text', 'authorization', 'name of the largest field'),
    largestBytes: maybe('bytes', 9_100, 'its size'),
    debugData: maybe(
      'text',
      'Header size exceeded max allowed size (10240)',
      'debug data of the GOAWAY, or grpc-message',
    ),
    proxy: maybe('stack', 'envoy', 'the proxy, where its limit by default is known'),
    defaultBytes: maybe('bytes', 61_440, 'that limit'),
  },
  'headers/malformed': {
    by: oneOf(['client', 'server'], 'who sent the field section'),
    stream: always('id', 5, 'the stream'),
    reason: always(
      'text',
      'connection: keep-alive is a connection-specific field',
      'what is wrong, from the violation',
    ),
    reaction: maybeOneOf(['rst', 'goaway', 'close'], 'what the receiver did'),
    field: maybe('text', 'connection', 'name of the field'),
    rule: maybe('text', 'RFC 9113 §8.2.2', 'the section that it breaks'),
  },
  'headers/compression-error': {
    by: oneOf(['client', 'server'], 'who sent the block'),
    stream: maybe('id', 5, 'the stream of the block'),
    ownDecodeFailed: maybe('flag', true, 'the block does not decode here either'),
    afterTableSizeChange: maybe('flag', true, 'SETTINGS_HEADER_TABLE_SIZE had changed before'),
    openStreams: maybe('count', 4, 'streams that died with the connection'),
  },
} as const satisfies Readonly<Record<IdOf<'headers'>, ParamTable>>;
