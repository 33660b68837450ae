/** What each way of failing means: status, origin, culprit, and whether the server may have processed the call. */
import { Status, statusFromErrorCode } from '#grpc';
import { ErrorCode, rules, type StreamEnding } from '#h2';
import type { AddressFault, CallFailure, Culprit, FailureOrigin } from './call-face.ts';
import { culpritOf, endingText, printable, resetText, sentence } from './failure-text.ts';
import { processedBy } from './retry.ts';

/** What the place that notices a failure knows of it; the call adds where it happened. */
export interface FailureSketch {
  readonly code: number;
  readonly origin: FailureOrigin;
  readonly culprit: Culprit;
  readonly processed: CallFailure['processed'];
  /** One English sentence or several. */
  readonly detail: string;
  /** One English sentence, or nothing if nobody would ask. */
  readonly notRetried: string;
  readonly ending?: StreamEnding | undefined;
  readonly addresses?: readonly AddressFault[] | undefined;
}

const RESPONSE_BEGAN = 'It was not retried because its response had begun.';

/** The stream ended before there was an outcome, and the call is not sent again. */
export function endingSketch(ending: StreamEnding, notRetried: string): FailureSketch {
  const processed = processedBy(ending);
  switch (ending.kind) {
    case 'unprocessed': {
      const { farewell } = ending;
      const said = farewell.debugData === '' ? '' : ` ("${printable(farewell.debugData)}")`;
      const detail = `The server said GOAWAY${said}, which names stream ${farewell.lastStream} as the last one that it processes.`;
      return {
        code: Status.UNAVAILABLE,
        origin: 'unprocessed',
        culprit: 'server',
        processed,
        detail,
        notRetried,
        ending,
      };
    }
    case 'connection': {
      const closedByUs = ending.ending.kind === 'local';
      const origin = closedByUs ? 'closed' : 'connection';
      const detail = sentence(endingText(ending.ending));
      return {
        code: Status.UNAVAILABLE,
        origin,
        culprit: culpritOf(ending.ending),
        processed,
        detail,
        notRetried,
        ending,
      };
    }
    case 'reset':
      return resetSketch(ending, notRetried);
    case 'complete':
      return malformedSketch('the stream ended without a response', Status.INTERNAL);
  }
}

type Reset = Extract<StreamEnding, { kind: 'reset' }>;

function resetSketch(ending: Reset, notRetried: string): FailureSketch {
  const { errorCode, violation } = ending;
  if (violation !== undefined) {
    const { rule, detail: seen } = violation;
    const detail = `The server broke a rule of HTTP/2 (${rule}: ${printable(seen)}), so the stream was reset with ${rules[rule].code}.`;
    return {
      code: Status.INTERNAL,
      origin: 'violation',
      culprit: 'server',
      processed: 'maybe',
      detail,
      notRetried,
      ending,
    };
  }
  const refused = errorCode === ErrorCode.REFUSED_STREAM;
  return {
    code: statusFromErrorCode(errorCode),
    origin: refused ? 'unprocessed' : 'reset',
    // Servers never cut a response with NO_ERROR before its end; proxies do, and it cannot be told from here which one did.
    culprit: errorCode === ErrorCode.NO_ERROR ? 'unknown' : 'server',
    processed: processedBy(ending),
    detail: resetText(errorCode),
    notRetried,
    ending,
  };
}

/** The response breaks gRPC. `clause` begins in lower case and has no full stop. */
export function malformedSketch(clause: string, code: number): FailureSketch {
  return {
    code,
    origin: 'malformed-response',
    culprit: 'server',
    processed: 'maybe',
    detail: `The response breaks gRPC: ${clause}.`,
    notRetried: RESPONSE_BEGAN,
  };
}

/** A limit of ours. `detail` is a sentence that names what was seen and what is allowed. */
export function limitSketch(detail: string, processed: CallFailure['processed']): FailureSketch {
  return { code: Status.RESOURCE_EXHAUSTED, origin: 'limit', culprit: 'client', processed, detail, notRetried: '' };
}

/** An HTTP response in place of one of gRPC. */
export function foreignSketch(code: number, detail: string): FailureSketch {
  return { code, origin: 'http-status', culprit: 'unknown', processed: 'maybe', detail, notRetried: RESPONSE_BEGAN };
}

/** No connection could be made, and the call does not wait for one. */
export function connectSketch(
  origin: 'connect' | 'resolve',
  detail: string,
  addresses: readonly AddressFault[],
): FailureSketch {
  return {
    code: Status.UNAVAILABLE,
    origin,
    culprit: culpritOfConnect(addresses),
    processed: 'no',
    detail,
    notRetried: 'It did not wait for a connection because waitForReady was not asked for.',
    addresses,
  };
}

/** Where nobody listens, the network has done its part. */
function culpritOfConnect(addresses: readonly AddressFault[]): Culprit {
  const kinds = new Set(addresses.map(({ fault }) => fault.kind));
  if (kinds.size !== 1) return 'unknown';
  if (kinds.has('refused') || kinds.has('no-such-socket')) return 'server';
  return kinds.has('unreachable') ? 'network' : 'unknown';
}

/** The channel takes no more calls. `detail` is a sentence. */
export function closedSketch(detail: string): FailureSketch {
  return { code: Status.UNAVAILABLE, origin: 'closed', culprit: 'client', processed: 'no', detail, notRetried: '' };
}
