/** Callbacks of the program that only hear of things: what they throw must not end calls or the process, nor vanish. */
import { inspect } from 'node:util';

/** The callback; what it throws is written to standard error. */
export function guarded<T>(name: string, callback: (value: T) => void): (value: T) => void {
  return (value) => {
    try {
      callback(value);
    } catch (error) {
      process.stderr.write(`calmwire: ${name} threw ${inspect(error)} when it was told ${inspect(value)}\n`);
    }
  };
}
