/** From the function that implements a method to the handler that the byte-level server calls. */
import type { MethodKind } from '#grpc';
import type { ServerCall, ServerCallListener, ServerHandler } from '#server';
import type { Method } from '../method.ts';
import type { CallContext, Clockwork } from './context.ts';
import type { FailureSink } from './failure.ts';
import { StreamRun } from './stream-run.ts';
import { UnaryRun } from './unary-run.ts';

/** The function that implements a method, interceptors included, whatever its kind. */
export type Serve = (request: unknown, context: CallContext) => unknown;

/** A method with its implementation and what its calls need. */
export interface Served {
  readonly method: Method;
  readonly serve: Serve;
  readonly clock: Clockwork;
  readonly sink: FailureSink;
}

export function handlerOf(served: Served): ServerHandler {
  return served.method.kind === 'unary' ? new UnaryHandler(served) : new StreamHandler(served);
}

class UnaryHandler implements ServerHandler {
  readonly kind = 'unary';
  readonly #served: Served;

  constructor(served: Served) {
    this.#served = served;
  }

  start(call: ServerCall): ServerCallListener {
    const run = new UnaryRun(this.#served, call);
    call.pull(1);
    return run;
  }
}

class StreamHandler implements ServerHandler {
  readonly kind: MethodKind;
  readonly #served: Served;

  constructor(served: Served) {
    this.kind = served.method.kind;
    this.#served = served;
  }

  start(call: ServerCall): ServerCallListener {
    return new StreamRun(this.#served, call).begin();
  }
}
