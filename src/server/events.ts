/** What a server tells those who run it, and what it counts. */
import { type ConnectionEnding, errorCodeName } from '#h2';
import { type Address, formatAddress } from '#transport';

/** The server's own reasons to refuse; the rules of HTTP/2 are in the rule catalogue. */
export type ServerRule =
  | 'max-connections'
  | 'max-calls'
  | 'max-calls-of-connection'
  | 'max-header-list-bytes'
  | 'max-receive-message-bytes'
  | 'max-send-message-bytes'
  | 'max-partial-message-bytes'
  | 'request-message-timeout'
  | 'response-stall-timeout'
  | 'unknown-method'
  | 'not-grpc'
  | 'bad-request'
  | 'too-many-pings'
  | 'shutdown-grace';

export type ServerEvent =
  | { readonly kind: 'connection-opened'; readonly connection: number; readonly remote: Address }
  /** Turned away at the door; `count` connections are open. */
  | {
      readonly kind: 'connection-refused';
      readonly remote: Address;
      readonly rule: ServerRule;
      readonly count: number;
      readonly allowed: number;
    }
  | {
      readonly kind: 'connection-closed';
      readonly connection: number;
      readonly remote: Address;
      readonly ending: ConnectionEnding;
      readonly calls: number;
    }
  /**
   * Something was turned away or ended by one of the server's own rules. `text` says why, mostly as the client was told. Told of
   * the 1st, 10th, 100th time (`count`) that the rule does so on a connection.
   */
  | {
      readonly kind: 'call-refused';
      readonly connection: number;
      readonly remote: Address;
      readonly path: string;
      readonly rule: ServerRule;
      readonly text: string;
      readonly count: number;
    }
  /** A handler threw. The client got UNKNOWN without the text. */
  | { readonly kind: 'handler-failed'; readonly connection: number; readonly path: string; readonly error: unknown };

/** Counters since the server was made, and gauges. */
export interface ServerStats {
  readonly connections: { readonly open: number; readonly accepted: number; readonly refused: number };
  readonly calls: {
    /** Handlers that run, also those whose client has gone. */
    readonly running: number;
    readonly started: number;
    /** Ended with OK by the handler. */
    readonly succeeded: number;
    /** Ended otherwise: another status, cancelled, or lost with its connection. */
    readonly failed: number;
  };
  /** Octets of received messages that are not whole yet, beyond what flow control bounds. */
  readonly partialMessageBytes: number;
  /** How often each rule refused something. */
  readonly refusals: ReadonlyMap<ServerRule, number>;
}

/** The event as one English line, for logs. */
export function eventText(event: ServerEvent): string {
  switch (event.kind) {
    case 'connection-opened':
      return `connection ${event.connection} from ${formatAddress(event.remote)}`;
    case 'connection-refused':
      return `connection from ${formatAddress(event.remote)} refused by ${event.rule}: ${event.count} are open where ${event.allowed} are allowed`;
    case 'connection-closed':
      return `connection ${event.connection} from ${formatAddress(event.remote)} closed after ${event.calls} calls: ${endingText(event.ending)}`;
    case 'call-refused':
      return refusalText(event);
    case 'handler-failed':
      return `the handler of ${event.path} threw on connection ${event.connection}: ${errorText(event.error)}`;
  }
}

function refusalText(event: Extract<ServerEvent, { kind: 'call-refused' }>): string {
  const what = event.path === '' ? 'connection' : `call ${event.path} on connection`;
  const times = event.count === 1 ? '' : ` (${event.count} times)`;
  return `${what} ${event.connection} from ${formatAddress(event.remote)} refused by ${event.rule}${times}: ${event.text}`;
}

function errorText(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

/** How a connection ended, as one English clause. */
export function endingText(ending: ConnectionEnding): string {
  switch (ending.kind) {
    case 'goaway':
      return `the client said GOAWAY ${errorCodeName(ending.farewell.errorCode)} '${ending.farewell.debugData}'`;
    case 'violation':
      return `the client broke ${ending.violation.rule}: ${ending.violation.detail}`;
    case 'peer-closed':
      return 'the client closed it';
    case 'transport':
      return ending.text;
    case 'silent':
      return `the client did not answer (${ending.what}) within ${ending.afterMs} ms`;
    case 'local':
      return `this server closed it: ${ending.reason}`;
  }
}
