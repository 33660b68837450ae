import type { FamilyTexts } from '../messages.ts';

const reactions =
  '[reaction=rst:The {by:other} reset the stream.][reaction=goaway:The {by:other} ended the connection with GOAWAY.][reaction=close:The {by:other} closed the connection.]';

export const headers: FamilyTexts<'headers'> = {
  'headers/too-large': {
    title: 'Header fields are larger than the receiver accepts',
    explanation: [
      'The {by} sent header fields[ of {sizeBytes}][ on stream {stream}]; the {by:other} accepts [{limitBytes}][!limitBytes:less].',
      '[The largest is {largestField}, {largestBytes}.]',
      '[{proxy} takes {defaultBytes} where nothing else is configured.]',
      `${reactions}[reaction=status-431:The {by:other} answered with status 431.][reaction=grpc-status:The {by:other} answered with RESOURCE_EXHAUSTED.][ Its text: {debugData:quoted}.]`,
    ],
    proof:
      'A field section larger than the SETTINGS_MAX_HEADER_LIST_SIZE of the receiver, or the receiver says so in debug data, with status 431 or in grpc-message; or a request above the known limits that its receiver ends at once, without a reason.',
    variants: {},
  },
  'headers/malformed': {
    title: 'The {by} sent header fields that HTTP/2 forbids',
    explanation: ['On stream {stream}: {reason}[ ({rule})].', reactions],
    proof: 'A field section that breaks RFC 9113 §8.2 or §8.3, decoded from the capture.',
    variants: {},
  },
  'headers/compression-error': {
    title: 'Header compression (HPACK) broke down',
    explanation: [
      'The {by:other} could not decode a header block of the {by}[ on stream {stream}]; as all streams share the compression state, the connection had to end.',
      '[?ownDecodeFailed:The block does not decode here either, so its sender is at fault.]',
      '[?afterTableSizeChange:The table size had changed before: the sender must announce that in its next block (RFC 7541 §4.2).]',
      '[?openStreams:{openStreams:open call|open calls} died with the connection.]',
    ],
    proof:
      'GOAWAY COMPRESSION_ERROR, or a block that does not decode although the capture has all octets from the start of the connection.',
    variants: {},
  },
};
