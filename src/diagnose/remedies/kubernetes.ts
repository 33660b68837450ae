import { abruptEnds, type RemedyTable } from './entry.ts';

export const kubernetes: RemedyTable = [
  {
    for: abruptEnds,
    role: 'server',
    rank: 2,
    setting: 'lifecycle.preStop, terminationGracePeriodSeconds',
    value: 'sleep 10, 45',
    why: 'drain-before-kill',
    snippet: `spec:
  terminationGracePeriodSeconds: 45 # more than the pause and the draining together
  containers:
    - name: server
      lifecycle:
        preStop:
          exec: { command: ["sleep", "10"] }`,
  },
  {
    for: ['goaway/grace-expired'],
    unless: { debugData: 'max_age' },
    role: 'server',
    rank: 3,
    setting: 'terminationGracePeriodSeconds',
    value: '> <<graceAboveMs:s>>',
    why: 'longer-shutdown',
    snippet: `spec:
  terminationGracePeriodSeconds: <<graceAboveMs:s>> # plus the preStop pause`,
  },
  {
    for: ['goaway/one-shot'],
    unless: { trigger: 'reload' },
    role: 'server',
    rank: 2,
    setting: 'ingress-nginx keep-alive-requests',
    value: '<<aboveRequests>>',
    why: 'fewer-one-shot-goaways',
    snippet: `kind: ConfigMap
metadata: { name: ingress-nginx-controller }
data:
  keep-alive-requests: "<<aboveRequests>>"`,
  },
  {
    for: ['goaway/one-shot'],
    when: { trigger: 'reload' },
    role: 'server',
    rank: 2,
    setting: 'ingress-nginx worker-shutdown-timeout',
    value: '3600s',
    why: 'reload-cuts-late',
    snippet: `kind: ConfigMap
metadata: { name: ingress-nginx-controller }
data:
  worker-shutdown-timeout: "3600s"`,
  },
  {
    for: ['connection/pinned'],
    role: 'server',
    rank: 2,
    setting: 'Service.spec.clusterIP',
    value: 'None',
    why: 'spread-calls',
    snippet: `kind: Service
spec:
  clusterIP: None # headless: DNS then names every pod`,
  },
];
