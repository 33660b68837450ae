import { describe, expect, it } from 'vitest';
import { parseUserAgent } from '#grpc';

const vectors: readonly (readonly [string, string, string, string])[] = [
  ['grpc-go/1.62.1', 'grpc-go', 'grpc-go', '1.62.1'],
  ['etcd/3.5 grpc-go/1.59.0', 'grpc-go', 'grpc-go', '1.59.0'],
  ['grpcurl/v1.8.7 grpc-go/1.48.0', 'grpc-go', 'grpc-go', '1.48.0'],
  ['my app (build 7; grpc-java-netty/9.9) grpc-go/1.62.1-dev', 'grpc-go', 'grpc-go', '1.62.1-dev'],
  ['grpc-node-js/1.14.3', 'grpc-js', 'grpc-node-js', '1.14.3'],
  ['grpc-node/1.24.2 grpc-c/8.0.0 (linux; chttp2; ganges)', 'c-core', 'grpc-node', '1.24.2'],
  ['grpc-java-netty/1.41.0', 'grpc-java', 'grpc-java-netty', '1.41.0'],
  ['grpc-java-okhttp/1.68.0', 'grpc-java', 'grpc-java-okhttp', '1.68.0'],
  ['grpc-python/1.60.0 grpc-c/37.0.0 (linux; chttp2)', 'c-core', 'grpc-python', '1.60.0'],
  ['grpc-c++/1.16.1 grpc-c/6.0.0 (linux; nghttp2; hw)', 'c-core', 'grpc-c++', '1.16.1'],
  ['grpc-dotnet/2.41.0 (.NET 6.0.0; CLR 6.0.0; net5.0; windows; x64)', 'grpc-dotnet', 'grpc-dotnet', '2.41.0'],
  ['connect-es/2.1.2 (node)', 'connect', 'connect-es', '2.1.2'],
  ['connect-go/1.16.2 (go1.22.1)', 'connect-go', 'connect-go', '1.16.2'],
  ['grpc-go-connect/1.16.2 (go1.22.1)', 'connect-go', 'grpc-go-connect', '1.16.2'],
  ['tonic/0.14', 'tonic', 'tonic', '0.14'],
  ['grpc-swift-nio/1.23.0', 'grpc-swift', 'grpc-swift-nio', '1.23.0'],
  ['dart-grpc/2.0.0', 'grpc-dart', 'dart-grpc', '2.0.0'],
  ['Envoy/HC', 'envoy', 'Envoy', 'HC'],
  ['kube-probe/1.29', 'kube-probe', 'kube-probe', '1.29'],
  ['curl/8.5.0', 'other', 'curl', '8.5.0'],
  ['robot', 'other', 'robot', ''],
];

describe('parseUserAgent', () => {
  for (const [text, stack, product, version] of vectors) {
    it(`reads '${text}'`, () => expect(parseUserAgent(text)).toEqual({ stack, product, version }));
  }
  it('has nothing to say about nothing', () => {
    expect(parseUserAgent('')).toBeUndefined();
    expect(parseUserAgent('  (only a comment) ')).toBeUndefined();
  });
});
