import type { FamilyTexts } from '../messages.ts';

const history =
  '[The connection was {ageMs} old.][ It had been silent for {idleGapMs} before the newest of these requests.]';
const senders =
  '[?foreignTimeToLive:The RST has another TTL than the other packets of the server: a device in between sent it.][!foreignTimeToLive:A process that stops without draining does this, a crash, or a proxy or load balancer in between.]';

export const connection: FamilyTexts<'connection'> = {
  'connection/abrupt-close': {
    title: 'The server ended the connection under open calls, without GOAWAY',
    explanation: [
      'The server ended the connection while {openStreams:call was|calls were} open, and sent no GOAWAY before.',
      'Without GOAWAY the client cannot tell which calls were processed: it reports all as failed ("EOF", "connection closed").',
      history,
      senders,
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
          senders,
        ],
      },
      rst: {
        title: 'The server reset (RST) the connection under open calls',
        explanation: [
          'The server sent RST while {openStreams:call was|calls were} open, and no GOAWAY before it.',
          'The client reports all of them as failed ("connection reset by peer"), and cannot tell which were processed.',
          history,
          senders,
        ],
      },
    },
  },
  'connection/idle-close-race': {
    title: 'A request met the closing of an idle connection',
    explanation: [
      'The connection had been silent for {gapMs} and was being closed when the client sent {openStreams:new request|new requests} on it.',
      'Close and request were {sinceFinMs:abs} apart[ (a round trip takes {roundTripMs})]: the client had not noticed yet.',
      '[{sameGapConnections} connections were closed after the same silence, so a timer closes them.][ A timer of that length: {timer}.]',
      '[?foreignTimeToLive:The RST has another TTL than the other packets of the server: a device in between sent it.]',
    ],
    proof:
      'After a silence, FIN or RST from the server within about a round trip of a new HEADERS of the client, which is never answered. The same silence on several connections points to a timer; a TTL unlike that of the other packets points to a device in between.',
    variants: {},
  },
  'connection/half-open': {
    title: 'The connection is half-open: nothing comes back, nobody closes',
    explanation: [
      'The client sent its data {retransmissions:more time|more times}, and for {silenceMs} not one octet came back, nor FIN or RST.',
      'The other end is gone, or a device in between has forgotten the connection.',
      '[It had been silent for {idleGapMs} before that.][ A timer of that length: {timer}.]',
      '{openStreams:call waits|calls wait} for a deadline, or until TCP gives up, on Linux after about 15 minutes.',
    ],
    proof:
      'The client retransmits the same octets at growing distances, and the server sends nothing, not even an ACK. Likely: the capture point may itself have lost the answers.',
    variants: {},
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
      '[?closed:The sender then closed the connection.]',
    ],
    proof: 'A SETTINGS frame without ACK from the other side while other frames of that side went on arriving.',
    variants: {},
  },
  'connection/pinned': {
    title: 'One server gets nearly all calls',
    explanation: [
      '{percent} of {calls:call|calls} went to {server}, though the clients connected to {servers:server|servers}.',
      'A gRPC client keeps one long connection, so a balancer that decides per connection (L4, a Kubernetes Service) decides only once.',
    ],
    proof: 'The calls of the capture, counted by server address.',
    variants: {},
  },
  'connection/stream-ids-exhausted': {
    title: 'The connection has used up its stream ids',
    explanation: [
      'Stream {lastStreamId} is next to the last possible id, 2147483647.',
      'No new call can start here: the client must open a new connection (RFC 9113 §5.1.1).',
    ],
    proof: 'A stream id close to 2^31-1 on the wire.',
    variants: {},
  },
};
