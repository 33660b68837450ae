/** Which connection a call goes to. Balancing over addresses with policies has its place behind the same face. */
import type { CallStart } from './call-face.ts';
import type { ChannelSettings } from './channel-options.ts';
import type { ChannelConnection } from './connection.ts';

export interface Picker {
  /** One of the connections whose `canOpen` holds; undefined if the call has to wait. */
  pick(connections: readonly ChannelConnection[], start: CallStart): ChannelConnection | undefined;
}

/** The oldest connection with room: the others run empty and can be closed (gRFC A105). */
const fill: Picker = {
  pick(connections) {
    for (const connection of connections) if (connection.canOpen) return connection;
    return undefined;
  },
};

/** The connection with the fewest open streams. */
const spread: Picker = {
  pick(connections) {
    let best: ChannelConnection | undefined;
    for (const connection of connections) {
      if (best !== undefined && connection.openStreams >= best.openStreams) continue;
      if (connection.canOpen) best = connection;
    }
    return best;
  },
};

/** A connection that had no call yet. */
const unused: Picker = {
  pick(connections) {
    for (const connection of connections) if (connection.info.streams === 0 && connection.canOpen) return connection;
    return undefined;
  },
};

export const pickers: Readonly<Record<ChannelSettings['connections'], Picker>> = {
  'long-lived': fill,
  pooled: spread,
  'one-call': unused,
};
