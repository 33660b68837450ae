/** Puts the implementation of a service onto a byte-level server. */
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import { UsageError } from '#base';
import { Status } from '#grpc';
import type { ServerCall, ServerCallListener, ServerHandler } from '#server';
import { protobufCodec } from '../codec.ts';
import type { Interceptor } from '../interceptor.ts';
import { type Method, methodsOf } from '../method.ts';
import type { Clockwork } from './context.ts';
import type { FailureSink } from './failure.ts';
import { handlerOf, type Serve } from './handler.ts';
import { type Implemented, interceptedServes } from './intercepted.ts';
import type { ServiceImpl, ServiceOptions } from './types.ts';

/** What takes handlers: the byte-level server. */
export interface HandlerHost {
  handle(path: string, handler: ServerHandler): void;
}

/** What the services of a server share. */
export interface ServiceHost extends Clockwork {
  readonly host: HandlerHost;
  /** Around all calls, outside those of a service. */
  readonly interceptors: readonly Interceptor[];
  readonly sink: FailureSink;
}

/** Adds a handler for each method of the service; for those without a function one that answers UNIMPLEMENTED. */
export function addService<Desc extends DescService>(
  { host, now, interceptors, sink }: ServiceHost,
  service: Desc,
  implementation: Partial<ServiceImpl<Desc>>,
  options: ServiceOptions = {},
): void {
  if (service?.kind !== 'service') throw new UsageError('a service is added with its descriptor');
  const methods = methodsOf(service, options.codec ?? protobufCodec);
  const around = [...interceptors, ...(options.interceptors ?? [])];
  const own = implementedBy(methods, implementation);
  const serves = around.length === 0 ? own : interceptedServes(methods, own, around);
  for (const method of methods) {
    const serve = serves.get(method.desc);
    const handler = serve === undefined ? unimplemented(method) : handlerOf({ method, serve, clock: { now }, sink });
    host.handle(method.path, handler);
  }
}

function implementedBy(methods: readonly Method[], implementation: object): Implemented {
  const implemented = new Map<DescMethod, Serve>();
  for (const { desc } of methods) {
    const serve: unknown = Reflect.get(implementation, desc.localName);
    if (typeof serve === 'function') implemented.set(desc, serve.bind(implementation));
    else if (serve !== undefined) throw new UsageError(`${desc.localName} of ${desc.parent.typeName} is no function`);
  }
  return implemented;
}

function unimplemented({ kind, desc }: Method): ServerHandler {
  const message = `${desc.parent.typeName} does not implement ${desc.name}`;
  return {
    kind,
    start: (call: ServerCall): ServerCallListener => {
      call.end(Status.UNIMPLEMENTED, message);
      return silent;
    },
  };
}

const silent: ServerCallListener = {
  message: () => undefined,
  halfClosed: () => undefined,
  cancelled: () => undefined,
};
