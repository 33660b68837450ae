/** A server, client or generator: a child process pinned to one core, spoken to in JSON lines, that ends with the bench. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A child that says nothing for this long is taken for dead. */
const SILENCE_MS = 60_000;
/** What is kept of a child's standard error. */
const ERRORS_LENGTH = 4000;

export class Child {
  #process;
  #answers = [];
  #errors = '';
  #name;
  ready;

  constructor(name, [program, ...args], { core, env = {} } = {}) {
    this.#name = name;
    const command = core === undefined ? [program, ...args] : ['taskset', '-c', String(core), program, ...args];
    this.#process = spawn(command[0], command.slice(1), { env: { ...process.env, ...env }, stdio: 'pipe' });
    this.#process.stderr.on('data', (chunk) => {
      this.#errors = (this.#errors + chunk).slice(-ERRORS_LENGTH);
    });
    this.#process.stdin.on('error', () => {});
    this.ended = new Promise((resolve) => {
      this.#process.on('close', (code, signal) => {
        for (const { reject } of this.#answers)
          reject(new Error(`${name} ended with ${signal ?? code}: ${this.#errors}`));
        this.#answers = [];
        resolve(code);
      });
      this.#process.on('error', (error) => {
        for (const { reject } of this.#answers) reject(error);
        this.#answers = [];
        resolve(-1);
      });
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => this.#line(line));
  }

  static async start(...args) {
    const child = new Child(...args);
    child.ready = await child.#answer();
    return child;
  }

  /** The process itself: taskset replaces itself by the program, so the id is the program's. */
  get pid() {
    return this.#process.pid;
  }

  run(job) {
    this.#process.stdin.write(`${JSON.stringify(job)}\n`);
    return this.#answer(SILENCE_MS + (job.durationMs ?? 0));
  }

  #answer(silenceMs = SILENCE_MS) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.#name} did not answer: ${this.#errors}`)), silenceMs);
      this.#answers.push({
        resolve: (value) => {
          clearTimeout(timer);
          resolve(value);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
    });
  }

  #line(line) {
    let said;
    try {
      said = JSON.parse(line);
    } catch {
      this.#errors = `${this.#errors}${line}\n`.slice(-ERRORS_LENGTH);
      return;
    }
    const waiting = this.#answers.shift();
    if (waiting === undefined) return;
    if (said.error !== undefined) waiting.reject(new Error(`${this.#name}: ${said.error}`));
    else waiting.resolve(said.result ?? said);
  }

  /** Ends it by the end of its input, so that a profile is written; with force if it does not listen. */
  async stop() {
    this.#process.stdin.end();
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 3000);
    await this.ended;
    clearTimeout(timer);
  }
}
