import type { FamilyTexts } from '../messages.ts';

export const capture: FamilyTexts<'capture'> = {
  'capture/starts-mid-connection': {
    title: 'The capture starts in the middle of connections',
    explanation: [
      '{connections:connection was|connections were} open before the capture began, so earlier frames, settings and header tables are unknown.',
      '[?unreadableBlocks:{unreadableBlocks:header block|header blocks} could not be decoded in full.]',
    ],
    proof: 'No SYN and no HTTP/2 preface: the connection is recognised by its frames.',
    variants: {},
  },
  'capture/packets-lost': {
    title: 'The capture misses packets',
    explanation: [
      '{lostBytes} are missing in {holes:place|places} on {connections:connection|connections}.',
      'What rests on those octets is not claimed.',
    ],
    proof: 'Octets that the receiver acknowledged and the capture does not have.',
    variants: {},
  },
  'capture/encrypted': {
    title: 'TLS connections: their content is not visible',
    explanation: [
      '{connections:connection is|connections are} encrypted, and there is no key for them.',
      'Only their opening and closing can be read.',
    ],
    proof: 'TLS records without a key log.',
    variants: {},
  },
};
