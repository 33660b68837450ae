/** All remedy tables by stack. */
import { aws } from './aws.ts';
import { azure } from './azure.ts';
import { cCore } from './c-core.ts';
import { calmwire } from './calmwire.ts';
import { connect } from './connect.ts';
import { cortex } from './cortex.ts';
import type { RemedyTable } from './entry.ts';
import { envoy } from './envoy.ts';
import { etcd } from './etcd.ts';
import { gcp } from './gcp.ts';
import { grpcGo } from './grpc-go.ts';
import { grpcJava } from './grpc-java.ts';
import { grpcJs } from './grpc-js.ts';
import { haproxy } from './haproxy.ts';
import { ingressNginx } from './ingress-nginx.ts';
import { istio } from './istio.ts';
import { kitex } from './kitex.ts';
import { kubeProxy } from './kube-proxy.ts';
import { kubernetes } from './kubernetes.ts';
import { netty } from './netty.ts';
import { nginx } from './nginx.ts';
import { node } from './node.ts';
import { servicecomb } from './servicecomb.ts';
import type { StackId } from './stacks.ts';
import { tonic } from './tonic.ts';
import { vertx } from './vertx.ts';
import { volo } from './volo.ts';

export const remedyTables: Readonly<Record<StackId, RemedyTable>> = {
  'grpc-go': grpcGo,
  'grpc-java': grpcJava,
  'grpc-js': grpcJs,
  'c-core': cCore,
  calmwire,
  connect,
  node,
  kitex,
  volo,
  tonic,
  netty,
  vertx,
  servicecomb,
  etcd,
  cortex,
  envoy,
  istio,
  nginx,
  haproxy,
  aws,
  gcp,
  azure,
  'ingress-nginx': ingressNginx,
  kubernetes,
  'kube-proxy': kubeProxy,
  'grpc-dotnet': [],
  nghttp2: [],
};
