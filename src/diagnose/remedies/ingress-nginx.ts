/** ingress-nginx: nginx's settings as annotations and as keys of the controller's ConfigMap. */
import type { RemedyTable } from './entry.ts';

export const ingressNginx: RemedyTable = [
  {
    for: ['stream/proxy-timeout'],
    role: 'middlebox',
    rank: 1,
    setting: 'nginx.ingress.kubernetes.io/proxy-read-timeout, proxy-send-timeout',
    value: '<<aboveGapMs:s>>',
    why: 'longer-proxy-timeout',
    snippet: `metadata:
  annotations:
    nginx.ingress.kubernetes.io/proxy-read-timeout: "<<aboveGapMs:s>>"
    nginx.ingress.kubernetes.io/proxy-send-timeout: "<<aboveGapMs:s>>"`,
  },
  {
    for: ['connection/idle-close-race', 'connection/abrupt-close'],
    needs: ['gapMs'],
    role: 'middlebox',
    rank: 1,
    setting: 'keep-alive',
    value: '<<aboveGapMs:s>>',
    why: 'keep-idle-longer',
    snippet: `kind: ConfigMap
metadata: { name: ingress-nginx-controller }
data:
  keep-alive: "<<aboveGapMs:s>>"`,
  },
];
