/**
 * Which TLS library wrote a ClientHello, by the cipher suites and extensions that it puts first: a guess, for choosing the
 * advice on key logs. Habits as recorded from the programs of the lab.
 */

const SIGNED_CERTIFICATE_TIMESTAMP = 18;
/** Next Protocol Negotiation: what became of it is ALPN, and gRPC's own libraries still offer both. */
const NEXT_PROTOCOL = 13_172;

interface Habit {
  readonly library: string;
  /** The first cipher suites, in their order. */
  readonly ciphers: readonly number[];
  readonly extension?: number;
}

const HABITS: readonly Habit[] = [
  { library: 'go', ciphers: [0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8], extension: SIGNED_CERTIFICATE_TIMESTAMP },
  { library: 'netty', ciphers: [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c], extension: NEXT_PROTOCOL },
  { library: 'c-core', ciphers: [0x1301, 0x1302, 0x1303, 0xc02b, 0xc02c, 0xc02f], extension: NEXT_PROTOCOL },
  // Node's list prefers AES-128 in TLS 1.2, OpenSSL's own AES-256.
  { library: 'node', ciphers: [0x1302, 0x1303, 0x1301, 0xc02f, 0xc02b] },
  { library: 'openssl', ciphers: [0x1302, 0x1303, 0x1301, 0xc02c, 0xc030] },
];

export function helloLibrary(ciphers: readonly number[], extensions: readonly number[]): string | undefined {
  const found = HABITS.find(
    (habit) =>
      habit.ciphers.every((cipher, at) => ciphers[at] === cipher) &&
      (habit.extension === undefined || extensions.includes(habit.extension)),
  );
  return found?.library;
}
