import type { FamilyTexts } from '../messages.ts';

export const flow: FamilyTexts<'flow'> = {
  'flow/stream-stalled': {
    title: 'A stream stands still: the {sender:other} grants no window',
    explanation: [
      'The {sender} has data for stream {stream}, whose window stood at [{windowBytes}][!windowBytes:zero] for {stalledMs}.',
      'The {sender:other} sent no WINDOW_UPDATE for it[?alive:, though the connection was alive].',
      'Its application has stopped reading, or waits for a message larger than the window[ of {initialWindowBytes}].',
    ],
    proof:
      'The window of the stream, counted from SETTINGS, DATA and WINDOW_UPDATE, is too small for the next frame, and no WINDOW_UPDATE comes while the connection is alive.',
    variants: {},
  },
  'flow/connection-stalled': {
    title: 'All streams stand still: the connection window is empty',
    explanation: [
      'For {stalledMs} the {sender} could send nothing on any of {openStreams:stream|streams}: the window of the connection was empty.',
      'The {sender:other} sent no WINDOW_UPDATE for stream 0[?alive:, though the connection was alive].',
      'One reader that does not read, or credit lost with reset streams, stops them all.',
    ],
    proof:
      'The window of the connection is zero while streams have data to send, and no WINDOW_UPDATE for stream 0 comes.',
    variants: {},
  },
  'flow/window-too-small': {
    title: 'A window of {windowBytes} slows large messages down',
    explanation: [
      'The {sender:other} grants {windowBytes}, so a message of {messageBytes} stops for WINDOW_UPDATE again and again.',
      '[With a round trip of {roundTripMs} it passes at most {bytesPerSecond} a second.]',
    ],
    proof: 'The sender waits at an empty window once a round trip, in messages larger than the window.',
    variants: {},
  },
  'flow/window-overrun': {
    title:
      '[scope=increment:The {by} raised a window beyond its maximum][!scope:The {by} sent more than the window allowed][scope=stream:The {by} sent more than the stream window allowed][scope=connection:The {by} sent more than the connection window allowed]',
    explanation: [
      '[scope=increment:A WINDOW_UPDATE of the {by} took a window {overBytes} beyond 2^31-1][scope=stream:The {by} sent {overBytes} more than the window of stream {stream} had left][scope=connection:The {by} sent {overBytes} more than the window of the connection had left][ ({windowBytes})].',
      'The receiver must end the stream or the connection with FLOW_CONTROL_ERROR (RFC 9113 §6.9.1).',
    ],
    proof: 'The arithmetic of SETTINGS, DATA and WINDOW_UPDATE; both SETTINGS must have been seen.',
    variants: {},
  },
  'flow/credit-leak': {
    title: 'Connection window credit is being lost',
    explanation: [
      '{missingBytes} of the connection window were used and never given back by the {receiver}.',
      '[About as much lay on {resetStreams:stream that was|streams that were} reset: DATA of reset streams counts too.]',
      'When the window is used up, all streams stop.',
    ],
    proof: 'The credit that does not come back grows by what was sent on streams that were reset.',
    variants: {},
  },
};
