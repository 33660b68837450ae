/**
 * The three proxies of the matrix: each has a listener in clear text and one with TLS for every backend, and speaks
 * to the backend as it is spoken to. The settings are the defaults, but for those that gRPC needs.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { work } from '../lib/programs.mjs';

const folder = join(work, 'peers', 'proxies');
const tls = (file) => join(work, 'tls', file);
const ENVOY = '1.39.3';

/** `routes` are `{ listen, backend, tls }`; returns the command that serves them. */
export const proxies = { nginx, envoy, haproxy };

function write(name, text) {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

function nginx(routes) {
  const server = ({ listen, backend, tls: secure }) => `
  server {
    listen 127.0.0.1:${listen} ${secure ? 'ssl ' : ''}http2;
    ${secure ? `ssl_certificate ${tls('peers.pem')}; ssl_certificate_key ${tls('peers.key')};` : ''}
    client_max_body_size 0;
    location / {
      grpc_pass ${secure ? 'grpcs' : 'grpc'}://127.0.0.1:${backend};
      ${secure ? `grpc_ssl_verify on; grpc_ssl_name localhost; grpc_ssl_trusted_certificate ${tls('peers-ca.pem')};` : ''}
    }
  }`;
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
    .map((name) => `${name}_temp_path ${folder}/${name};`)
    .join(' ');
  const file = write(
    'nginx.conf',
    `daemon off; worker_processes 1; error_log stderr; pid ${folder}/nginx.pid;
events { worker_connections 256; }
http {
  access_log off; ${paths}${routes.map(server).join('')}
}
`,
  );
  return ['nginx', '-c', file, '-e', 'stderr'];
}

function haproxy(routes) {
  const route = ({ listen, backend, tls: secure }) => `
frontend in-${listen}
  bind 127.0.0.1:${listen} ${secure ? `ssl crt ${tls('peers-bundle.pem')} alpn h2` : 'proto h2'}
  default_backend out-${listen}
backend out-${listen}
  server one 127.0.0.1:${backend} ${secure ? `ssl verify required ca-file ${tls('peers-ca.pem')} verifyhost localhost alpn h2` : 'proto h2'}
`;
  const head =
    'global\n  maxconn 200\ndefaults\n  mode http\n  timeout connect 1s\n  timeout client 30s\n  timeout server 30s\n';
  return ['haproxy', '-q', '-f', write('haproxy.cfg', head + routes.map(route).join(''))];
}

/** JSON is YAML. */
function envoy(routes) {
  const type = (name) => ({ '@type': `type.googleapis.com/envoy.${name}` });
  const address = (port) => ({ socket_address: { address: '127.0.0.1', port_value: port } });
  const socket = (name, context) => ({
    transport_socket: { name: 'envoy.transport_sockets.tls', typed_config: { ...type(name), ...context } },
  });
  const manager = (listen) => ({
    ...type('extensions.filters.network.http_connection_manager.v3.HttpConnectionManager'),
    stat_prefix: 'lab',
    codec_type: 'HTTP2',
    route_config: {
      virtual_hosts: [
        {
          name: 'all',
          domains: ['*'],
          routes: [{ match: { prefix: '/' }, route: { cluster: `out-${listen}`, timeout: '0s' } }],
        },
      ],
    },
    http_filters: [
      { name: 'envoy.filters.http.router', typed_config: type('extensions.filters.http.router.v3.Router') },
    ],
  });
  const listener = ({ listen, tls: secure }) => ({
    address: address(listen),
    filter_chains: [
      {
        filters: [{ name: 'envoy.filters.network.http_connection_manager', typed_config: manager(listen) }],
        ...(secure
          ? socket('extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
              common_tls_context: {
                alpn_protocols: ['h2'],
                tls_certificates: [
                  { certificate_chain: { filename: tls('peers.pem') }, private_key: { filename: tls('peers.key') } },
                ],
              },
            })
          : {}),
      },
    ],
  });
  const cluster = ({ listen, backend, tls: secure }) => ({
    name: `out-${listen}`,
    type: 'STATIC',
    connect_timeout: '1s',
    typed_extension_protocol_options: {
      'envoy.extensions.upstreams.http.v3.HttpProtocolOptions': {
        ...type('extensions.upstreams.http.v3.HttpProtocolOptions'),
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
    load_assignment: {
      cluster_name: `out-${listen}`,
      endpoints: [{ lb_endpoints: [{ endpoint: { address: address(backend) } }] }],
    },
    ...(secure
      ? socket('extensions.transport_sockets.tls.v3.UpstreamTlsContext', {
          sni: 'localhost',
          common_tls_context: {
            alpn_protocols: ['h2'],
            validation_context: { trusted_ca: { filename: tls('peers-ca.pem') } },
          },
        })
      : {}),
  });
  const config = { static_resources: { listeners: routes.map(listener), clusters: routes.map(cluster) } };
  const file = write('envoy.json', JSON.stringify(config, undefined, 1));
  const lib = join(work, 'envoy', `e${ENVOY}`, 'lib');
  const python = readdirSync(lib).find((name) => name.startsWith('python3'));
  const binary = join(lib, python, 'site-packages', 'envoy', '_bin', 'envoy');
  return [binary, '-c', file, '-l', 'warning', '--concurrency', '1', '--use-dynamic-base-id'];
}
