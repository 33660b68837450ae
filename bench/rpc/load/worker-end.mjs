/** The child's end of the bench's conversation: JSON lines, jobs on standard input, answers on standard output. */
import { createInterface } from 'node:readline';

export function say(value) {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Runs one job after the other; ends with standard input, so that nothing outlives the bench. */
export async function serveJobs(ready, run) {
  say({ ready: true, node: process.version, ...ready });
  for await (const line of createInterface({ input: process.stdin })) {
    try {
      say({ result: await run(JSON.parse(line)) });
    } catch (error) {
      say({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  }
  process.exit(0);
}
