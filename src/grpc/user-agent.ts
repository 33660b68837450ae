/**
 * Which implementation a peer is, by its `user-agent`. Applications put their own product in front ("etcd/3.5
 * grpc-go/1.59.0") and wrappers name what they wrap behind ("grpc-python/1.60.0 grpc-c/37.0.0"): the first known wins.
 */

/** Families of implementations that share code and options; remedies are listed by these. */
export type Stack =
  | 'grpc-go'
  | 'grpc-java'
  | 'grpc-js'
  | 'c-core'
  | 'grpc-dotnet'
  | 'grpc-swift'
  | 'grpc-dart'
  | 'calmwire'
  | 'connect'
  | 'connect-go'
  | 'tonic'
  | 'kitex'
  | 'volo'
  | 'vertx'
  | 'nghttp2'
  | 'envoy'
  | 'kube-probe'
  | 'other';

export interface UserAgent {
  readonly stack: Stack;
  /** The product as written: `grpc-java-okhttp`, `grpc-python`. For `other` the first product of the text. */
  readonly product: string;
  /** As written, without a leading `v`; empty if none was given. */
  readonly version: string;
}

/** Product names in lower case. C-core wrappers come before `grpc-c` in the text, so their own version is told. */
const products: ReadonlyMap<string, Stack> = new Map<string, Stack>([
  ['grpc-go', 'grpc-go'],
  ['grpc-java', 'grpc-java'],
  ['grpc-java-netty', 'grpc-java'],
  ['grpc-java-okhttp', 'grpc-java'],
  ['grpc-java-cronet', 'grpc-java'],
  ['grpc-java-android', 'grpc-java'],
  ['grpc-java-inprocess', 'grpc-java'],
  ['grpc-java-servlet', 'grpc-java'],
  ['grpc-kotlin', 'grpc-java'],
  ['grpc-node-js', 'grpc-js'],
  // The addon before grpc-js, a wrapper of C-core.
  ['grpc-node', 'c-core'],
  ['grpc-python', 'c-core'],
  ['grpc-python-asyncio', 'c-core'],
  ['grpc-c++', 'c-core'],
  ['grpc-c', 'c-core'],
  ['grpc-ruby', 'c-core'],
  ['grpc-php', 'c-core'],
  ['grpc-csharp', 'c-core'],
  ['grpc-objc', 'c-core'],
  ['grpc-dotnet', 'grpc-dotnet'],
  ['grpc-swift', 'grpc-swift'],
  ['grpc-swift-nio', 'grpc-swift'],
  ['grpc-swift-nio-transport', 'grpc-swift'],
  ['grpc-dart', 'grpc-dart'],
  ['dart-grpc', 'grpc-dart'],
  ['calmwire', 'calmwire'],
  ['connect-es', 'connect'],
  ['connect-node', 'connect'],
  ['connect-web', 'connect'],
  ['connect-go', 'connect-go'],
  ['grpc-go-connect', 'connect-go'],
  ['tonic', 'tonic'],
  ['kitex', 'kitex'],
  ['volo', 'volo'],
  ['vert.x-webclient', 'vertx'],
  ['nghttp2', 'nghttp2'],
  ['envoy', 'envoy'],
  ['kube-probe', 'kube-probe'],
]);

/** Longer texts are cut: product names stand in front. */
const LENGTH_MAX = 512;

/** `undefined` for an empty text. */
export function parseUserAgent(value: string): UserAgent | undefined {
  let other: UserAgent | undefined;
  for (const token of withoutComments(value.slice(0, LENGTH_MAX)).split(' ')) {
    if (token === '') continue;
    const agent = parseProduct(token);
    if (agent.stack !== 'other') return agent;
    other ??= agent;
  }
  return other;
}

/** RFC 9110 §10.1.5: products are separated by spaces, comments stand in parentheses. */
function withoutComments(value: string): string {
  return value.replace(/\([^()]*\)/g, ' ');
}

function parseProduct(token: string): UserAgent {
  const slash = token.indexOf('/');
  const product = slash < 0 ? token : token.slice(0, slash);
  const stack = products.get(product.toLowerCase()) ?? 'other';
  const version = slash < 0 ? '' : token.slice(slash + 1).replace(/^v(?=\d)/, '');
  return { stack, product, version };
}
