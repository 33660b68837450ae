/** All wordings, the more specific stacks before those whose words others repeat. */
import type { StackWordings } from '../wording.ts';
import { cCore } from './c-core.ts';
import { envoy } from './envoy.ts';
import { grpcGo } from './grpc-go.ts';
import { grpcJava } from './grpc-java.ts';
import { grpcJs } from './grpc-js.ts';
import { haproxy } from './haproxy.ts';
import { kitex } from './kitex.ts';
import { nginx } from './nginx.ts';
import { connectNode, nodeHttp2 } from './node.ts';
import { tonic } from './rust.ts';
import { netty, vertx } from './vertx.ts';

/** Kitex before grpc-go, whose transport it copied; Netty after grpc-java and Vert.x, which stand on it. */
export const stackWordings: readonly StackWordings[] = [
  envoy,
  haproxy,
  nginx,
  kitex,
  cCore,
  tonic,
  grpcGo,
  connectNode,
  grpcJs,
  nodeHttp2,
  vertx,
  grpcJava,
  netty,
];
