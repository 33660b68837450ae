/** What a channel tells of its connections, for logs and metrics: data, and an English sentence for each. */
import type { ConnectionEnding, Farewell } from '#h2';
import type { ConnectionInfo } from './call-face.ts';
import { connectionText, durationText, endingText, sentence } from './failure-text.ts';

export type ChannelEvent =
  /** The server has sent its SETTINGS: the connection takes calls. */
  | { readonly kind: 'connected'; readonly connection: ConnectionInfo }
  /** The connection takes no more calls; `calls` go on. `farewell` if the server asked for it. */
  | {
      readonly kind: 'draining';
      readonly connection: ConnectionInfo;
      readonly farewell: Farewell | undefined;
      readonly calls: number;
    }
  | { readonly kind: 'closed'; readonly connection: ConnectionInfo; readonly ending: ConnectionEnding }
  /** No address could be reached, or what was reached did not live; tried again after `pauseMs`. */
  | { readonly kind: 'connect-failed'; readonly text: string; readonly pauseMs: number }
  /** The server cut a connection for its PINGs (gRFC A8): the channel pings so from now on. */
  | { readonly kind: 'keepalive-slowed'; readonly intervalMs: number; readonly withoutCalls: boolean };

/** One English sentence. */
export function channelEventText(event: ChannelEvent, nowMs: number): string {
  switch (event.kind) {
    case 'connected':
      return sentence(connectionText(event.connection, nowMs));
    case 'draining': {
      const why = event.farewell === undefined ? 'was left' : `was left after GOAWAY "${event.farewell.debugData}"`;
      return sentence(`${connectionText(event.connection, nowMs)}, ${why}; ${event.calls} calls go on`);
    }
    case 'closed':
      return sentence(`${connectionText(event.connection, nowMs)}: ${endingText(event.ending)}`);
    case 'connect-failed':
      return `${event.text} The next attempt is in ${durationText(event.pauseMs)}.`;
    case 'keepalive-slowed': {
      const idle = event.withoutCalls ? '' : ', and only while calls are open';
      return `The server counts PINGs as too many: keepalive waits ${durationText(event.intervalMs)} from now on${idle}.`;
    }
  }
}
