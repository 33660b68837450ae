/** Google Cloud: its load balancers' timers, and the connection tracking of the network. */
import type { RemedyTable } from './entry.ts';

/** The most that `timeoutSec` takes. */
const TIMEOUT_MAX_S = 86_400;

export const gcp: RemedyTable = [
  {
    for: ['stream/proxy-timeout'],
    role: 'middlebox',
    rank: 1,
    setting: 'backend service timeoutSec',
    value: `${TIMEOUT_MAX_S}`,
    why: 'longer-proxy-timeout',
    snippet: `gcloud compute backend-services update "$SERVICE" --global --timeout=${TIMEOUT_MAX_S}`,
  },
  {
    for: ['connection/idle-close-race', 'connection/abrupt-close'],
    needs: ['gapMs'],
    role: 'middlebox',
    rank: 1,
    setting: 'httpKeepAliveTimeoutSec',
    value: '1200',
    why: 'keep-idle-longer',
    snippet: 'gcloud compute target-https-proxies update "$PROXY" --global --http-keep-alive-timeout-sec=1200',
  },
  {
    for: ['connection/half-open'],
    needs: ['idleGapMs'],
    role: 'middlebox',
    rank: 2,
    setting: 'Cloud NAT tcpEstablishedIdleTimeoutSec',
    value: '<<aboveIdleMs:s>>',
    why: 'keep-flow-longer',
    snippet: `gcloud compute routers nats update "$NAT" --router="$ROUTER" --tcp-established-idle-timeout=<<aboveIdleMs:s>>s
# the 600 s of the network's own connection tracking cannot be changed: there only PINGs help`,
  },
];
