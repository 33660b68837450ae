import type { FamilyTexts } from '../messages.ts';

export const capture: FamilyTexts<'capture'> = {
  'capture/starts-mid-connection': {
    title: 'The capture starts in the middle of connections',
    explanation: [
      '{connections:connection was|connections were} open before the capture began, so earlier frames, settings and HPACK tables are unknown.',
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
  'capture/one-direction': {
    title: 'The capture shows one direction only',
    explanation: [
      'On {connections:connection|connections} not one packet of one side was captured (the {side}, on the first of them).',
      'Nothing is claimed that this side may have said: missing answers, unanswered PINGs and unannounced closes least of all.',
      'Asymmetric routes and mirror ports of one direction do this: capture at an end, or mirror both directions.',
    ],
    proof: 'The other side acknowledges octets that the capture does not have.',
    variants: {},
  },
  'capture/encrypted': {
    title: 'TLS connections: their content is not visible',
    explanation: [
      '{connections:connection is|connections are} encrypted[problem=no-keys:, and there are no keys][problem=missing-secret:; the key log lacks some of the secrets][problem=wrong-keys:; the secrets of the key log open nothing][problem=unsupported:, with a version or cipher suite that cannot be decrypted here][problem=handshake-not-captured:, and no whole handshake was captured][problem=lost-place:; too many packets are missing to decrypt the rest][!problem:, and there are no keys].',
      'Handshakes, alerts, the ends, and sizes and times of records can be read; frames cannot.',
      'The secrets of one end are enough: have it write a key log, capture again from the first packet on, and give both: calmwire explain --keylog FILE.',
    ],
    proof: 'TLS records that no secret of a key log opens.',
    variants: {},
  },
};
