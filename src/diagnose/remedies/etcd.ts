/** etcd: clientv3 on the client side, the server's flags on the other. */
import { fastPings, idlePings, type RemedyTable } from './entry.ts';

export const etcd: RemedyTable = [
  {
    for: idlePings,
    role: 'client',
    rank: 1,
    setting: 'clientv3.Config.PermitWithoutStream',
    value: 'false',
    why: 'idle-pings-off',
    snippet: `clientv3.Config{
	DialKeepAliveTime:   <<clientIntervalMs:go>>,
	PermitWithoutStream: false,
}`,
  },
  {
    for: fastPings,
    role: 'client',
    rank: 1,
    setting: 'clientv3.Config.DialKeepAliveTime',
    value: '>= <<clientIntervalMs:dur>>',
    why: 'interval-above-minimum',
    snippet: `clientv3.Config{DialKeepAliveTime: <<clientIntervalMs:go>>}`,
  },
  {
    for: fastPings,
    role: 'server',
    rank: 2,
    setting: '--grpc-keepalive-min-time',
    value: '<<serverMinTimeMs:dur>>',
    why: 'minimum-below-interval',
    snippet: `etcd --grpc-keepalive-min-time=<<serverMinTimeMs:dur>>`,
  },
  {
    for: idlePings,
    role: 'server',
    rank: 3,
    setting: 'embed.Config.GRPCAdditionalServerOptions',
    value: 'PermitWithoutStream: true',
    why: 'minimum-cannot-permit-idle',
    snippet: `config.GRPCAdditionalServerOptions = append(config.GRPCAdditionalServerOptions,
	grpc.KeepaliveEnforcementPolicy(keepalive.EnforcementPolicy{
		MinTime: <<serverMinTimeMs:go>>, PermitWithoutStream: true}))`,
  },
];
