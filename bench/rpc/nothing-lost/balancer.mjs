/**
 * A TCP balancer: new connections go to the server of the moment, present ones stay where they are. Everything arrives late by some
 * milliseconds, differing but in order, so that GOAWAY and new calls cross each other on the way.
 */
import { connect, createServer } from 'node:net';

export class Balancer {
  #server;
  #target;
  #latencyMs;
  #sockets = new Set();
  #random = 12_345;
  /** Connections that came through. */
  connections = 0;

  constructor(latencyMs) {
    this.#latencyMs = latencyMs;
    this.#server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
  }

  listen() {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => resolve(this.#server.address().port));
    });
  }

  /** Where connections go from now on. */
  set target(port) {
    this.#target = port;
  }

  #accept(client) {
    this.connections++;
    const server = connect({ port: this.#target, host: '127.0.0.1', allowHalfOpen: true });
    this.#join(client, server);
    this.#join(server, client);
  }

  #join(from, to) {
    this.#sockets.add(from);
    from.setNoDelay(true);
    let dueMs = 0;
    const late = (work) => {
      const nowMs = performance.now();
      dueMs = Math.max(dueMs, nowMs + this.#latencyMs * (0.5 + this.#chance()));
      setTimeout(work, dueMs - nowMs);
    };
    // Timers of differing length may fire out of order: what is due is a queue, a timer only says that something is.
    const queue = [];
    const deliver = () => queue.shift()();
    const later = (work) => {
      queue.push(work);
      late(deliver);
    };
    from.on('data', (bytes) => later(() => to.write(bytes)));
    from.on('end', () => later(() => to.end()));
    from.on('error', () => later(() => to.destroy()));
    from.on('close', () => this.#sockets.delete(from));
  }

  #chance() {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random / 2 ** 32;
  }

  close() {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
