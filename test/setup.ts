/**
 * Properties run from a fixed seed, so that a failure of a commit is a failure of that commit. Search elsewhere with
 * `CALMWIRE_FUZZ_SEED=7 npm test`.
 */
import fc from 'fast-check';

fc.configureGlobal({ seed: Number(process.env.CALMWIRE_FUZZ_SEED ?? 2_026) });
