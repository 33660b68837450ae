/**
 * The states of a stream (RFC 9113 §5.1) as a transition table. The table is neutral: it names the sides instead of
 * "local" and "remote", so the engine of either side and an observer between them read the same rows.
 * A breach leaves the state as it is; the caller decides what to end.
 */
import type { Side } from '#base';
import type { RuleId } from '../rules.ts';

export type StreamStateName =
  | 'idle'
  /** Idle and passed over: a higher id of the same side was used first (§5.1.1). */
  | 'skipped'
  /** Promised by the server: reserved (local) there, reserved (remote) at the client. */
  | 'reserved'
  | 'open'
  /** The client has ended its half: half-closed (local) there, half-closed (remote) at the server. */
  | 'half-closed-client'
  | 'half-closed-server'
  /** Both sides sent END_STREAM. */
  | 'closed'
  | 'reset-by-client'
  | 'reset-by-server'
  /** Passive only: the opening was not seen; either half may be in any state. */
  | 'unknown'
  /** Passive only: one half ended, the state of the other is not known. */
  | 'unknown-client-ended'
  | 'unknown-server-ended';

/** What a frame is to a stream. The numbers are the columns of the table. */
export const StreamInput = {
  HEADERS: 0,
  /** HEADERS with END_STREAM. */
  HEADERS_END: 1,
  DATA: 2,
  DATA_END: 3,
  RST_STREAM: 4,
  WINDOW_UPDATE: 5,
  PRIORITY: 6,
  /** The stream carries a PUSH_PROMISE. */
  PUSH_PROMISE: 7,
  /** A PUSH_PROMISE on another stream promises this one. */
  PROMISED: 8,
} as const;
export type StreamInput = (typeof StreamInput)[keyof typeof StreamInput];

/** What comes of an input. */
export interface Outcome {
  /** The state afterwards. */
  readonly next: StreamState;
  /** The rule that the frame breaks. */
  readonly rule: RuleId | undefined;
  /** The other side has reset the stream: legal while the sender cannot know it, `stream/frame-after-reset` then. */
  readonly crossing: boolean;
}

export interface StreamState {
  readonly name: StreamStateName;
  /** Counts towards SETTINGS_MAX_CONCURRENT_STREAMS: "open" or either half-closed state (§5.1.2). */
  readonly counts: boolean;
  /** Frames may still be due: the entry must not be forgotten while there is room. */
  readonly live: boolean;
  /** The sides that may still send HEADERS and DATA. */
  readonly clientSends: boolean;
  readonly serverSends: boolean;
  /** Outcomes by `StreamInput`, for a frame that the client or the server sends. */
  readonly client: readonly Outcome[];
  readonly server: readonly Outcome[];
}

/** A cell: the next state, the broken rule, `=` (nothing changes), or `x` (crossing). */
type Cell = StreamStateName | RuleId | '=' | 'x';

interface Rows {
  readonly counts?: true;
  /** Who may still send HEADERS and DATA; such states are live. */
  readonly sends?: Side | 'both';
  readonly client: readonly Cell[];
  readonly server: readonly Cell[];
}

const IDLE = 'stream/idle-frame';
const RESERVED = 'stream/reserved-frame';
const HALF = 'stream/half-closed-frame';
const CLOSED = 'stream/closed-frame';
const REUSED = 'stream/id-not-increasing';
const PUSH = 'push/from-client';
const PUSH_ON = 'push/bad-stream';
const PUSHED = 'push/bad-promised-stream';
const C_RESET = 'reset-by-client';
const S_RESET = 'reset-by-server';

/**
 * RFC 9113 §5.1. WINDOW_UPDATE and RST_STREAM are tolerated on closed streams whoever sends them: a side may send them
 * before it learns of the end, no receiver needs to act on them, and many stacks return credit or reset twice.
 */
