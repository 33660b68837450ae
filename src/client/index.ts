/** Layer 5: the client core: targets, connections, calls and transparent retries. Callbacks, octets, no platform. */
export type {
  AddressFault,
  CallChannel,
  CallFailure,
  CallListener,
  CallResult,
  CallStart,
  ChannelState,
  ClientCall,
  ConnectionInfo,
  Culprit,
  FailureOrigin,
} from './call-face.ts';
export { ChannelCore, LIBRARY } from './channel.ts';
export { type ChannelEvent, channelEventText } from './channel-events.ts';
export type { BackoffOptions, ChannelOptions, ConnectionsOption, KeepaliveClientOptions } from './channel-options.ts';
export type { ChannelPorts } from './channel-ports.ts';
export { parseTarget, type Target } from './target.ts';
