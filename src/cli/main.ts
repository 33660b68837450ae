#!/usr/bin/env node
/** The `calmwire` program: the process around `run`. */
import { Output, processStandardInput } from '#node';
import { run } from './run.ts';

const code = await run(process.argv.slice(2), {
  stdout: new Output(process.stdout),
  stderr: new Output(process.stderr),
  stdin: processStandardInput,
  env: process.env,
  terminal: {
    stdout: process.stdout.isTTY === true,
    stderr: process.stderr.isTTY === true,
    columns: process.stdout.isTTY === true ? process.stdout.columns : undefined,
  },
  nowMs: () => performance.now(),
});
process.exitCode = code;
