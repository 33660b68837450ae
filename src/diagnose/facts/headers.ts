/** What the fields of a header block say about a call and about the programs at both ends. */
import { parseStatus, parseStatusMessage, parseTimeout, Status } from '#grpc';
import type { HeaderField, HeadersRole } from '#h2';
import type { Call } from './call.ts';
import { isProxyHeader, named, type Stacks, stackOfMethod, stackOfServerHeader, stackOfUserAgent } from './stack.ts';

type Reader<To> = (to: To, value: string, stacks: Stacks) => void;

const requestReaders: Readonly<Record<string, Reader<Call>>> = {
  ':path': (call, value, stacks) => {
    call.method = value;
    stacks.learn('server', stackOfMethod(value));
  },
  ':method': (call, value) => {
    call.httpMethod = value;
  },
  'content-type': (call, value) => {
    call.contentType = value;
  },
  'grpc-timeout': (call, value) => {
    const timeout = parseTimeout(value);
    if (timeout.kind === 'timeout') call.timeoutMs = timeout.timeoutMs;
  },
  'user-agent': (_call, value, stacks) => {
    if (stacks.userAgent === value) return;
    stacks.userAgent = value;
    stacks.learn('client', stackOfUserAgent(value));
  },
};

const responseReaders: Readonly<Record<string, Reader<Answer>>> = {
  ':status': (answer, value) => {
    answer.httpStatus = Number(value);
  },
  'content-type': (answer, value) => {
    answer.contentType = value;
  },
  'grpc-status': (answer, value) => {
    answer.grpcStatus = parseStatus(value) ?? Status.UNKNOWN;
  },
  'grpc-message': (answer, value) => {
    answer.grpcMessage = parseStatusMessage(value).slice(0, MESSAGE_TEXT_MAX);
  },
  server: (_answer, value, stacks) => {
    const sign = stackOfServerHeader(value);
    if (sign !== undefined) stacks.fronted = true;
    stacks.learn('middlebox', sign);
  },
};

const REQUEST_READERS: ReadonlyMap<string, Reader<Call>> = new Map(Object.entries(requestReaders));
const RESPONSE_READERS: ReadonlyMap<string, Reader<Answer>> = new Map(Object.entries(responseReaders));

/** A grpc-message is shown in one evidence line; some servers send whole stack traces. */
const MESSAGE_TEXT_MAX = 300;

/** Fields of most requests; what stands beyond is looked up each time. */
const PLACES = 32;

/** The fields of requests. A client writes the same names in the same order again and again: what a place means is kept. */
export class RequestReader {
  readonly #names: string[] = [];
  readonly #readers: (Reader<Call> | undefined)[] = [];

  read(fields: readonly HeaderField[], call: Call, stacks: Stacks): void {
    for (let at = 0; at < fields.length; at++) {
      const field = fields[at]!;
      measure(field, call);
      if (field.unknown === 'nothing') this.#readerAt(at, field)?.(call, field.value, stacks);
    }
  }

  #readerAt(at: number, field: HeaderField): Reader<Call> | undefined {
    if (this.#names[at] === field.name) return this.#readers[at];
    const reader = REQUEST_READERS.get(field.name) ?? proxyReader(field);
    if (at > this.#names.length || at >= PLACES) return reader;
    this.#names[at] = field.name;
    this.#readers[at] = reader;
    return reader;
  }
}

/** Its name alone says that a proxy added it. */
function proxyReader(field: HeaderField): Reader<Call> | undefined {
  return isProxyHeader(field.name) ? (_call, _value, stacks) => learnProxy(field, 'request', stacks) : undefined;
}

/** What one header list of a server says of a call. */
interface Answer {
  httpStatus?: number;
  contentType?: string;
  grpcStatus?: number;
  grpcMessage?: string;
}

interface ReadList {
  readonly fields: readonly HeaderField[];
  readonly answer: Answer;
}

/** Servers repeat a few header lists, and equal ones are the same list (`HpackDecoder`): the last of each role is read once. */
export class AnswerReader {
  #response: ReadList | undefined;
  #trailers: ReadList | undefined;

  read(role: HeadersRole, fields: readonly HeaderField[], call: Call, stacks: Stacks): void {
    let last = role === 'trailers' ? this.#trailers : this.#response;
    if (last?.fields !== fields) {
      last = { fields, answer: readAnswer(role, fields, stacks) };
      if (role === 'trailers') this.#trailers = last;
      else this.#response = last;
    }
    const { httpStatus, contentType, grpcStatus, grpcMessage } = last.answer;
    if (httpStatus !== undefined) call.httpStatus = httpStatus;
    if (contentType !== undefined) call.responseContentType = contentType;
    if (grpcStatus !== undefined) call.grpcStatus = grpcStatus;
    if (grpcMessage !== undefined) call.grpcMessage = grpcMessage;
  }
}

function readAnswer(role: HeadersRole, fields: readonly HeaderField[], stacks: Stacks): Answer {
  const answer: Answer = {};
  for (const field of fields) {
    if (field.unknown !== 'nothing') continue;
    const reader = RESPONSE_READERS.get(field.name);
    if (reader !== undefined) reader(answer, field.value, stacks);
    else if (isProxyHeader(field.name)) learnProxy(field, role, stacks);
  }
  return answer;
}

function learnProxy(field: HeaderField, role: HeadersRole, stacks: Stacks): void {
  if (role === 'request') stacks.forwarded = true;
  else stacks.fronted = true;
  stacks.learn('middlebox', named(field.name.startsWith('x-envoy-') ? 'envoy' : 'proxy', undefined, 'proxy-header'));
}

/** What RFC 9113 §6.5.2 adds for each field. */
const FIELD_OVERHEAD_BYTES = 32;

function measure(field: HeaderField, call: Call): void {
  const bytes = field.name.length + field.value.length + FIELD_OVERHEAD_BYTES;
  call.requestListBytes += bytes;
  if (bytes <= call.largestBytes) return;
  call.largestBytes = bytes;
  call.largestField = field.name;
}
