import type { Messages } from '../messages.ts';

export const notes: Messages['notes'] = {
  'no-request': "the method is not known: the request's header fields were not captured",
  'no-service': 'no --proto file describes service {service}',
  'no-method': 'service {service} of the --proto files has no method {method}',
  'no-type': 'no --proto file describes type {type}',
  'no-contents': 'a trace file holds no message contents; read the capture itself',
  'not-protobuf': 'the content is {format}, not protobuf',
  'no-encoding': 'it is compressed, and grpc-encoding was not captured',
  'unknown-encoding': 'it is compressed with {encoding}, which cannot be undone here (gzip and deflate can)',
  damaged: 'its {encoding} octets are damaged',
  expands: 'it expands to more than {bytesMax} octets, too many to show',
  'cut-short': 'cut short on the wire: {received} of {length} octets',
  beginning: 'only its beginning was kept: {kept} of {length} octets',
  malformed: 'from octet {at} on it does not fit its type: another version of the .proto file, or no protobuf',
  'many-fields': 'it has more fields than are shown',
};
