import type { FamilyTexts } from '../messages.ts';

/** How a call ended for the client, as several findings tell it. */
const end =
  '[end=reset:The client got RST_STREAM[ {errorCode}] instead.][end=close:The client got the end of its connection instead.][end=nothing:The client got nothing.][end=ended:The client got an end without them.]';

const dropped = [
  '[?proxy:{proxy}][!proxy:The proxy] did not pass on the whole answer of {streams:call|calls}[ of {method}]: of {sentBytes} that the server sent, {passedBytes} reached the client[?trailers:, and grpc-status is missing].',
  end,
  '[The server had reset its stream with {serverCode} after the complete answer, and the proxy threw away what it had not sent yet.]',
];

const injected = [
  'The {victim} got a RST[?both:, and the other end one too], which the {sender} never sent: the capture at the {sender} does not show it[, and its TTL is {timeToLive} instead of {usualTimeToLive}].',
  '[?openStreams:{openStreams:call was|calls were} open and died with the connection.]',
];

const swallowed = [
  'Of what the {side} sent, {bytes} never came to the other end[?both:, nor did what came the other way], and nobody told either of them.',
  '[?openStreams:{openStreams:call waits|calls wait} in vain.]',
];

const delayed = [
  '{streams} of {of:call|calls}[ of {method}] were on their way up to {addedMs} longer than the quickest.',
  'That time was spent between the two captures: packets were lost and sent again, or stood in a queue.',
];

