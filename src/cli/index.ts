/** Layer 8: the commands. */
export { run } from './run.ts';
