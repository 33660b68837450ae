/** Layer 4: one connection at work: engine, link, timers, keepalive and recorder. Client, server and proxies share it. */
export { Keepalive, type KeepaliveOptions } from './keepalive.ts';
export { Recorder, type RecorderOptions } from './recorder.ts';
export { Session, type SessionHandler, type SessionOptions } from './session.ts';
export { Timer, Timers } from './timers.ts';
