/** kube-proxy in IPVS mode, which forgets silent flows after 15 minutes. */
import type { RemedyTable } from './entry.ts';

export const kubeProxy: RemedyTable = [
  {
    for: ['connection/half-open'],
    needs: ['idleGapMs'],
    role: 'middlebox',
    rank: 1,
    setting: 'KubeProxyConfiguration.ipvs.tcpTimeout',
    value: '<<aboveIdleMs:dur>>',
    why: 'keep-flow-longer',
    snippet: `kind: KubeProxyConfiguration
ipvs:
  tcpTimeout: <<aboveIdleMs:dur>>`,
  },
];