const table: Readonly<Record<StreamStateName, Rows>> = {
  // columns:   HEADERS, HEADERS_END, DATA, DATA_END, RST_STREAM, WINDOW_UPDATE, PRIORITY, PUSH_PROMISE, PROMISED
  idle: {
    // "Receiving any frame other than HEADERS or PRIORITY on a stream in this state MUST be treated as a connection error".
    client: ['open', 'half-closed-client', IDLE, IDLE, IDLE, IDLE, '=', PUSH, PUSH],
    server: [IDLE, IDLE, IDLE, IDLE, IDLE, IDLE, '=', PUSH_ON, 'reserved'],
  },
  skipped: {
    client: [REUSED, REUSED, CLOSED, CLOSED, '=', '=', '=', PUSH, PUSH],
    server: [CLOSED, CLOSED, CLOSED, CLOSED, '=', '=', '=', PUSH_ON, PUSHED],
  },
  reserved: {
    sends: 'server',
    client: [RESERVED, RESERVED, RESERVED, RESERVED, C_RESET, '=', '=', PUSH, PUSH],
    server: ['half-closed-client', 'closed', RESERVED, RESERVED, S_RESET, RESERVED, '=', PUSH_ON, PUSHED],
  },
  open: {
    counts: true,
    sends: 'both',
    client: ['=', 'half-closed-client', '=', 'half-closed-client', C_RESET, '=', '=', PUSH, PUSH],
    server: ['=', 'half-closed-server', '=', 'half-closed-server', S_RESET, '=', '=', '=', PUSHED],
  },
  'half-closed-client': {
    counts: true,
    sends: 'server',
    client: [HALF, HALF, HALF, HALF, C_RESET, '=', '=', PUSH, PUSH],
    server: ['=', 'closed', '=', 'closed', S_RESET, '=', '=', '=', PUSHED],
  },
  'half-closed-server': {
    counts: true,
    sends: 'client',
    client: ['=', 'closed', '=', 'closed', C_RESET, '=', '=', PUSH, PUSH],
    server: [HALF, HALF, HALF, HALF, S_RESET, '=', '=', PUSH_ON, PUSHED],
  },
  closed: {
    client: [CLOSED, CLOSED, CLOSED, CLOSED, '=', '=', '=', PUSH, PUSH],
    server: [CLOSED, CLOSED, CLOSED, CLOSED, '=', '=', '=', PUSH_ON, PUSHED],
  },
  'reset-by-client': {
    client: [CLOSED, CLOSED, CLOSED, CLOSED, '=', '=', '=', PUSH, PUSH],
    server: ['x', 'x', 'x', 'x', '=', '=', '=', 'x', PUSHED],
  },
  'reset-by-server': {
    client: ['x', 'x', 'x', 'x', '=', '=', '=', PUSH, PUSH],
    server: [CLOSED, CLOSED, CLOSED, CLOSED, '=', '=', '=', PUSH_ON, PUSHED],
  },
  unknown: {
    sends: 'both',
    client: ['=', 'unknown-client-ended', '=', 'unknown-client-ended', C_RESET, '=', '=', PUSH, PUSH],
    server: ['=', 'unknown-server-ended', '=', 'unknown-server-ended', S_RESET, '=', '=', '=', 'reserved'],
  },
  'unknown-client-ended': {
    sends: 'server',
    client: [HALF, HALF, HALF, HALF, C_RESET, '=', '=', PUSH, PUSH],
    server: ['=', 'closed', '=', 'closed', S_RESET, '=', '=', '=', PUSHED],
  },
  'unknown-server-ended': {
    sends: 'client',
    client: ['=', 'closed', '=', 'closed', C_RESET, '=', '=', PUSH, PUSH],
    server: [HALF, HALF, HALF, HALF, S_RESET, '=', '=', PUSH_ON, PUSHED],
  },
};

/** The states by name, linked to each other: following `next` needs no look-up. */
export const streamStates: Readonly<Record<StreamStateName, StreamState>> = link();

interface Draft extends StreamState {
  readonly client: Outcome[];
  readonly server: Outcome[];
}

function link(): Record<StreamStateName, StreamState> {
  const drafts: Record<StreamStateName, Draft> = mapStates((name, rows) => ({
    name,
    counts: rows.counts === true,
    live: rows.sends !== undefined,
    clientSends: rows.sends === 'client' || rows.sends === 'both',
    serverSends: rows.sends === 'server' || rows.sends === 'both',
    client: [],
    server: [],
  }));
  const fill = (own: Draft, side: Side, cells: readonly Cell[]): void => {
    for (const cell of cells) own[side].push(outcome(own, cell, drafts));
  };
  mapStates((name, rows) => {
    fill(drafts[name], 'client', rows.client);
    fill(drafts[name], 'server', rows.server);
  });
  return drafts;
}

function outcome(own: StreamState, cell: Cell, states: Readonly<Record<StreamStateName, StreamState>>): Outcome {
  if (cell === '=') return { next: own, rule: undefined, crossing: false };
  if (cell === 'x') return { next: own, rule: undefined, crossing: true };
  if (isStateName(cell)) return { next: states[cell], rule: undefined, crossing: false };
  return { next: own, rule: cell, crossing: false };
}

function isStateName(cell: StreamStateName | RuleId): cell is StreamStateName {
  return cell in table;
}

function mapStates<T>(make: (name: StreamStateName, rows: Rows) => T): Record<StreamStateName, T> {
  return {
    idle: make('idle', table.idle),
    skipped: make('skipped', table.skipped),
    reserved: make('reserved', table.reserved),
    open: make('open', table.open),
    'half-closed-client': make('half-closed-client', table['half-closed-client']),
    'half-closed-server': make('half-closed-server', table['half-closed-server']),
    closed: make('closed', table.closed),
    'reset-by-client': make('reset-by-client', table['reset-by-client']),
    'reset-by-server': make('reset-by-server', table['reset-by-server']),
    unknown: make('unknown', table.unknown),
    'unknown-client-ended': make('unknown-client-ended', table['unknown-client-ended']),
    'unknown-server-ended': make('unknown-server-ended', table['unknown-server-ended']),
  };
}
