/**
 * One process of `lab/fuzz`: its share of the inputs of every target, in rounds. After each round the heap is looked at, so
 * that a reader which keeps what it has read is found. JSON lines out: one a round, one a failure.
 */
import { fuzz } from './run.ts';
import { targets } from './targets.ts';

const [share = '0', inputs = '1000', seed = '1', pattern = '', onlyRound] = process.argv.slice(2);
/** Inputs of a round: a second or so of work, and a failure is found again within that. */
const ROUND_INPUTS = 2_000;
/** What all targets' code and seeds take is some 40 MB; a mebibyte kept by each thousandth input would pass this at once. */
const HEAP_BYTES_MAX = 256 * 1_048_576;

const collect = (globalThis as { gc?: () => void }).gc ?? (() => undefined);

for (const [target] of targets) {
  if (!new RegExp(pattern).test(target.name)) continue;
  if (onlyRound === '--names') {
    tell({ target: target.name });
    continue;
  }
  const rounds = Math.ceil(Number(inputs) / ROUND_INPUTS);
  for (let round = Number(onlyRound ?? 0); round < rounds; round++) {
    // Shares and rounds lie far apart: mutants depend on nothing but this number.
    const roundSeed = (Number(seed) * 1_000_003 + Number(share) * 7_919_317 + round * 104_729) >>> 0;
    const failure = fuzz(target, ROUND_INPUTS, roundSeed);
    // What Node frees in a later turn, such as decompressors, is no leak.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    const heapBytes = process.memoryUsage().heapUsed;
    tell({ target: target.name, round, inputs: ROUND_INPUTS, heapBytes });
    if (failure !== undefined) {
      const { input, bytes, error } = failure;
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      tell({ target: target.name, round, roundSeed, input, bytes: Buffer.from(bytes).toString('hex'), error: text });
      break;
    }
    if (heapBytes > HEAP_BYTES_MAX) {
      tell({ target: target.name, round, roundSeed, error: `${heapBytes} octets of heap are in use after a round` });
      break;
    }
    if (onlyRound !== undefined) break;
  }
}

function tell(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}
