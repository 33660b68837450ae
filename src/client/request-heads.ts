/**
 * The header sections of requests: one template for each method, so that the engine encodes it once for each connection, and
 * the fields that differ from call to call (gRPC over HTTP/2, "Requests").
 */
import { formatTimeout, requestTemplate } from '#grpc';
import { type EncodableField, type HeaderList, type HeaderTemplate, listBytesOf } from '#h2';
import type { CallStart } from './call-face.ts';

export interface RequestHeadOptions {
  readonly scheme: 'http' | 'https';
  readonly authority: string;
  readonly userAgent: string;
  readonly acceptEncodings: readonly string[];
}

/** Methods remembered: services have tens. Two generations of this size, so what is in use is never forgotten. */
const TEMPLATES_MAX = 512;

export class RequestHeads {
  readonly #options: RequestHeadOptions;
  /** By path and encoding. What is found among the old ones moves to the young. */
  #young = new Map<string, HeaderTemplate>();
  #old = new Map<string, HeaderTemplate>();
  #lastPath = '';
  #lastTemplate: HeaderTemplate | undefined = undefined;
  /** Calls made in one go mostly have the same timeout. */
  #timeoutMs = -1;
  #timeoutFields: readonly EncodableField[] = [];

  constructor(options: RequestHeadOptions) {
    this.#options = options;
  }

  /** `timeoutMs`: what is left until the deadline, above 0; undefined for a call without one. */
  list(start: CallStart, timeoutMs: number | undefined): HeaderList {
    const metadata = start.metadata?.toFields();
    const template = this.#template(start.path, start.compress);
    if (timeoutMs === undefined) {
      return { template, extra: metadata !== undefined && metadata.length > 0 ? metadata : undefined };
    }
    const timeout = this.#timeout(timeoutMs);
    const extra = metadata === undefined || metadata.length === 0 ? timeout : [...timeout, ...metadata];
    return { template, extra };
  }

  #template(path: string, encoding: string | undefined): HeaderTemplate {
    if (encoding !== undefined) return this.#find(`${path} ${encoding}`, path, encoding);
    if (path !== this.#lastPath || this.#lastTemplate === undefined) {
      this.#lastTemplate = this.#find(path, path, undefined);
      this.#lastPath = path;
    }
    return this.#lastTemplate;
  }

  #find(key: string, path: string, encoding: string | undefined): HeaderTemplate {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const template = this.#old.get(key) ?? requestTemplate({ ...this.#options, path, ...(encoding && { encoding }) });
    if (this.#young.size >= TEMPLATES_MAX) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, template);
    return template;
  }

  /** Whole milliseconds, rounded up so that the server never gives up before the client does. */
  #timeout(timeoutMs: number): readonly EncodableField[] {
    const wholeMs = Math.ceil(timeoutMs);
    if (wholeMs === this.#timeoutMs) return this.#timeoutFields;
    this.#timeoutMs = wholeMs;
    this.#timeoutFields = [{ name: 'grpc-timeout', value: formatTimeout(wholeMs), neverIndexed: false }];
    return this.#timeoutFields;
  }
}

/** The size of a list as the peer's SETTINGS_MAX_HEADER_LIST_SIZE counts it (RFC 9113 §6.5.2). */
export function sizeOfList(list: HeaderList): number {
  return list.template.listBytes + (list.extra === undefined ? 0 : listBytesOf(list.extra));
}
