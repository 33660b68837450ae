/**
 * The header lists of responses. What is the same in every call stands in templates, which connections encode once; a usual
 * response then costs a few octets of table references, and no object is made for it.
 */
import { fromLatin1 } from '#base';
import { responseTemplate, Status } from '#grpc';
import { type EncodableField, type HeaderList, HeaderTemplate } from '#h2';

const field = (name: string, value: string): EncodableField => ({ name, value, neverIndexed: false });
const list = (template: HeaderTemplate): HeaderList => ({ template, extra: undefined });
const STATUS_MAX = Status.UNAUTHENTICATED;

/** Trailers by status; those of gRPC are made once. */
const trailers: readonly HeaderList[] = Array.from({ length: STATUS_MAX + 1 }, (_, code) => trailersOf(code));

function trailersOf(code: number): HeaderList {
  return list(new HeaderTemplate([field('grpc-status', String(code))]));
}

/** `grpc-status` alone; applications may send codes that gRPC does not define. */
export function statusTrailers(code: number): HeaderList {
  return trailers[code] ?? trailersOf(code);
}

/** The same section with more fields behind it. */
export function withFields(section: HeaderList, extra: readonly EncodableField[] | undefined): HeaderList {
  return extra === undefined || extra.length === 0 ? section : { template: section.template, extra };
}

/** Content types are the client's choice of words: more than these are not kept, which only costs time. */
const KEPT_MAX = 16;
/** Longer content types name no codec; they are not repeated to the client. */
const CONTENT_TYPE_MAX = 64;

/** The sections of one server: they name what it accepts. */
export class ResponseTemplates {
  readonly #acceptEncodings: readonly string[];
  readonly #headers = new Map<string, HeaderList>();
  readonly #only = new Map<string, (HeaderList | undefined)[]>();

  constructor(acceptEncodings: readonly string[]) {
    this.#acceptEncodings = acceptEncodings;
  }

  /**
   * Response headers. The content type is the request's own, which names the codec (gRPC over HTTP/2, "Responses").
   * `encoding` announces how messages are compressed; empty for not at all.
   */
  headers(contentType: string, encoding: string): HeaderList {
    const key = encoding === '' ? contentType : `${encoding} ${contentType}`;
    const known = this.#headers.get(key);
    if (known !== undefined) return known;
    const made = list(responseTemplate({ ...this.#common(contentType), ...(encoding === '' ? {} : { encoding }) }));
    if (this.#headers.size < KEPT_MAX) this.#headers.set(key, made);
    return made;
  }

  /** The one header section of a Trailers-Only response. */
  trailersOnly(contentType: string, code: number): HeaderList {
    const known = this.#only.get(contentType);
    const kept = known?.[code];
    if (kept !== undefined) return kept;
    const { fields } = responseTemplate(this.#common(contentType));
    const made = list(new HeaderTemplate([...fields, field('grpc-status', String(code))]));
    // A code beyond gRPC's would make the array sparse.
    if (code <= STATUS_MAX && known !== undefined) known[code] = made;
    else if (code <= STATUS_MAX && this.#only.size < KEPT_MAX) {
      const codes = new Array<HeaderList | undefined>(STATUS_MAX + 1);
      codes[code] = made;
      this.#only.set(contentType, codes);
    }
    return made;
  }

  #common(contentType: string): { contentType: string; acceptEncodings: readonly string[] } {
    const isShort = contentType !== '' && contentType.length <= CONTENT_TYPE_MAX;
    return { contentType: isShort ? contentType : 'application/grpc', acceptEncodings: this.#acceptEncodings };
  }
}

/** A response to what is no gRPC request: for people with browsers, and for health probes of the wrong kind. */
export interface PlainAnswer {
  readonly headers: HeaderList;
  readonly body: Uint8Array;
}

function plainAnswer(status: number, text: string, more: readonly EncodableField[] = []): PlainAnswer {
  const body = fromLatin1(text);
  const fields = [
    field(':status', String(status)),
    field('content-type', 'text/plain; charset=utf-8'),
    field('content-length', String(body.length)),
    ...more,
  ];
  return { headers: list(new HeaderTemplate(fields)), body };
}

/** "If Content-Type does not begin with application/grpc, gRPC servers SHOULD respond with HTTP status of 415." */
export const NOT_GRPC = plainAnswer(
  415,
  'This is a gRPC server. It serves POST requests over HTTP/2 whose content-type is application/grpc.\n',
);

/** A gRPC content type with another method (RFC 9110 §15.5.6: the answer names what is allowed). */
export const NOT_POST = plainAnswer(405, 'This is a gRPC server. It serves POST requests only.\n', [
  field('allow', 'POST'),
]);

/** A grpc-timeout that is none: nothing that an HTTP client could take for a success. */
export const BAD_REQUEST: HeaderList = list(
  new HeaderTemplate([
    field(':status', '400'),
    field('content-type', 'application/grpc'),
    field('grpc-status', String(Status.INTERNAL)),
  ]),
);
