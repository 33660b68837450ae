import type { FamilyTexts } from '../messages.ts';

export const flow: FamilyTexts<'flow'> = {
  'flow/stream-stalled': {
    title: 'A stream stands still: the {sender:other} grants no window',
    explanation: [
      'The {sender} has data for stream {stream}, whose window stood at [{windowBytes}][!windowBytes:zero] for {stalledMs}[, after {sentBytes} had been sent].',
      '[fate=resumed:Only then the {sender:other} sent WINDOW_UPDATE, and the stream went on.][fate=answered:The {sender:other} sent no WINDOW_UPDATE for it[?alive:, though it was there and sent other frames], and answered with an error at last.][fate=open:The {sender:other} sent no WINDOW_UPDATE for it to the end[?alive:, though it was there and sent other frames].][fate=reset:The {sender:other} sent no WINDOW_UPDATE for it[?alive:, though it was there and sent other frames], until the stream was reset.][!fate:The {sender:other} sent no WINDOW_UPDATE for it[?alive:, though it was there and sent other frames].]',
      'Its application has stopped reading, or waits for a message larger than the window[ of {initialWindowBytes}].',
      '[{streams:stream stands|streams stand} still so.]',
    ],
    proof:
      'The window of the stream, counted from SETTINGS, DATA and WINDOW_UPDATE, is used up in the middle of a message, and no WINDOW_UPDATE comes for 5 seconds, or until the call is reset and most of its life was that. Certain when the receiver sends other frames meanwhile. A pause that ends is told without being a failure.',
    variants: {},
  },
  'flow/connection-stalled': {
    title: 'All streams stand still: the connection window is empty',
    explanation: [
      'For {stalledMs} the {sender} could send nothing on any of {openStreams:stream|streams}: the window of the connection was empty[ (it was {grantedBytes} at most)].',
      'The {sender:other} sent no WINDOW_UPDATE for stream 0[?alive:, though it was there and sent other frames].',
      '[?unreadStream:Stream {unreadStream} alone took {unreadBytes} of it and is not read: one reader that does not read stops them all.][!unreadStream:One reader that does not read, or credit lost with reset streams, stops them all.]',
    ],
    proof:
      'The window of the connection is used up while a message is under way, and no WINDOW_UPDATE for stream 0 comes for 5 seconds, or until calls die of it.',
    variants: {},
  },
  'flow/window-too-small': {
    title: 'A window of {windowBytes} slows large messages down',
    explanation: [
      'The {sender:other} grants {windowBytes} a [scope=stream:stream][scope=connection:connection], so a message of {messageBytes} stops for WINDOW_UPDATE again and again[: {waits:time|times} so far, {lostMs} in all].',
      '[With a round trip of {roundTripMs} it passes at most {bytesPerSecond} a second.]',
      '[{percent} of the time of {messages:such message was|such messages was} waiting for the window.]',
    ],
    proof:
      'The sender uses the window up in the middle of messages and goes on right after WINDOW_UPDATE, each time about a round trip later. Longer stops are a slow reader, which a larger window does not help.',
    variants: {},
  },
  'flow/window-overrun': {
    title:
      '[scope=increment:The {by} raised a window beyond its maximum][!scope:The {by} sent more than the window allowed][scope=stream:The {by} sent more than the stream window allowed][scope=connection:The {by} sent more than the connection window allowed]',
    explanation: [
      '[scope=increment:A WINDOW_UPDATE of the {by} took [?stream:the window of stream {stream}][!stream:the window of the connection] {overBytes} beyond 2^31-1.][scope=stream:The window of stream {stream} had [{windowBytes}][!windowBytes:less] left, and the {by} sent[ {frameBytes}:] {overBytes} too much.][scope=connection:The window of the connection had [{windowBytes}][!windowBytes:less] left, and the {by} sent[ {frameBytes}:] {overBytes} too much.]',
      '[reaction=goaway:The {by:other} ended the connection with GOAWAY[?openStreams:, and {openStreams:open call|open calls} died with it].][reaction=rst:The {by:other} reset the stream.][!reaction:The {by:other} let it pass, but it must end the stream or the connection with FLOW_CONTROL_ERROR (RFC 9113 §6.9.1).]',
    ],
    proof: 'The arithmetic of SETTINGS, DATA and WINDOW_UPDATE; both SETTINGS must have been seen.',
    variants: {},
  },
  'flow/credit-leak': {
    title: 'Connection window credit is being lost',
    explanation: [
      '{missingBytes} of the connection window were used and never given back by the {receiver}.',
      '[They went with {resetStreams:stream that was|streams that were} reset[, on which {resetBytes} had been sent]: DATA of reset streams counts too, and must be given back.]',
      '[?leftStreams:{leftBytes} are left: after about {leftStreams:more such stream|more such streams} the window is used up, and all streams stop.][!leftStreams:The window is used up, and all streams stop.]',
    ],
    proof:
      'With each of several resets the highest value of the connection window sinks, never by more than had been sent on the stream, and it does not come back.',
    variants: {},
  },
};
