/** What a request is: a call for a handler, or something that is answered at once. */
import { IDENTITY, type RequestHead, readRequestHead, Status, type StatusCode } from '#grpc';
import type { ActiveStream, HeaderBlock, HeaderList } from '#h2';
import type { ServerConnection } from './connection.ts';
import type { ServerRule } from './events.ts';
import type { Route, Shared } from './shared.ts';
import { boundedStatusFields } from './status-fields.ts';
import { Tail } from './tail.ts';
import { BAD_REQUEST, NOT_GRPC, NOT_POST, type PlainAnswer, withFields } from './templates.ts';

/** `answered`: nothing is left to do but to own the rest of the stream. */
export type RequestVerdict =
  | { readonly kind: 'call'; readonly head: RequestHead; readonly route: Route }
  | { readonly kind: 'answered'; readonly tail: Tail };

/** A verdict about most requests: the same for all calls of a method on a connection. */
class Known {
  readonly kind = 'call';
  readonly head: RequestHead;
  readonly route: Route;

  constructor(head: RequestHead, route: Route) {
    this.head = head;
    this.route = route;
  }
}

export function judgeRequest(
  connection: ServerConnection,
  stream: ActiveStream,
  block: HeaderBlock,
  endStream: boolean,
): RequestVerdict {
  const head = readRequestHead(block);
  const { shared } = connection;
  const crowd = crowdProblem(connection, shared);
  if (crowd !== undefined) {
    connection.refuseStream(stream, head.path, crowd.rule, crowd.text);
    return answered(connection, stream, endStream);
  }
  // The head is remembered with its block, and a path keeps its route: what was found before holds.
  if (head.route instanceof Known) return head.route;
  if (head.problem !== undefined || !block.complete) return refuseHead(connection, stream, head, block, endStream);
  const route = shared.routes.get(head.path) ?? shared.unknown;
  if (route === undefined) {
    return answerStatus(
      connection,
      stream,
      head,
      endStream,
      Status.UNIMPLEMENTED,
      'unknown-method',
      unknownText(shared, head),
    );
  }
  if (head.encoding !== IDENTITY && !shared.compressions.has(head.encoding)) {
    return answerStatus(
      connection,
      stream,
      head,
      endStream,
      Status.UNIMPLEMENTED,
      'bad-request',
      encodingText(shared, head),
    );
  }
  if (head.timeoutMs === 0) {
    const text = 'grpc-timeout leaves no time';
    return answerStatus(connection, stream, head, endStream, Status.DEADLINE_EXCEEDED, 'bad-request', text);
  }
  const known = new Known(head, route);
  head.route = known;
  return known;
}

/** Too many handlers run, for the client or for the server. */
function crowdProblem(connection: ServerConnection, shared: Shared): { rule: ServerRule; text: string } | undefined {
  const { maxConcurrentStreams, maxCalls } = shared.settings;
  if (connection.running >= maxConcurrentStreams) {
    const text = `${connection.running} handlers run for this connection where ${maxConcurrentStreams} are allowed`;
    return { rule: 'max-calls-of-connection', text };
  }
  if (shared.running >= maxCalls) {
    return { rule: 'max-calls', text: `${shared.running} handlers run on this server where ${maxCalls} are allowed` };
  }
  return undefined;
}

/** Requests that are no calls of gRPC. */
function refuseHead(
  connection: ServerConnection,
  stream: ActiveStream,
  head: RequestHead,
  block: HeaderBlock,
  endStream: boolean,
): RequestVerdict {
  const { problem } = head;
  if (!block.complete) {
    const { maxHeaderListBytes } = connection.shared.settings;
    const text = `the request has headers of ${block.listBytes} octets where ${maxHeaderListBytes} are allowed`;
    return answerStatus(connection, stream, head, endStream, Status.RESOURCE_EXHAUSTED, 'max-header-list-bytes', text);
  }
  const text = problem?.text ?? '';
  if (problem?.kind === 'content-type') {
    return answerPlain(connection, stream, head, block, endStream, NOT_GRPC, 'not-grpc', text);
  }
  if (problem?.kind === 'method')
    return answerPlain(connection, stream, head, block, endStream, NOT_POST, 'not-grpc', text);
  if (problem?.kind === 'timeout') {
    connection.refused(head.path, 'bad-request', text);
    return answer(connection, stream, endStream, BAD_REQUEST, text);
  }
  return answerStatus(connection, stream, head, endStream, problem?.code ?? Status.INTERNAL, 'bad-request', text);
}

/** Trailers-Only. */
function answerStatus(
  connection: ServerConnection,
  stream: ActiveStream,
  head: RequestHead,
  endStream: boolean,
  code: StatusCode,
  rule: ServerRule,
  text: string,
): RequestVerdict {
  connection.refused(head.path, rule, text);
  return answer(connection, stream, endStream, connection.shared.templates.trailersOnly(head.contentType, code), text);
}

function answer(
  connection: ServerConnection,
  stream: ActiveStream,
  endStream: boolean,
  section: HeaderList,
  text: string,
): RequestVerdict {
  const room = connection.h2.peerSettings.maxHeaderListBytes - section.template.listBytes;
  connection.h2.headers(stream, withFields(section, boundedStatusFields(text, undefined, room)), true);
  return answered(connection, stream, endStream);
}

function answerPlain(
  connection: ServerConnection,
  stream: ActiveStream,
  head: RequestHead,
  block: HeaderBlock,
  endStream: boolean,
  plain: PlainAnswer,
  rule: ServerRule,
  text: string,
): RequestVerdict {
  connection.refused(head.path, rule, text);
  // RFC 9110 §9.3.2: a response to HEAD has no content.
  const isHead = block.fields.some(({ name, value }) => name === ':method' && value === 'HEAD');
  connection.h2.headers(stream, plain.headers, isHead);
  if (!isHead) connection.h2.data(stream, plain.body, true);
  return answered(connection, stream, endStream);
}

/** Also for a stream that is over already: its end is told to the tail. */
function answered(connection: ServerConnection, stream: ActiveStream, endStream: boolean): RequestVerdict {
  const tail = new Tail(connection, stream, endStream);
  connection.tailBegins(tail);
  return { kind: 'answered', tail };
}

function unknownText(shared: Shared, head: RequestHead): string {
  const slash = head.path.lastIndexOf('/');
  const service = head.path.slice(1, slash);
  if (!shared.services.has(service)) return `unknown service ${service}`;
  return `unknown method ${head.path.slice(slash + 1)} of service ${service}`;
}

function encodingText(shared: Shared, head: RequestHead): string {
  const names = [...shared.compressions.keys(), IDENTITY].join(', ');
  return `grpc-encoding '${head.encoding}' is not supported, these are: ${names}`;
}
