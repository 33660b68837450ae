import { crowded, type RemedyTable, smallWindows } from './entry.ts';

export const servicecomb: RemedyTable = [
  {
    for: ['goaway/late-write'],
    role: 'server',
    rank: 1,
    setting: 'java-chassis',
    value: '>= 2.8.20, >= 3.2.2',
    why: 'late-write-fixed',
    snippet: `<dependency>
  <groupId>org.apache.servicecomb</groupId>
  <artifactId>java-chassis-dependencies</artifactId>
  <version>2.8.20</version> <!-- or 3.2.2 -->
  <type>pom</type>
  <scope>import</scope>
</dependency>`,
  },
  {
    for: ['goaway/late-write'],
    role: 'client',
    rank: 3,
    setting: 'servicecomb.request.timeout',
    value: '<<deadlineAboveMs:ms>>',
    why: 'timeout-hides-late-write',
    snippet: `servicecomb:
  request:
    timeout: <<deadlineAboveMs:ms>>`,
  },
  {
    for: ['goaway/flood-guard'],
    when: { errorCode: 'ENHANCE_YOUR_CALM' },
    role: 'server',
    rank: 2,
    setting: 'servicecomb.rest.server.http2.rstFloodMaxRstFramePerWindow',
    value: '<<aboveResets>>',
    why: 'raise-flood-guard',
    snippet: `servicecomb.rest.server.http2.rstFloodMaxRstFramePerWindow: <<aboveResets>>`,
  },
  {
    for: ['connection/idle-close-race'],
    role: 'client',
    rank: 1,
    setting: 'servicecomb.rest.client.http2.connection.idleTimeoutInSeconds',
    value: '<<belowGapMs:s>>',
    why: 'client-closes-first',
    snippet: `servicecomb.rest.client.http2.connection.idleTimeoutInSeconds: <<belowGapMs:s>>`,
  },
  {
    for: ['connection/idle-close-race'],
    role: 'server',
    rank: 2,
    setting: 'servicecomb.rest.server.http2.connection.idleTimeoutInSeconds',
    value: '<<aboveGapMs:s>>',
    why: 'keep-idle-longer',
    snippet: `servicecomb.rest.server.http2.connection.idleTimeoutInSeconds: <<aboveGapMs:s>>`,
  },
  {
    for: crowded,
    role: 'server',
    rank: 1,
    setting: 'servicecomb.rest.server.http2.concurrentStreams',
    value: '<<aboveLimit>>',
    why: 'raise-concurrency',
    snippet: `servicecomb.rest.server.http2.concurrentStreams: <<aboveLimit>>`,
  },
  {
    for: crowded,
    role: 'client',
    rank: 2,
    setting: 'servicecomb.rest.client.http2.maxPoolSize',
    value: '> 1',
    why: 'more-connections',
    snippet: `servicecomb.rest.client.http2.maxPoolSize: 2`,
  },
  {
    for: ['headers/too-large'],
    when: { by: 'client' },
    role: 'server',
    rank: 2,
    setting: 'servicecomb.rest.server.http2.maxHeaderListSize',
    value: '<<aboveSizeBytes>>',
    why: 'raise-header-limit',
    snippet: `servicecomb.rest.server.http2.maxHeaderListSize: <<aboveSizeBytes>>`,
  },
  {
    for: smallWindows,
    when: { sender: 'client' },
    role: 'server',
    rank: 2,
    setting: 'servicecomb.rest.server.http2.initialWindowSize',
    value: '<<windowProposedBytes>>',
    why: 'larger-window',
    snippet: `servicecomb:
  rest:
    server:
      http2:
        initialWindowSize: <<windowProposedBytes>>`,
  },
];
