/** What both ends of a call share: kinds of methods, and how a call went. */
import type { Metadata } from './metadata/metadata.ts';

export type MethodKind = 'unary' | 'client-streaming' | 'server-streaming' | 'bidi-streaming';

/** The outcome as gRPC states it: OK, or a failure with its code. */
export interface CallStatus {
  /** 0 to 16; see `Status`. */
  readonly code: number;
  /** English, for developers; empty for OK. */
  readonly message: string;
  /** Trailing metadata as far as it arrived. */
  readonly trailers: Metadata;
}
