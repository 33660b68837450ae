import type { FamilyTexts } from '../messages.ts';

const again =
  '[{probes} of the PINGs measured the bandwidth, and count like any other.] [It happened to {connections:connection|connections} of this capture.][ On its next connection the client waits {nextIntervalMs} between PINGs: the same happens again, only later.]';

export const keepalive: FamilyTexts<'keepalive'> = {
  'keepalive/too-many-pings': {
    title: 'The server ended the connection: too many keepalive PINGs',
    explanation: [
      'The client sent {pingCount:PING|PINGs}[ {intervalMs} apart], and the server counted {strikes:strike|strikes} against its keepalive policy.',
      'It answered with GOAWAY ENHANCE_YOUR_CALM "too_many_pings" and closed.',
      '[?openStreams:{openStreams:call that was|calls that were} open died with the connection.][!openStreams:No call was open, so none was lost.]',
      again,
    ],
    proof:
      'A GOAWAY from the server with code ENHANCE_YOUR_CALM (0xb) and the debug data `too_many_pings`; no other producer of that text is known. The PINGs of the client before it, the gaps between them and the streams open at each tell the variant: `idle`, no stream was open; `interval`, streams were open and the gaps too short; `bdp`, the PINGs are bandwidth probes that follow DATA.',
    variants: {
      idle: {
        title: 'Keepalive PINGs on an idle connection: too_many_pings',
        explanation: [
          'The client sent {pingCount:PING|PINGs}[ {intervalMs} apart] while no stream was open.',
          '[?serverImplementation:{serverImplementation}][!serverImplementation:This server] does not permit that: idle, it wants 2 hours between PINGs, and counted {strikes:strike|strikes} until it sent GOAWAY ENHANCE_YOUR_CALM "too_many_pings" and closed.',
          '[?openStreams:{openStreams:call that was|calls that were} open by then died with the connection.][!openStreams:No call was open, so none was lost.]',
          again,
        ],
      },
      interval: {
        title: 'Keepalive PINGs come faster than the server allows',
        explanation: [
          'The client sent {pingCount:PING|PINGs}[ {intervalMs} apart] while calls were open.',
          '[The minimum of this server is {minTimeMs}.][!minTimeMs:gRPC servers allow one PING in 5 minutes unless they are told otherwise.]',
          'After {strikes:strike|strikes} it sent GOAWAY ENHANCE_YOUR_CALM "too_many_pings" and closed[?openStreams:; {openStreams:open call|open calls} died with it].',
          again,
        ],
      },
      bdp: {
        title: 'Bandwidth probe PINGs were counted as abuse: too_many_pings',
        explanation: [
          'The client follows received DATA with PINGs to measure the bandwidth (BDP probes), and sent {pingCount:PING|PINGs} so[, {intervalMinMs} apart at the least].',
          'The server counted {strikes:strike|strikes} and sent GOAWAY ENHANCE_YOUR_CALM "too_many_pings".',
          '[?openStreams:{openStreams:call that was|calls that were} open died with the connection.][!openStreams:No call was open, so none was lost.]',
          again,
        ],
      },
    },
  },
  'keepalive/will-be-cut': {
    title: 'Idle keepalive PINGs will end this connection',
    explanation: [
      'The client sent {pingCount:PING|PINGs} {intervalMs} apart while no stream was open, and goes on.',
      '[?serverImplementation:{serverImplementation}][!serverImplementation:Such a server] closes with too_many_pings at PING {cutAtPing} of such a run; {strikes:strike|strikes} had fallen when the capture ended.',
      '[{probes} of the PINGs measured the bandwidth, and count like any other.] An answered call in between starts the count anew.',
    ],
    proof:
      'Two or more PINGs of the client without an open stream, less than 2 hours apart, on a connection whose server is known to count strikes, up to the end of the capture. Likely, not certain: the policy of the server is not on the wire.',
    variants: {},
  },
  'keepalive/unanswered-ping': {
    title: 'A keepalive PING got no answer, so its sender closed',
    explanation: [
      'The [by=server:server][!by:client][by=client:client] sent a PING and waited {waitedMs}; no ACK came[, and the last octet from the other side was {silenceMs} old].',
      'It then closed the connection, with {openStreams:call|calls} open: keepalive did its work.',
      'The cause is on the path or at the other end: a host that is gone or frozen, or a device that drops packets.',
      '[A PING had taken {roundTripMs} before.]',
    ],
    proof:
      'A PING without ACK, then FIN or RST from its sender, with nothing from the other side in between. Likely: a capture on one side cannot tell a dead peer from a lost path.',
    variants: {},
  },
  'keepalive/watchdog-false-positive': {
    title: 'Keepalive closed a connection that was alive',
    explanation: [
      'The connection was closed {waitedMs} after a PING without ACK, but the other side was alive.',
      'The timeout is too short for this path or for a pause of the other side.',
      '{openStreams:open call|open calls} died with the connection.',
    ],
    proof:
      '`data`: a PING without ACK and a close by its sender, while DATA of the other side went on arriving between the two. `late-ack`: nothing came in that time, but the ACK did come after the close.',
    variants: {
      data: {
        title: 'Keepalive closed a connection that was alive',
        explanation: [
          'A PING had no ACK for {waitedMs}, so its sender closed, but {receivedBytes} arrived from the other side in that time.',
          'The ACK was queued behind data: the timeout is too short for that much data on this path.',
          '{openStreams:open call|open calls} died with the connection.',
        ],
      },
      'late-ack': {
        title: 'Keepalive closed too early: the ACK came later',
        explanation: [
          'A PING had no ACK for {waitedMs}, so its sender closed; the ACK came[ {ackMs} after the PING].',
          'The other side was alive but slow (a garbage collection, a frozen machine), or the path was: the timeout is too short for that.',
          '{openStreams:open call|open calls} died with the connection.',
        ],
      },
    },
  },
};
