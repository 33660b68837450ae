/** Azure load balancer and NAT gateway. */
import type { RemedyTable } from './entry.ts';

export const azure: RemedyTable = [
  {
    for: ['connection/half-open'],
    needs: ['idleGapMs'],
    role: 'middlebox',
    rank: 1,
    setting: 'load balancer rule idleTimeoutInMinutes, enableTcpReset',
    value: '<<azureIdleMs:min>>, true',
    why: 'keep-flow-longer',
    snippet: `az network lb rule update -g "$GROUP" --lb-name "$LB" -n "$RULE" \\
  --idle-timeout <<azureIdleMs:min>> --enable-tcp-reset true
# AKS: service.beta.kubernetes.io/azure-load-balancer-tcp-idle-timeout: "<<azureIdleMs:min>>"`,
  },
];
