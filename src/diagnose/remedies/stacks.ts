/** The stacks that remedies are written for, and those that are only recognised. */
import type { Side } from '#base';

export type Role = Side | 'middlebox';

interface Stack {
  /** As people name it, in every language. */
  readonly name: string;
  /** Where the product goes by another name in this role. */
  readonly nameAs?: Readonly<Partial<Record<Role, string>>>;
  /** The stack underneath, whose remedies also apply where it has none of its own; only for roles in which they can be set. */
  readonly builtOn?: Readonly<Partial<Record<Role, string>>>;
}

const stackTable = {
  'grpc-go': { name: 'grpc-go' },
  'grpc-java': { name: 'grpc-java' },
  'grpc-js': { name: '@grpc/grpc-js' },
  'c-core': { name: 'gRPC C-core' },
  calmwire: { name: 'Calmwire' },
  connect: { name: 'connect-node', builtOn: { client: 'node', server: 'node' } },
  node: { name: 'node:http2' },
  kitex: { name: 'Kitex' },
  volo: { name: 'Volo' },
  tonic: { name: 'tonic' },
  netty: { name: 'Netty' },
  vertx: { name: 'Vert.x', builtOn: { server: 'netty' } },
  servicecomb: { name: 'ServiceComb Java Chassis', builtOn: { client: 'vertx', server: 'vertx' } },
  etcd: { name: 'etcd', nameAs: { client: 'etcd clientv3' }, builtOn: { client: 'grpc-go' } },
  cortex: { name: 'Cortex' },
  envoy: { name: 'Envoy' },
  istio: { name: 'Istio', builtOn: { client: 'envoy', server: 'envoy', middlebox: 'envoy' } },
  nginx: { name: 'nginx' },
  haproxy: { name: 'HAProxy' },
  aws: { name: 'AWS load balancer' },
  gcp: { name: 'Google Cloud load balancer' },
  azure: { name: 'Azure load balancer' },
  'ingress-nginx': { name: 'ingress-nginx' },
  kubernetes: { name: 'Kubernetes' },
  'kube-proxy': { name: 'kube-proxy' },
  // Recognised, without remedies: naming them keeps advice for other stacks away.
  'grpc-dotnet': { name: 'grpc-dotnet' },
  nghttp2: { name: 'nghttp2' },
} as const satisfies Readonly<Record<string, Stack>>;

export type StackId = keyof typeof stackTable;

const stacks: Readonly<Record<StackId, Stack>> = stackTable;

export function isStackId(text: string): text is StackId {
  return Object.hasOwn(stackTable, text);
}

export const stackIds: readonly StackId[] = Object.keys(stackTable).filter(isStackId);

/** The name to show; an id that is not of the table is shown as it stands. */
export function stackName(id: string, role?: Role): string {
  if (!isStackId(id)) return id;
  const { name, nameAs } = stacks[id];
  return (role === undefined ? undefined : nameAs?.[role]) ?? name;
}

/** A stack and those it is built on in this role, nearest first. */
export function withFoundations(id: StackId, role: Role): readonly StackId[] {
  const chain: StackId[] = [id];
  for (let below = stacks[id].builtOn?.[role]; below !== undefined && isStackId(below); ) {
    chain.push(below);
    below = stacks[below].builtOn?.[role];
  }
  return chain;
}
