/** Layer 5: the server core: connections accepted, policies, and calls as octets. No input or output of its own. */
export {
  type CallCancel,
  cancelStatus,
  cancelText,
  type ServerCall,
  type ServerCallListener,
  type ServerHandler,
} from './call-face.ts';
export { endingText, eventText, type ServerEvent, type ServerRule, type ServerStats } from './events.ts';
export type { PingEnforcementOptions, ServerKeepaliveOptions, ServerOptions } from './options.ts';
export { ServerCore } from './server-core.ts';
export type { ServerPorts } from './shared.ts';