export const hop: FamilyTexts<'hop'> = {
  'hop/response-dropped': {
    title: 'The proxy dropped a response that the server had sent',
    explanation: dropped,
    proof:
      'The same call on both hops: behind the proxy the answer is complete, before it octets of it are missing, and the client-side input lost no packets there.',
    variants: {
      part: { title: 'The proxy dropped the end of responses that the server had sent', explanation: dropped },
      whole: {
        title: 'The server answered, and the proxy passed nothing on',
        explanation: [
          '{streams:call was|calls were}[ of {method}] answered in full behind the proxy, with {sentBytes} for the first, and nothing of it reached the client.',
          end,
          '[The server had reset its stream with {serverCode} after the complete answer.]',
        ],
      },
    },
  },
  'hop/trailers-lost': {
    title: 'The proxy lost the trailers of a response',
    explanation: [
      '{streams:answer|answers}[ of {method}] reached the client with all messages but without trailers[; the server had sent grpc-status {grpcStatus}].',
      end,
      '[The server had reset its stream with {serverCode} after the complete answer.]',
    ],
    proof:
      'The same call on both hops: all DATA of the answer is on both, and only the server-side input shows the trailers.',
    variants: {},
  },
  'hop/answered-by-proxy': {
    title: 'The proxy answered instead of the server',
    explanation: [
      '[?proxy:{proxy}][!proxy:The proxy] answered {streams:call|calls}[ of {method}] by itself[, with status {status}][, with grpc-status {grpcStatus}].',
      '[The server answered {lateMs} later, for nobody.]',
    ],
    proof:
      'The same call on both hops: the client has its answer before the server began one, or the proxy reset its own call.',
    variants: {
      'gave-up': {
        title: 'The proxy gave up and answered instead of the server',
        explanation: [
          '[?proxy:{proxy}][!proxy:The proxy] gave up {streams:call|calls}[ of {method}][ {sinceRequestMs} after it had passed them on][, like {timer}], while the client was still waiting.',
          '[It answered by itself with status {status}.][It answered by itself with grpc-status {grpcStatus}.]',
          '[The server answered {lateMs} later, for nobody.]',
        ],
      },
      'too-early': {
        title: 'The proxy answered before the server did',
        explanation: [
          'The client had its answer to {streams:call|calls}[ of {method}] before the server began one: it is that of [?proxy:{proxy}][!proxy:the proxy][, status {status}][, grpc-status {grpcStatus}].',
          '[The server answered {lateMs} later, for nobody.]',
        ],
      },
    },
  },
  'hop/never-forwarded': {
    title: 'Calls ended in the proxy and never reached a server',
    explanation: [
      '{streams:call|calls}[ of {method}] came to [?proxy:{proxy}][!proxy:the proxy] and never appeared behind it.',
      '[The client got status {status}.][The client got grpc-status {grpcStatus}[ {grpcMessage:quoted}].]',
      '[At that time {refused} refused connections of the proxy.]',
      'No server saw them, so a retry is safe.',
    ],
    proof:
      'A failed call of the client side has no counterpart on the server side, although that input was recording at the time. Only likely where nothing but method and time could have told them apart.',
    variants: {},
  },
  'hop/status-rewritten': {
    title: 'The client got another status than the server sent',
    explanation: [
      'In {streams:call|calls}[ of {method}] the server ended with status {serverStatus}, and [?proxy:{proxy}][!proxy:the proxy] told the client {clientStatus}.',
      'What the client reports or retries is then decided by the proxy.',
    ],
    proof:
      'The same call on both hops, complete on both, with different grpc-status (or :status where there is no gRPC).',
    variants: {},
  },
  'hop/reset-translated': {
    title: 'The proxy changed what a reset of the server means',
    explanation: [
      'The server reset {streams:call|calls}[ of {method}] with {serverCode}; [?proxy:{proxy}][!proxy:the proxy] told the client something else[: {clientCode}][: status {status}][: grpc-status {grpcStatus}].',
      '[?safe:The code of the server says that the call was never processed and may be sent again; the client cannot know that any more.]',
    ],
    proof:
      'The same call on both hops: RST_STREAM of the server behind the proxy, and another code or a status before it.',
    variants: {
      code: {
        title: 'The proxy changed the error code of a reset: {serverCode}',
        explanation: [
          'The server reset {streams:call|calls}[ of {method}] with {serverCode}; the client got RST_STREAM[ {clientCode}] from [?proxy:{proxy}][!proxy:the proxy].',
          '[?safe:The code of the server says that the call was never processed and may be sent again; the client cannot know that any more.]',
        ],
      },
      status: {
        title: 'The proxy turned a reset of the server into a status',
        explanation: [
          'The server reset {streams:call|calls}[ of {method}] with {serverCode}; the client got [status {status}][!status:[grpc-status {grpcStatus}][!grpcStatus:a status]] from [?proxy:{proxy}][!proxy:the proxy].',
          '[?safe:The code of the server says that the call was never processed and may be sent again.]',
        ],
      },
    },
  },
  'hop/reset-swallowed': {
    title: 'The client cancelled, and the server was not told',
    explanation: [
      'The client reset {streams:call|calls}[ of {method}], and [?proxy:{proxy}][!proxy:the proxy] did not pass that on.',
      'The server worked on[ for {onMs}][?answered:, to its answer].',
    ],
    proof:
      'The same call on both hops: RST_STREAM of the client before the proxy, and behind it no reset for half a second or more.',
    variants: {},
  },
  'hop/retried': {
    title: 'The proxy sent calls again by itself',
    explanation: [
      '{streams:call|calls}[ of {method}] became several behind [?proxy:{proxy}][!proxy:the proxy], up to {attempts} attempts each.',
      '[The first attempt ended with grpc-status {serverStatus}.][The first attempt ended with RST_STREAM {serverCode}.]',
      '[?failed:The last attempt failed too, and the client waited for all of them.][!failed:The client saw a good answer only.]',
      '[?unsafe:More than one attempt may have been processed: safe only for methods that may run twice.]',
    ],
    proof:
      'One call on the client side, and several on the server side that carry its id, or begin one after the other has failed within its time.',
    variants: {},
  },
  'hop/deadline-changed': {
    title: 'The proxy changed the deadline of calls',
    explanation: [
      'In {streams:call|calls}[ of {method}] the client set grpc-timeout[ {clientTimeoutMs}], and the server got[ {serverTimeoutMs}] another one.',
    ],
    proof: 'The same call on both hops, with different grpc-timeout fields.',
    variants: {
      dropped: {
        title: 'The proxy dropped the deadline of calls',
        explanation: [
          'In {streams:call|calls}[ of {method}] the client set grpc-timeout[ {clientTimeoutMs}], and the server got none.',
          'When the client gives up, the server learns it from a reset at best.',
        ],
      },
      raised: {
        title: 'The server was given more time than the client waits',
        explanation: [
          'In {streams:call|calls}[ of {method}] the client waits[ {clientTimeoutMs}], and the server was given[ {serverTimeoutMs}] more.',
          'When the client has given up, the server may work on for nobody.',
        ],
      },
      lowered: {
        title: 'The server was given less time than the client waits',
        explanation: [
          'In {streams:call|calls}[ of {method}] the client waits[ {clientTimeoutMs}], and the server was given[ {serverTimeoutMs}] less.',
        ],
      },
    },
  },
  'hop/added-delay': {
    title: 'Calls spent {addedMs} in the proxy',
    explanation: [
      '{streams:call|calls}[ of {method}] spent most of the time in [?proxy:{proxy}][!proxy:the proxy]: up to {addedMs} of {wholeMs}.',
    ],
    proof:
      'The time until the first of the answer on the client side, less the same time on the server side: no clock is compared for it. At least 100 ms and half of the whole.',
    variants: {
      request: {
        title: 'Requests waited {addedMs} in the proxy',
        explanation: [
          '{streams:call|calls}[ of {method}] waited in [?proxy:{proxy}][!proxy:the proxy] before it passed the request on: up to {addedMs} of the {wholeMs} until the answer[ (the clocks agree to {errorMs})].',
          '[{openStreams:call was|calls were} open behind the proxy then[; the server allows {limit} on a connection].]',
        ],
      },
      response: {
        title: 'Answers waited {addedMs} in the proxy',
        explanation: [
          'Answers to {streams:call|calls}[ of {method}] waited in [?proxy:{proxy}][!proxy:the proxy]: up to {addedMs} of the {wholeMs} until the client had the first of them[ (the clocks agree to {errorMs})].',
          '[{openStreams:call was|calls were} open behind the proxy then[; the server allows {limit} on a connection].]',
        ],
      },
    },
  },
  'hop/proxy-restarted': {
    title: 'The proxy went away, on both hops at once',
    explanation: [
      '[?proxy:{proxy}][!proxy:The proxy] ended {clientConnections:connection of clients|connections of clients} and {serverConnections:connection to servers|connections to servers} within {spreadMs}.',
      'Neither clients nor servers had closed them: its process ended or was restarted.',
      '[?openStreams:{openStreams:call was|calls were} open and died with it.]',
    ],
    proof:
      'The proxy is the first to end its connections on both hops, within a second, and no connection between the two inputs outlives that.',
    variants: {},
  },
  'hop/keepalive-not-forwarded': {
    title: 'Keepalive PINGs of the client end at the proxy',
    explanation: [
      'The client sent {pings:PING|PINGs}; a PING never passes a proxy, and behind [?proxy:{proxy}][!proxy:this one] the connection was silent for {silenceMs}.',
      'Timers behind the proxy saw an idle connection: only its own keepalive helps there.',
    ],
    proof:
      'PINGs of the client before the proxy, none behind it in the same time, and a connection there that ended after silence.',
    variants: {},
  },
  'hop/reset-injected': {
    title: 'A device on the path reset the connection, not the {sender}',
    explanation: injected,
    proof:
      'One connection captured at both of its ends (the same initial sequence number): one end got a RST that the capture at the other end does not show being sent, and that capture lost no packets of it.',
    variants: {
      idle: {
        title: 'A device on the path reset the idle connection, not the {sender}',
        explanation: [
          ...injected,
          'The connection had been silent for {silenceMs}: firewalls, NAT and load balancers forget silent connections and answer the next packet with RST. Keepalive below that time keeps them from it.',
        ],
      },
      busy: {
        title: 'A device on the path reset the connection, not the {sender}',
        explanation: [
          ...injected,
          'The connection was in use: a firewall or intrusion filter that dislikes it, a failover, or a balancer whose target is gone does this.',
        ],
      },
    },
  },
  'hop/path-dropped': {
    title: 'The network swallows what the {side} sends',
    explanation: swallowed,
    proof:
      'One connection captured at both of its ends: frames that one end sent are not in the capture at the other, a second later and more, and neither capture misses packets of the connection.',
    variants: {
      idle: {
        title: 'After a silence the network swallows what the {side} sends',
        explanation: [
          ...swallowed,
          '[Before that the connection had been silent for {silenceMs}: a firewall, NAT or balancer has forgotten it and drops what it does not know. Keepalive below that time keeps it from that.]',
        ],
      },
      busy: {
        title: 'The network swallows what the {side} sends',
        explanation: [
          ...swallowed,
          'The connection was in use until then: a link or device failed, or a rule of a firewall changed.',
        ],
      },
    },
  },
  'hop/path-delayed': {
    title: 'The network held {streams:call|calls} back, up to {addedMs}',
    explanation: delayed,
    proof:
      'One connection captured at both of its ends: frames of some calls were on their way longer than those of others, by 100 ms and half of what the client waited. Only ways of one direction are compared, so no clock matters.',
    variants: {
      request: { title: 'The network held requests back, up to {addedMs}', explanation: delayed },
      response: { title: 'The network held answers back, up to {addedMs}', explanation: delayed },
    },
  },
};
