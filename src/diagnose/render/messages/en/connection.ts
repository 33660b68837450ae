import type { FamilyTexts } from '../messages.ts';

const history =
  '[The connection was {ageMs} old.][ It had been silent for {idleGapMs} before the newest of these requests.]';
/** Silences that a timer ended: what is known of it, or that nothing is. */
const timers =
  '[{sameGapConnections} connections were closed after the same silence, so a timer closes them.][ A timer of that length: {timer}.][!timer: No documented default is that long: look for one that was configured.]';
const cutInSilence = `[For {gapMs} before the end nothing had gone over the connection. ${timers}]`;
/** Of a flow that was dropped while it was silent only the bounds of the timer are known. */
const forgottenAfter =
  '[It had been silent for {idleGapMs} before that[, and had outlived {survivedMs} once].][ Timers in that range: {timer}.][?idleGapMs:[!timer: No documented default lies in that range.]]';
const senders =
  '[?foreignTimeToLive:The RST has another TTL than the other packets of the server: a device in between sent it.][!foreignTimeToLive:A process that stops without draining does this, a crash, or a proxy or load balancer in between.]';

export const connection: FamilyTexts<'connection'> = {
  'connection/abrupt-close': {
    title: 'The server ended the connection under open calls, without GOAWAY',
    explanation: [
      'The server ended the connection while {openStreams:call was|calls were} open, and sent no GOAWAY before.',
      'Without GOAWAY the client cannot tell which calls were processed: it reports all as failed ("EOF", "connection closed").',
      history,
      `${cutInSilence} ${senders}`,
    ],
    proof:
      'FIN or RST from the server while streams were open, and no GOAWAY from the server on that connection. The cause behind it is read from what else happened: all connections of the server at once (restart), the same silence before each close (a timer), another TTL (a device in between).',
    variants: {
      fin: {
        title: 'The server closed (FIN) under open calls, without GOAWAY',
        explanation: [
          'The server sent FIN while {openStreams:call was|calls were} open, and no GOAWAY before it.',
          'Without GOAWAY the client cannot tell which calls were processed: it reports all as failed ("EOF", "connection closed").',
          history,
          `${cutInSilence} ${senders}`,
        ],
      },
      rst: {
        title: 'The server reset (RST) the connection under open calls',
        explanation: [
          'The server sent RST while {openStreams:call was|calls were} open, and no GOAWAY before it.',
          'The client reports all of them as failed ("connection reset by peer"), and cannot tell which were processed.',
          history,
          `${cutInSilence} ${senders}`,
        ],
      },
    },
  },
  'connection/idle-close-race': {
    title: 'A request met the closing of an idle connection',
    explanation: [
      'The connection had been silent for {gapMs} and was being closed when the client sent {openStreams:new request|new requests} on it.',
      'Close and request were {sinceFinMs:abs} apart[ (a round trip takes {roundTripMs})]: the client had not noticed yet.',
      timers,
      '[?pinged:PINGs of the client went on in that time and did not count.] [?foreignTimeToLive:The RST has another TTL than the other packets of the server: a device in between sent it.]',
    ],
    proof:
      'After a silence, FIN or RST from the server within about a round trip of a new HEADERS of the client, which is never answered. The same silence on several connections points to a timer; a TTL unlike that of the other packets points to a device in between.',
    variants: {},
  },
  'connection/half-open': {
    title: 'The connection is half-open: nothing comes back, nobody closes',
    explanation: [
      'Nothing more came back over this connection, or RST did, without any end before: the other end or a device in between knows it no more.',
      forgottenAfter,
      '{openStreams:call|calls} suffered.',
    ],
    proof:
      '`silent`: the client retransmits the same octets at growing distances, and the server sends nothing, not even an ACK; likely, because the capture point may itself have lost the answers. `reset`: the first request after a silence meets RST about a round trip later, which acknowledges nothing of it, and neither FIN nor GOAWAY came before; certain when the RST has a TTL of its own or when it came after the same silence on several connections.',
    variants: {
      silent: {
        title: 'The connection is half-open: nothing comes back, nobody closes',
        explanation: [
          'The client sent its data {retransmissions:more time|more times}, and for {silenceMs} not one octet came back, nor FIN or RST.',
          '[?pathWorks:A newer connection to the same server was answered meanwhile: the path is there, and a device on it has forgotten this connection or drops it.][!pathWorks:The other end is gone, or a device in between has forgotten the connection.]',
          forgottenAfter,
          '{openStreams:call waits|calls wait} for a deadline, or until TCP gives up, on Linux after about 15 minutes.',
        ],
      },
      reset: {
        title: 'The connection was forgotten: the next request met RST',
        explanation: [
          'After a silence the client sent {openStreams:request|requests}, and RST came[ {resetAfterMs} later]; neither FIN nor GOAWAY had ended the connection before.',
          '[?foreignTimeToLive:The RST has another TTL than the packets of the server: a device in between sent it.][!foreignTimeToLive:So a balancer, NAT or firewall had dropped the idle flow, or the host behind that address had restarted.]',
          forgottenAfter,
          '[{sameGapConnections} connections met it after the same silence.]',
        ],
      },
    },
  },
  'connection/short-lived': {
    title: 'One call per connection: the client closes after each call',
    explanation: [
      '{connections:connection|connections} carried one call each, and the client closed each of them after the answer.',
      'Nothing failed, but every call pays for a new connection[, {handshakeMs} from SYN to request].',
      'Log lines about a closing or draining connection that come with this are noise.',
    ],
    proof: 'Connections with exactly one call each, answered in full, and then FIN from the client first.',
    variants: {},
  },
  'connection/server-restart': {
    title: 'All connections of one server ended together: it stopped',
    explanation: [
      '{connections:connection|connections} to {server} ended within {spreadMs}, without GOAWAY.',
      'That is a process that exits, crashes or is redeployed, not the fault of one call.',
      '[?openStreams:{openStreams:call was|calls were} open and failed.][!openStreams:No call was open.]',
      '[?refusedAfter:New connections were refused afterwards.]',
    ],
    proof:
      'All open connections of one server address end within about 100 ms, by FIN or RST of the server and without GOAWAY. Likely: a proxy in front of it that stops looks the same.',
    variants: {},
  },
  'connection/no-server-preface': {
    title: 'The server accepted the connection but never sent SETTINGS',
    explanation: [
      'The client sent the HTTP/2 preface, and in {waitedMs} the server sent [?receivedBytes:{receivedBytes} but no SETTINGS][!receivedBytes:nothing].',
      'A server must begin with SETTINGS (RFC 9113 §3.4); most clients hold back all calls until then.',
      '[closedBy=client:Then the client closed.][closedBy=server:Then the server closed.][!closedBy:The connection was still open when the capture ended.]',
      'Usual causes: a listener that is overloaded or frozen, TLS on that port, or another protocol.',
    ],
    proof: 'The preface of the client was seen, and no SETTINGS frame of the server until the end of the connection.',
    variants: {},
  },
  'connection/refused': {
    title: '{server} refuses connections',
    explanation: [
      '{connections:attempt|attempts} to connect to {server} met a RST at once: the host answers, and nothing listens on that port.',
      '[?servedLater:The client was served all the same, later or at another address.][!servedLater:Clients report UNAVAILABLE with "connection refused" and try again with growing pauses.]',
      'Usual causes: the server is not started yet or has stopped, it listens on another address or port, or a Service points to the wrong port.',
    ],
    proof: 'A SYN that was answered with RST, and no connection to that address in the capture.',
    variants: {},
  },
  'connection/unreachable': {
    title: '{server} does not answer attempts to connect',
    explanation: [
      'The client sent SYN to {server}, repeated it {repeats:time|times} in {waitedMs}, and got no answer at all.',
      '[?servedLater:It was served all the same, later or at another address.][!servedLater:Without a connect timeout of its own a client waits for minutes.]',
      'Usual causes: the host or pod is gone, there is no route, or a firewall or security group drops the packets.',
    ],
    proof: 'A SYN that was sent at least three times and never answered, neither by SYN-ACK nor by RST.',
    variants: {},
  },
  'connection/settings-not-acked': {
    title: 'SETTINGS were never acknowledged',
    explanation: [
      'The {by:other} sent SETTINGS, and in {waitedMs} the {by} did not acknowledge them.',
      'Until the ACK the sender must reckon with the old values (RFC 9113 §6.5.3).',
      '[?closed:The sender then ended the connection with GOAWAY SETTINGS_TIMEOUT[?openStreams:, and {openStreams:open call|open calls} with it].]',
    ],
    proof:
      'A SETTINGS frame without ACK from the other side: certain when its sender says GOAWAY SETTINGS_TIMEOUT, likely when other frames of that side went on arriving for 5 seconds and more.',
    variants: {},
  },
  'connection/pinned': {
    title: 'One connection carries nearly all calls of this client',
    explanation: [
      '{percent} of {calls:call|calls} went over one connection to {server}[, {ageMs} old], though the client host connected to {servers} servers on that port.',
      '[?onlyChecked:The others got TCP health checks and no call.]',
      'A gRPC client keeps one long connection, so a balancer that decides per connection (L4, a Kubernetes Service) decides only once.',
    ],
    proof:
      'The calls of the capture by client host, server port and server address: at least 100 calls, 95 % of them on one connection, while another server on that port answered HTTP/2 (likely) or took repeated TCP health checks (possible).',
    variants: {},
  },
  'connection/stream-ids-exhausted': {
    title: 'The stream ids of the connection run out',
    explanation: [
      'Stream {lastStreamId} leaves room for {remaining:more call|more calls}: the last id is 2147483647.',
      'Then the client must open a new connection (RFC 9113 §5.1.1).',
    ],
    proof:
      'The highest stream id of the client on the wire. `used-up`: fewer than 1,000 calls are left; `late`: three quarters of the ids are used, at which grpc-go gives a connection up.',
    variants: {
      'used-up': {
        title: 'The connection has used up its stream ids',
        explanation: [
          'Stream {lastStreamId} leaves room for {remaining:more call|more calls}: the last id is 2147483647.',
          'After that no call can start here, and the client must open a new connection (RFC 9113 §5.1.1).',
          '[?replaced:It did so.]',
        ],
      },
      late: {
        title: 'Most stream ids of the connection are used',
        explanation: [
          'Stream {lastStreamId} leaves room for {remaining:more call|more calls} on this connection: the last id is 2147483647.',
          '[?replaced:The client has opened a new connection.]',
        ],
      },
    },
  },
  'connection/health-checks': {
    title: 'TCP health checks: connections without an octet',
    explanation: [
      '{connections:connection|connections} to {server} were opened and closed again without an octet from the client, one every {everyMs}.',
      'That is how balancers and orchestrators see whether a port is open. It does no harm; log lines of the server about a missing or bogus preface come from it.',
    ],
    proof:
      'At least three connections from one host to one port, established, and closed by their client, which sent nothing.',
    variants: {},
  },
};
