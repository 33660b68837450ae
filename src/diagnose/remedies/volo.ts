import { fastPings, idlePings, type RemedyTable } from './entry.ts';

export const volo: RemedyTable = [
  {
    for: ['stream/request-trailers'],
    role: 'client',
    rank: 1,
    setting: 'volo-grpc',
    value: '>= 0.9.3',
    why: 'request-trailers-fixed',
    snippet: `cargo update -p volo-grpc --precise 0.9.3 # or 0.8.x
cargo update -p volo-build --precise 0.9.5 # generates the code for it`,
  },
  {
    for: idlePings,
    role: 'client',
    rank: 1,
    setting: 'http2_keepalive_while_idle',
    value: 'false',
    why: 'idle-pings-off',
    snippet: `ClientBuilder::new("service")
    .http2_keepalive_interval(<<clientIntervalMs:rust>>)
    .http2_keepalive_while_idle(false)`,
  },
  {
    for: fastPings,
    role: 'client',
    rank: 1,
    setting: 'http2_keepalive_interval',
    value: '>= <<clientIntervalMs:dur>>',
    why: 'interval-above-minimum',
    snippet: `ClientBuilder::new("service").http2_keepalive_interval(<<clientIntervalMs:rust>>)`,
  },
  {
    for: ['keepalive/watchdog-false-positive'],
    role: 'client',
    rank: 1,
    setting: 'http2_keepalive_timeout',
    value: '<<pingTimeoutMs:dur>>',
    why: 'longer-ping-timeout',
    snippet: `ClientBuilder::new("service").http2_keepalive_timeout(<<pingTimeoutMs:rust>>)`,
  },
  {
    for: ['goaway/flood-guard'],
    when: { errorCode: 'ENHANCE_YOUR_CALM' },
    role: 'server',
    rank: 2,
    setting: 'http2_max_pending_accept_reset_streams',
    value: '<<aboveResets>>',
    why: 'raise-flood-guard',
    snippet: `Server::new().http2_max_pending_accept_reset_streams(<<aboveResets>>)`,
  },
];
