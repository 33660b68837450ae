/** The stacks that are compared, and how their server and client are started. */
import { join } from 'node:path';
import { Child } from './child.mjs';
import { certificate, goProgram } from './setup.mjs';

const here = new URL('.', import.meta.url).pathname;
const node = (file, ...args) => [process.execPath, join(here, file), ...args];

/** One thread of Go code, as one core of Node; the collector's settings are the default ones. */
const goEnvironment = { GOMAXPROCS: '1' };

const nodeStack = (folder, prefix) => ({
  server: (options) => node(`${folder}/${prefix}server.mjs`, JSON.stringify(options)),
  client: () => node(`${folder}/${prefix}client.mjs`),
  restarts: () => node(`${folder}/${prefix}restarts.mjs`),
});

export const stacks = {
  calmwire: nodeStack('calmwire', ''),
  'grpc-js': nodeStack('peers', 'grpc-js-'),
  'grpc-go': {
    server: (options) => [goProgram, 'server', JSON.stringify(options)],
    client: () => [goProgram, 'client'],
    env: goEnvironment,
  },
  connect: nodeStack('peers', 'connect-'),
};

/** Ours takes part once it is built. */
export async function runtimeBuilt() {
  try {
    return 'createServer' in (await import('calmwire'));
  } catch {
    return false;
  }
}

export class Bench {
  cores;
  #children = new Set();

  constructor(cores) {
    this.cores = cores;
  }

  async #start(name, command, core, env) {
    const child = await Child.start(name, command, { core, env });
    this.#children.add(child);
    return child;
  }

  server(stack, { tls = false, flags = [], ...options } = {}) {
    const { server, env } = stacks[stack];
    const [program, ...args] = server(tls ? { ...options, tls: certificate } : options);
    return this.#start(`${stack} server`, [program, ...flags, ...args], this.cores?.server, env);
  }

  client(stack, { flags = [] } = {}) {
    const { client, env } = stacks[stack];
    const [program, ...args] = client();
    return this.#start(`${stack} client`, [program, ...flags, ...args], this.cores?.client, env);
  }

  /** Servers that come and go, for nothing-lost. */
  restarts(stack) {
    return this.#start(`${stack} servers`, stacks[stack].restarts(), this.cores?.server);
  }

  generator() {
    return this.#start('generator', node('wire/generator.mjs'), this.cores?.client);
  }

  responder(kind) {
    return this.#start('responder', node('wire/responder.mjs', kind), this.cores?.server);
  }

  async stop(child) {
    this.#children.delete(child);
    await child.stop();
  }

  async stopAll() {
    await Promise.all([...this.#children].map((child) => this.stop(child)));
  }
}
