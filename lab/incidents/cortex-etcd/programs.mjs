/** Clusters of three etcd members, and the clients that the steps run. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { work } from '../../lib/programs.mjs';

const bin = join(work, 'bin');
const names = ['a', 'b', 'c'];
/** A cluster elects its leader within some seconds, on a busy machine within some more. */
const ELECTION_TIMEOUT_MS = 60_000;
/** Three times etcd's defaults: on a busy machine a leader must not be taken for dead. */
const PATIENCE = ['--heartbeat-interval', '300', '--election-timeout', '3000'];

/** Three members of Debian's etcd; answers with their client ports. */
export async function cluster(stage, name) {
  const members = names.map((member) => ({ member, port: stage.port(), peer: stage.port() }));
  const initial = members.map(({ member, peer }) => `${member}=http://127.0.0.1:${peer}`).join(',');
  await Promise.all(
    members.map(({ member, port, peer }) => {
      const directory = emptied(`cortex-etcd-${name}-${member}.etcd`);
      const [client, peers] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peer}`];
      const own = ['--name', member, '--data-dir', directory, '--log-level', 'error', '--initial-cluster-state', 'new'];
      const at = ['--listen-client-urls', client, '--advertise-client-urls', client];
      const among = ['--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers, '--initial-cluster', initial];
      return stage.start(`${name}-${member}`, ['etcd', ...own, ...PATIENCE, ...at, ...among], { ports: [port] });
    }),
  );
  const ports = members.map(({ port }) => port);
  await Promise.all(ports.map(elected));
  return ports;
}

/** One member of a current etcd that an embedder lets permit PINGs without streams; Debian's has no such flag. */
export async function permitting(stage, name) {
  const [port, peer] = [stage.port(), stage.port()];
  const directory = emptied(`cortex-etcd-${name}.etcd`);
  const at = ['-client', `http://127.0.0.1:${port}`, '-peer', `http://127.0.0.1:${peer}`];
  const options = ['-data-dir', directory, ...at, '-permit-idle'];
  await stage.start(name, [join(bin, 'etcd-server-3.6'), ...options], { ports: [port] });
  await elected(port);
  return port;
}

/** Until a member knows a leader. */
async function elected(port) {
  const deadline = Date.now() + ELECTION_TIMEOUT_MS;
  for (;;) {
    const answer = await fetch(`http://127.0.0.1:${port}/health`).catch(() => undefined);
    if ((await answer?.json().catch(() => undefined))?.health === 'true') return;
    if (Date.now() > deadline) throw new Error(`no leader of etcd within ${ELECTION_TIMEOUT_MS} ms`);
    await sleep(100);
  }
}

function emptied(name) {
  const directory = join(work, 'run', name);
  rmSync(directory, { recursive: true, force: true });
  return directory;
}

/** etcd's Go client with Cortex's settings: a watch for so long, and a put at either end. grpc-go says what it logs. */
export function clientv3(ports, seconds, permitIdle) {
  const endpoints = ports.map((port) => `http://127.0.0.1:${port}`).join(',');
  const steps = ['put a 1', `bg watch a ${seconds}s`, `wait ${seconds}s`, 'put a 2'];
  const idle = permitIdle ? ['-permit-idle'] : [];
  return [join(bin, 'etcd-client-3.6'), '-endpoints', endpoints, '-keepalive', '10s', ...idle, ...steps];
}

/** A plain grpc-go client of that version, idle for so long with Cortex's settings. */
export function idleClient(version, port, seconds) {
  const at = ['-target', `127.0.0.1:${port}`, '-keepalive', '10s', '-permit-idle'];
  return [join(bin, `orders-client-${version}`), ...at, 'get id=1', `wait ${seconds}s`];
}

/** grpc-go with its default policy. */
export async function grpcGoServer(stage) {
  const port = stage.port();
  await stage.start('grpc-go', [join(bin, 'orders-server-1.85.0'), '-listen', `127.0.0.1:${port}`], { ports: [port] });
  return port;
}
