import type { ReadingTexts } from '../../messages.ts';

export const connectionReadings = {
  'too-many-pings': {
    title: 'A server ended the connection because of too many PINGs',
    proves:
      'The server sent GOAWAY ENHANCE_YOUR_CALM with "too_many_pings"[ to {peer}] and closed: it counts PINGs, and the client sent them more often than it permits.[ The interval was {intervalMs}.][ The client goes on with {nextIntervalMs}.]',
    open: 'The line does not say whether the PINGs were idle ones (no call open), too fast ones, or bandwidth probes, nor whether calls were open and died.',
    next: 'Compare the keepalive settings of both sides; a capture shows the PINGs and which rule they broke.',
  },
  'ping-unanswered': {
    title: 'A keepalive PING got no answer, so the program closed the connection',
    proves:
      'The program[ towards {peer}] sent a PING, got no ACK within its timeout, and closed the connection. Open calls failed with it.',
    open: 'It does not show whether the other side was dead, the path was cut, or the ACK was only late behind data.',
    next: 'Look whether the other side lived at that time; a capture on this side shows whether anything still arrived.',
  },
  'closed-under-call': {
    title: 'The other side closed the connection under an open call',
    proves: 'The connection[ to {peer}] ended with an orderly close (FIN, read as EOF) while calls were open.',
    open: 'It does not say who closed: the server, or a proxy or balancer that speaks for it; nor why, nor which calls were processed.',
    next: 'Look for a restart, deployment or idle timeout at that time; several clients in the same second point to a restart.',
  },
  'reset-under-call': {
    title: 'The connection was reset under an open call',
    proves: 'A TCP RST arrived for the connection[ to {peer}] while calls were open.',
    open: 'It does not say who sent it: a process that died, a host that did not know the connection any more, or a device in between.',
    next: 'A capture shows the silence before the RST and its TTL, which tell a timer or a device from a crash.',
  },
  'connection-lost': {
    title: 'A connection was lost under a call, and the line does not say how',
    proves: 'The connection[ to {peer}] ended before the call did[: {detail}].',
    open: 'The program uses the same words for a close by the server, a reset, a proxy timeout, and a keepalive that gave up.',
    next: 'Look for lines just before it, here and at the other end; else capture.',
  },
  'connect-refused': {
    title: 'Connections are refused[: {peer}]',
    proves: 'The host answered the attempt to connect[ to {peer}] with RST: nothing listens on that port.',
    open: 'It does not say for how long: during a restart this is normal for a moment.',
    next: 'Look whether the server runs and listens on that address, and whether the Service points to that port.',
  },
  'connect-timeout': {
    title: 'Nobody answers attempts to connect[: {peer}]',
    proves: 'The attempt to connect[ to {peer}] got no answer in time, or the network says that there is no way.',
    open: 'It does not tell a host that is gone from a firewall that drops, or a listener whose queue is full.',
    next: 'Try the address from the same host or pod; a capture shows whether the SYNs are answered.',
  },
  'connect-failed': {
    title: 'A connection could not be made[: {peer}]',
    proves: 'An attempt to connect[ to {peer}] failed[: {detail}].',
    open: 'The line does not keep the reason apart: refused, no answer, or a handshake that failed.',
    next: 'More of the log, or a capture of the attempt, shows at which step it failed.',
  },
  'no-preface': {
    title: 'The server accepted the connection but sent no HTTP/2 preface',
    proves:
      'The connection[ to {peer}] was made, and the SETTINGS that a server must begin with did not come[: {detail}].',
    open: 'It does not show what listens there: a server that hangs, a TLS port, or another protocol.',
    next: 'Check port and credentials (plaintext or TLS); a capture shows the first octets of the answer.',
  },
  'channel-closed': {
    title: 'The program used a channel that it had closed itself',
    proves: 'The application closed the client (or it was shutting down) and still had calls, or started new ones.',
    open: 'It says nothing about the network or the server.',
    next: 'Look at the order in which the application shuts down, and for a channel that is closed after each use.',
  },
  drained: {
    title: 'A connection was drained with GOAWAY',
    proves:
      'The other side announced the end of the connection (GOAWAY NO_ERROR[, {debugData:quoted}]), as age, idleness or a shutdown demand.',
    open: 'On its own this line is no failure: new calls take a new connection.',
    next: 'It matters only if calls failed at the same time.',
  },
  'drained-call-lost': {
    title: 'A server drained with GOAWAY and cut a call that was still open',
    proves: 'After GOAWAY NO_ERROR[ {debugData:quoted}] the connection[ to {peer}] closed, and a call on it failed.',
    open: 'It does not say whether the server had processed the call.',
    next: 'Compare the length of the calls with the grace period of the server, proxy or pod.',
  },
  'draining-refused': {
    title: 'A call met a connection that was being drained',
    proves: 'The server had sent GOAWAY, so this call was not processed and may be sent again at once.',
    open: 'It does not say why the server drained.',
    next: 'Retries for UNAVAILABLE cover this; many such lines point to a server that drains often or in one step.',
  },
  'late-write': {
    title: 'One cancelled call made a server kill the whole connection',
    proves:
      'The server answered stream {stream} after the client had reset it, took its own write for a protocol error, and sent GOAWAY PROTOCOL_ERROR.',
    open: 'It does not say how many other calls died with the connection.',
    next: 'Update the server; a longer timeout in the client only hides it.',
  },
  'goaway-protocol': {
    title: 'The connection ended with GOAWAY PROTOCOL_ERROR',
    proves:
      'The other side[ ({peer})] ended the connection with PROTOCOL_ERROR[: {debugData:quoted}], and all its calls died.',
    open: 'The line does not say what had been done wrong. With Vert.x, Netty and ServiceComb servers it is most often their own late write to a cancelled call.',
    next: 'Look for timeouts of calls on the same connection just before; a capture shows the debug data.',
  },
  'goaway-code': {
    title: 'The connection ended with GOAWAY[ {errorCode}]',
    proves:
      'The other side[ ({peer})] ended the connection with GOAWAY[ {errorCode}][: {debugData:quoted}], and its calls died.',
    open: 'It does not say what it objected to, unless the debug data does.',
    next: 'Look into the log of the other side at that time.',
  },
  'goaway-flood': {
    title: 'A flood guard ended the connection',
    proves:
      'The connection was ended by protection against floods of frames (resets, PINGs, empty frames)[: {detail}].',
    open: 'It does not say whether that was an attack: many calls that reach a short deadline at once look the same.',
    next: 'Look for a burst of cancelled calls; raise the guard only for clients that you know.',
  },
  'goaway-calm': {
    title: 'The other side asked for calm (ENHANCE_YOUR_CALM) and gave no reason',
    proves: 'The connection or stream was ended with ENHANCE_YOUR_CALM.',
    open: 'It leaves open whether keepalive PINGs or a burst of resets was too much.',
    next: 'Lines with the debug data tell: "too_many_pings" or a flood guard; else capture.',
  },
  'session-code': {
    title: 'An HTTP/2 session ended with an error[: {errorCode}]',
    proves: 'The session was closed with [?errorCode:{errorCode}][!errorCode:an error code], and its calls died.',
    open: 'Nearly always that is the GOAWAY of the other side; the line does not say who found fault, nor with what.',
    next: 'Look into the log of the other side at that time; a capture shows the debug data.',
  },
  'session-internal': {
    title: 'An HTTP/2 session ended with INTERNAL_ERROR',
    proves: 'The session was closed with error code 2.',
    open: 'Node sends this code when its own reset guard trips (about 1,000 fast cancels), other servers when they fail.',
    next: 'Count the cancelled calls before it; look into the log of the other side.',
  },
} as const satisfies ReadingTexts;
