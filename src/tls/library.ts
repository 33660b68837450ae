/**
 * Which TLS library wrote a ClientHello, by the cipher suites and extensions that it puts first: a guess, for choosing the
 * advice on key logs. Habits as recorded from the programs of the lab.
 */

export function helloLibrary(_ciphers: readonly number[], _extensions: readonly number[]): string | undefined {
  return undefined;
}
