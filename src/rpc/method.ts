/** A method as calls need it: its path, its kind, and the codecs of both directions. Made once for each client or service. */
import type { DescMethod, DescService } from '@bufbuild/protobuf';
import type { MethodKind } from '#grpc';
import type { Codec, MessageCodec } from './codec.ts';

export interface Method {
  readonly desc: DescMethod;
  /** `/package.Service/Method` (gRPC over HTTP/2, "Path"). */
  readonly path: string;
  readonly kind: MethodKind;
  readonly request: MessageCodec;
  readonly response: MessageCodec;
}

const kinds: Readonly<Record<DescMethod['methodKind'], MethodKind>> = {
  unary: 'unary',
  client_streaming: 'client-streaming',
  server_streaming: 'server-streaming',
  bidi_streaming: 'bidi-streaming',
};

export function methodsOf(service: DescService, codec: Codec): Method[] {
  return service.methods.map((desc) => ({
    desc,
    path: `/${service.typeName}/${desc.name}`,
    kind: kinds[desc.methodKind],
    request: codec.messageCodec(desc.input),
    response: codec.messageCodec(desc.output),
  }));
}
