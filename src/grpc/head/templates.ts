/**
 * Header sections to send, as templates: the fields that are the same for all calls of a method (gRPC over HTTP/2, "Requests",
 * "Responses"). What differs from call to call follows as extra fields: timeout, then metadata.
 */
import { type EncodableField, HeaderTemplate } from '#h2';
import { encodePercent } from '../percent.ts';
import { IDENTITY } from './encodings.ts';

export interface RequestTemplateOptions {
  readonly scheme: 'http' | 'https';
  /** `:path`: `/package.Service/Method`. */
  readonly path: string;
  readonly authority: string;
  readonly userAgent: string;
  /** Default `application/grpc`, which every server takes. */
  readonly contentType?: string;
  /** How the messages will be compressed; none if left out. */
  readonly encoding?: string;
  /** What we can decompress; none if empty. */
  readonly acceptEncodings?: readonly string[];
}

/** The Call-Definition of gRPC in its order, without the timeout. */
export function requestTemplate(options: RequestTemplateOptions): HeaderTemplate {
  const { scheme, path, authority, userAgent, contentType = CONTENT_TYPE, encoding, acceptEncodings = [] } = options;
  const fields = [
    field(':method', 'POST'),
    field(':scheme', scheme),
    field(':path', path),
    field(':authority', authority),
    field('te', 'trailers'),
    field('content-type', contentType),
  ];
  // `identity` goes without saying, but a Kitex server refuses clients that name no encoding of its own.
  addEncodings(fields, encoding, acceptEncodings.length === 0 ? acceptEncodings : [IDENTITY, ...acceptEncodings]);
  fields.push(field('user-agent', userAgent));
  return new HeaderTemplate(fields);
}

export interface ResponseTemplateOptions {
  /** Default `application/grpc`; the request's own is the one to repeat. */
  readonly contentType?: string;
  /** How the messages will be compressed; none if left out. */
  readonly encoding?: string;
  /** What we can decompress; none if empty. */
  readonly acceptEncodings?: readonly string[];
}

/** The header section of a response; also of one that is Trailers-Only, to which `statusFields` are added. */
export function responseTemplate(options: ResponseTemplateOptions = {}): HeaderTemplate {
  const { contentType = CONTENT_TYPE, encoding, acceptEncodings = [] } = options;
  const fields = [field(':status', '200'), field('content-type', contentType)];
  addEncodings(fields, encoding, acceptEncodings);
  return new HeaderTemplate(fields);
}

/** `grpc-status` and, where there is one, `grpc-message`: what trailers begin with. */
export function statusFields(code: number, message: string): EncodableField[] {
  const fields = [field('grpc-status', String(code))];
  if (message !== '') fields.push(field('grpc-message', encodePercent(message)));
  return fields;
}

/** The trailers of a call that went well and has no more to say: the most frequent block of all. */
export const OK_TRAILERS = new HeaderTemplate(statusFields(0, ''));

/** For trailers and sections that are made of extra fields only. */
export const EMPTY_TEMPLATE = new HeaderTemplate([]);

const CONTENT_TYPE = 'application/grpc';

function field(name: string, value: string): EncodableField {
  return { name, value, neverIndexed: false };
}

function addEncodings(fields: EncodableField[], encoding: string | undefined, accepted: readonly string[]): void {
  if (encoding !== undefined && encoding !== IDENTITY) fields.push(field('grpc-encoding', encoding));
  if (accepted.length > 0) fields.push(field('grpc-accept-encoding', accepted.join(',')));
}
