import type { FamilyTexts } from '../messages.ts';

export const message: FamilyTexts<'message'> = {
  'message/too-large': {
    title: 'A message of {sizeBytes} is larger than the receiver accepts',
    explanation: [
      'The {by} sent a message of {sizeBytes} on stream {stream}[; the {by:other} accepts {limitBytes}].',
      '[signal=status:The {by:other} answered with status 8, RESOURCE_EXHAUSTED.][signal=reset:The {by:other} reset the stream.]',
      "The limit is the receiver's: raising one on the sending side changes nothing.",
    ],
    proof: 'The length in the prefix of the gRPC message, and grpc-status 8 or RST_STREAM of the receiver upon it.',
    variants: {},
  },
  'message/truncated': {
    title: 'A message ended before its announced length',
    explanation: [
      'On stream {stream} the {by} announced a message of {promised} and ended the stream after {received}.',
      'The sender broke off, or a proxy in between ended the stream in its name.',
    ],
    proof: 'END_STREAM before the number of octets that the prefix of the gRPC message announces.',
    variants: {},
  },
};
