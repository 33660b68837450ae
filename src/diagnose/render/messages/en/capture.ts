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
  'capture/clock-leap': {
    title: 'The clock of the capture leaps {byMs}[direction=forward: ahead][direction=back: back]',
    explanation: [
      'At packet {packet} packet times go {byMs}[direction=forward: ahead][direction=back: back] within {connections:connection|connections}[; {more:further leap is|further leaps are} like it].',
    ],
    proof:
      'TCP time stamps, by which each host counts its own time, do not advance as the packet times do: two hosts agree on how much time passed. Without time stamps: the packets of a connection go back in time by more than reordering explains. A silence that the time stamps of any host confirm is none.',
    variants: {
      hosts: {
        title: 'The clock of the capture leaps {byMs}[direction=forward: ahead][direction=back: back]',
        explanation: [
          'At packet {packet} packet times go {byMs}[direction=forward: ahead][direction=back: back], while the TCP time stamps of the hosts go on evenly[; {more:further leap is|further leaps are} like it].',
          'Times and durations of this report are mended by the clocks of the hosts: behind that packet they differ from the packet times that other tools show.',
          'The clock of the capturing machine was set (NTP, by hand), or the machine was suspended.',
        ],
      },
      order: {
        title: 'The clock of the capture goes back {byMs}',
        explanation: [
          'At packet {packet} the packets of {connections:connection go|connections go} back in time by {byMs}, farther than reordering explains[; {more:further leap is|further leaps are} like it].',
          'How much time really passed is unknown, because they carry no TCP time stamps: nothing that rests on durations is claimed on these connections.',
          'The clock of the capturing machine was set, or files were joined in the wrong order (mergecap puts them in order).',
        ],
      },
      'one-host': {
        title: 'The clock of the capture may have leapt {byMs} ahead',
        explanation: [
          'At packet {packet} the packet times go {byMs} further than the TCP time stamps of one host, and no other host was heard that would decide[; {more:further leap is|further leaps are} like it].',
          'Either the clock of the capture was set, or that host was suspended, or its packets waited somewhere: what rests on durations is only possible on {connections:this connection|these connections}.',
        ],
      },
    },
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
