/** What the fields of a header block say about a call and about the programs at both ends. */
import { parseStatus, parseStatusMessage, parseTimeout, Status } from '#grpc';
import type { HeaderField, HeadersRole } from '#h2';
import type { Call } from './call.ts';
import { isProxyHeader, named, type Stacks, stackOfMethod, stackOfServerHeader, stackOfUserAgent } from './stack.ts';

type Reader = (call: Call, value: string, stacks: Stacks) => void;

const requestReaders: Readonly<Record<string, Reader>> = {
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

const responseReaders: Readonly<Record<string, Reader>> = {
  ':status': (call, value) => {
    call.httpStatus = Number(value);
  },
  'content-type': (call, value) => {
    call.responseContentType = value;
  },
  'grpc-status': (call, value) => {
    call.grpcStatus = parseStatus(value) ?? Status.UNKNOWN;
  },
  'grpc-message': (call, value) => {
    call.grpcMessage = parseStatusMessage(value).slice(0, MESSAGE_TEXT_MAX);
  },
  server: (_call, value, stacks) => {
    const sign = stackOfServerHeader(value);
    if (sign !== undefined) stacks.fronted = true;
    stacks.learn('middlebox', sign);
  },
};

const REQUEST_READERS: ReadonlyMap<string, Reader> = new Map(Object.entries(requestReaders));
const RESPONSE_READERS: ReadonlyMap<string, Reader> = new Map(Object.entries(responseReaders));

/** A grpc-message is shown in one evidence line; some servers send whole stack traces. */
const MESSAGE_TEXT_MAX = 300;

/** The fields of a request. */
export function readRequest(fields: readonly HeaderField[], call: Call, stacks: Stacks): void {
  for (const field of fields) {
    measure(field, call);
    if (field.unknown !== 'nothing') continue;
    const reader = REQUEST_READERS.get(field.name);
    if (reader !== undefined) reader(call, field.value, stacks);
    else if (isProxyHeader(field.name)) learnProxy(field, 'request', stacks);
  }
}

/**
 * What header lists of one server say. They repeat, and equal ones are the same list, so the last ones are read once: see
 * `HpackDecoder`.
 */
export class AnswerReader {
  #plain: readonly HeaderField[] | undefined;
  #status: number | undefined;
  #trailers: readonly HeaderField[] | undefined;
  #grpcStatus: number | undefined;
  #contentType: string | undefined;

  read(role: HeadersRole, fields: readonly HeaderField[], call: Call, stacks: Stacks): void {
    if (fields === this.#plain) {
      call.httpStatus = this.#status;
      call.responseContentType = this.#contentType;
      return;
    }
    if (fields === this.#trailers) {
      call.grpcStatus = this.#grpcStatus;
      return;
    }
    readAnswer(role, fields, call, stacks);
    const keeps = fields.every(({ name, unknown }) => unknown === 'nothing' && name !== 'grpc-message');
    const states = fields.some(({ name }) => name === 'grpc-status');
    if (!keeps) return;
    if (role === 'response' && !states) {
      this.#plain = fields;
      this.#status = call.httpStatus;
      this.#contentType = call.responseContentType;
    } else if (role === 'trailers' && states && !fields.some(({ name }) => name === 'content-type')) {
      this.#trailers = fields;
      this.#grpcStatus = call.grpcStatus;
    }
  }
}

function readAnswer(role: HeadersRole, fields: readonly HeaderField[], call: Call, stacks: Stacks): void {
  for (const field of fields) {
    if (field.unknown !== 'nothing') continue;
    const reader = RESPONSE_READERS.get(field.name);
    if (reader !== undefined) reader(call, field.value, stacks);
    else if (isProxyHeader(field.name)) learnProxy(field, role, stacks);
  }
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
