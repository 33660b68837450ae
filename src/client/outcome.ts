/** Outcomes of calls: what the server said, or a failure with everything that is known of it. */
import { Metadata, Status } from '#grpc';
import type { HeaderField } from '#h2';
import type { CallFailure, CallResult } from './call-face.ts';

const NO_FIELDS: readonly HeaderField[] = [];

/** Trailers are made when somebody looks at them: most calls that go well have none. */
export class Outcome implements CallResult {
  readonly code: number;
  readonly message: string;
  readonly failure: CallFailure | undefined;
  readonly #fields: readonly HeaderField[];
  #trailers: Metadata | undefined = undefined;

  constructor(code: number, message: string, failure: CallFailure | undefined, fields = NO_FIELDS) {
    this.code = code;
    this.message = message;
    this.failure = failure;
    this.#fields = fields;
  }

  get isOk(): boolean {
    return this.code === Status.OK;
  }

  get trailers(): Metadata {
    this.#trailers ??= Metadata.fromFields(this.#fields);
    return this.#trailers;
  }
}
