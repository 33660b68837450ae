#!/usr/bin/env node
/** The `calmwire` program: the process around `run`. */
import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { Output, processStandardInput } from '#node';
import type { Io } from './io.ts';
import { run } from './run.ts';

/** EX_SOFTWARE of sysexits: our own fault, to be told from a verdict and from a wrong command line. */
const INTERNAL_ERROR = 70;

/**
 * The heap may double before old objects are looked through again, where V8 lets it grow up to fourfold: what many thousand connections
 * leave behind is mostly garbage. Half the memory for such captures, and the same time.
 */
setFlagsFromString('--heap-growing-percent=100');

const isTerminal = process.stdout.isTTY === true;
const io: Io = {
  stdout: new Output(process.stdout),
  stderr: new Output(process.stderr),
  stdin: processStandardInput,
  env: process.env,
  terminal: {
    stdout: isTerminal,
    stderr: process.stderr.isTTY === true,
    columns: isTerminal ? process.stdout.columns : undefined,
  },
  secretSalt: randomBytes(16).toString('hex'),
  nowMs: () => performance.now(),
};

try {
  process.exitCode = await run(process.argv.slice(2), io);
} catch (error) {
  const stack = error instanceof Error ? error.stack : String(error);
  process.stderr.write(`calmwire: this is a fault of calmwire itself, please report it with these lines:\n${stack}\n`);
  process.exitCode = INTERNAL_ERROR;
}
