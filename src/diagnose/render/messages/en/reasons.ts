import type { ReasonKey } from '../../../remedies/reasons.ts';

export const reasons: Readonly<Record<ReasonKey, string>> = {
  'idle-pings-off':
    'The client must not ping while no stream is open. The price: it notices a dead idle connection only at the next call.',
  'idle-pings-off-no-backoff':
    'The client must not ping while no stream is open. Kitex does not lengthen its interval after too_many_pings, so this repeats for ever.',
  'interval-above-minimum':
    'The interval must not be below the minimum of the server[, {minTimeMs}][!minTimeMs:, 5 minutes unless it sets another].',
  'permit-idle-pings':
    'Or the server permits PINGs without a stream. Its MinTime must stay below the interval of the client[ ({intervalMinMs} was seen)].',
  'minimum-below-interval':
    'Or the server accepts shorter intervals than the client uses[ ({intervalMinMs} was seen)].',
  'minimum-cannot-permit-idle':
    '--grpc-keepalive-min-time sets only the minimum while a stream is open: idle PINGs stay forbidden, unless etcd is embedded with an option of its own. Setting it to 0 is worse: the 5 minutes of grpc-go then apply.',
  'proxy-pings-always':
    'Envoy pings whether streams are open or not: without connection_keepalive, or with an interval and a server that allow it, it does no harm.',
  'no-bandwidth-probes': 'A fixed window switches off the bandwidth estimation, and its PINGs with it.',
  'longer-ping-timeout':
    'The ACK waits behind data. The timeout must exceed what a full send buffer takes on this path[; {waitedMs} was too short].',
  'notice-dead-idle':
    'PINGs keep the path open and find out when it is dead[: it did not survive {idleGapMs} of silence]. Without the option for idle connections nothing is sent while no stream is open; and the server must permit such PINGs.',
  'graceful-stop': 'A graceful stop announces the end with GOAWAY and lets the open calls finish.',
  'graceful-stop-fixed':
    'Before 0.12.0 Kitex closed its connections without GOAWAY; 0.12.2 also waits for requests that are on their way.',
  'drain-before-kill':
    'A pod is still among the endpoints when its stop begins. The pause lets clients notice; the grace period must outlast the pause and the draining.',
  'announce-idle-close':
    'The server closes idle connections itself, announced with GOAWAY, before [a silence of {gapMs} is reached][!gapMs:a device in between does so silently].',
  'keepalive-needs-both-sides':
    'Client keepalive alone prevents nothing: without PermitWithoutStream it sends nothing on an idle connection, and with it the server must permit it, or the end is too_many_pings.',
  'retry-idempotent':
    'These calls may have been processed when the connection died. Retry only methods that may run twice.',
  'retry-policy-trap':
    'NewFailurePolicy() retries timeouts only, not this error. Use it only for methods that may run twice.',
  'client-closes-first':
    'The client gives the connection up[ after {belowGapMs}], before the other side does[ after {gapMs}]: no request can meet the close.',
  'keep-idle-longer': 'The timer must be longer than that of the client[; {gapMs} was seen].',
  'keep-flow-longer':
    'The balancer forgets a silent flow and drops what comes later[; {idleGapMs} was too long]. PINGs of a client do count as traffic here.',
  'pings-do-not-count':
    'An ALB does not count HTTP/2 PINGs: only a timeout above the longest silence[ ({gapMs} was too long)] or real messages help. It takes up to 4000 s.',
  'reuse-connection': 'One connection serves all calls; opening one for each costs a handshake a call.',
  'log-noise-fixed': 'Kitex 0.12.2 no longer logs the line as an error.',
  'bound-connecting':
    'grpc-js has no timeout for a connection that is accepted and never answered (grpc-node#2785): a deadline bounds the wait.',
  'spread-calls': 'The client must see all addresses: then it connects to each of them and spreads its calls.',
  'balance-calls':
    'A proxy that understands HTTP/2 chooses a server for each call, one that forwards TCP only for each connection.',
  'tcp-keepalive':
    'TCP keepalive refreshes the flow and notices a dead peer[, sooner than after {idleGapMs}]; no HTTP/2 server counts it as a PING.',
  'recycle-connections': 'Connections end gracefully from time to time, and clients look up addresses anew.',
  'longer-grace':
    'The grace[ of {graceMs}] must exceed the longest call[; the oldest was {longestMs} old when it was cut]. Streams that never end must be ended by the application.',
  'longer-shutdown':
    'The shutdown must wait for the longest call before it closes[; the oldest was {longestMs} old when it was cut]. Streams that never end must be ended by the application.',
  'retry-unprocessed': 'The server never saw these calls, so a retry cannot run anything twice.',
  'reload-cuts-late':
    'A reload ends every connection so. Calls that are open may finish within this time; retries in the client cover what crosses the GOAWAY.',
  'fewer-one-shot-goaways':
    'nginx ends a connection[ after {requests:request|requests}] without announcing it: higher limits make that rare, retries in the client cover the rest.',
  'late-write-fixed':
    'java-chassis 2.8.20 and 3.2.2 drop the late answer to a stream that was reset, instead of writing it.',
  'check-closed-before-write':
    'An answer must not be written to a stream that the client has reset. A completion handler at end() does not help.',
  'no-void-promise':
    'Netty turns a failed write with a void promise into a connection error; with a promise of its own only that write fails.',
  'timeout-hides-late-write':
    'A timeout longer than the handler takes[ ({handlerMs}, against {clientTimeoutMs} now)] avoids the trigger, but does not mend the server.',
  'raise-flood-guard':
    'Only behind a trusted proxy or for known clients[: {resets:reset was|resets were} seen]. The guard protects against rapid reset.',
  'request-trailers-fixed':
    'volo-grpc 0.9.0 and 0.9.1 end every request with trailers; 0.9.3, the next that was published, does not.',
  'no-request-trailers': 'The body of a request must end with data, not with trailers.',
  'late-half-close-fixed': 'grpc-js 1.14.3 sends END_STREAM with the last message again (grpc-node#3031).',
  'late-half-close-unfixed':
    'This client always sends END_STREAM in a frame of its own; no version is known that does not.',
  'late-half-close-server':
    'grpc-go has no option against the reset, and unary handlers cannot wait; a streaming handler can read to the end of the request first.',
  'reset-forwarding-claimed':
    'Envoy 1.39 was meant to pass the response on before the reset (envoy#44749), but 1.39.3 still cut responses in our recordings: mend the client first. Windows and buffers only change the odds.',
  'half-close-runtime-flag': 'A partial cure for versions before 1.39: some responses are still cut.',
  'raise-concurrency': 'The server allows[ {limit}] too few streams at once for this client.',
  'more-connections':
    'Each connection has its own limit[ of {limit}]. Give long-lived streams a connection of their own.',
  'longer-proxy-timeout':
    'The timer of the proxy must exceed the longest call[; it ended this one after {sinceRequestMs}].',
  'longer-deadline':
    'The handler needs more time[: {handlerMs}[ against {timeoutMs}]]. Only if the caller can wait that long.',
  'stop-at-deadline': 'A handler that watches its deadline stops working for nobody.',
  'pass-deadline-on': "The call to the next server must inherit what is left of the caller's deadline.",
  'larger-window':
    'A window that holds a whole message[ of {messageBytes}] needs no pause. It does not help a reader that has stopped reading.',
  'larger-shared-window':
    'All streams of the connection share this window: it must hold what they carry at once[, {messageBytes} and more]. It does not help a reader that has stopped reading.',
  'raise-header-limit':
    'The receiver must accept[ {sizeBytes}]; smaller metadata (tokens, cookies, error details) is the better cure.',
  'reset-stream-only': 'One malformed request then ends its own stream instead of the connection.',
  'raise-message-limit':
    'The limit of the receiver counts[; {sizeBytes} was sent]. Large data is better streamed in parts.',
  'speak-h2c': 'HTTP/2 without TLS (h2c) must be switched on.',
  'speak-plaintext': 'This port does not speak TLS.',
  'speak-tls': 'This port speaks TLS only.',
  'offer-h2': 'The server must offer h2 in the TLS handshake.',
  'alpn-not-enforced': 'A stopgap that newer versions remove.',
  'forward-grpc': 'The proxy needs a route to a backend that is up and speaks gRPC, over HTTP/2.',
  'write-key-log':
    'The program writes the secrets of its TLS connections to a file. Whoever has it can read the traffic: switch it on for the capture only.',
  'write-key-log-elsewhere':
    'This program writes no key log by itself: take it from the other end, or from a library that is loaded before it.',
  'trust-the-ca':
    'The client must trust the CA that signed the certificate of the server, and use a name that stands in it.',
  'renew-certificate':
    'The certificate must be valid, for the name that clients use, and be sent with its intermediates.',
  'present-certificate':
    'The server asks for a client certificate: the client must have one, of a CA that the server trusts.',
  'allow-version': 'Both sides must allow a version in common: TLS 1.2 and 1.3 are what gRPC uses.',
  'retry-unprocessed-only':
    'Only what no server has worked on may be sent again unasked: failed connections and refused streams. Everything else only for methods that may run twice.',
  'proxy-connection-room':
    'Requests wait in the proxy while its connections to the server are full or still being opened.',
  'name-the-port': 'The mesh takes the protocol from the name of the port.',
};
