/**
 * Secrets of TLS connections in the format of NSS (draft-ietf-tls-keylogfile): lines `LABEL CLIENT_RANDOM SECRET` in
 * hexadecimal. All stacks write it, and pcapng files carry it in blocks of their own.
 */
import { toLatin1 } from '#base';

/** The labels whose secrets open records; others (exporters, ECH, QUIC) are passed over. */
export type SecretLabel =
  | 'CLIENT_RANDOM'
  | 'CLIENT_EARLY_TRAFFIC_SECRET'
  | 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
  | 'SERVER_HANDSHAKE_TRAFFIC_SECRET'
  | 'CLIENT_TRAFFIC_SECRET_0'
  | 'SERVER_TRAFFIC_SECRET_0';

const labels: ReadonlySet<string> = new Set<SecretLabel>([
  'CLIENT_RANDOM',
  'CLIENT_EARLY_TRAFFIC_SECRET',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
]);

/** Connections whose secrets are kept: about 300 octets each, so 150 MB at the most. */
const CONNECTIONS_MAX = 500_000;
/** The longest line: a label, a random and a secret of 64 octets take 230; what is longer is none. */
const LINE_MAX = 1_024;

const LINE = /^([A-Z][A-Z0-9_]*) +([0-9a-f]+) +([0-9a-f]+)$/i;
/** Octets in hexadecimal: the random; secrets are a master secret (48) or as long as a hash (32, 48). */
const RANDOM_DIGITS = 64;
const SECRET_DIGITS: ReadonlySet<number> = new Set([64, 96]);

/** The secrets of one connection, as digits: most of a long log is never asked for. */
class Secrets {
  readonly #digits = new Map<string, string>();

  add(label: string, digits: string): void {
    this.#digits.set(label, digits);
  }

  get(label: SecretLabel): Uint8Array | undefined {
    const digits = this.#digits.get(label);
    return digits === undefined ? undefined : fromDigits(digits);
  }
}

/** What a connection asks for. */
export interface SessionSecrets {
  get(label: SecretLabel): Uint8Array | undefined;
}

export class KeyLog {
  readonly #sessions = new Map<string, Secrets>();
  #held = '';
  /** Lines with a secret, whatever its label. */
  secretLines = 0;
  /** Lines that are none of the format. */
  badLines = 0;
  /** Secrets of further connections that were not kept. */
  omitted = 0;

  /** The next octets, cut anywhere. They may be reused after the call. */
  push(bytes: Uint8Array): void {
    let start = 0;
    for (let end = bytes.indexOf(0x0a); end >= 0; end = bytes.indexOf(0x0a, start)) {
      this.#line(this.#held + toLatin1(bytes, start, Math.min(end, start + LINE_MAX)));
      this.#held = '';
      start = end + 1;
    }
    if (this.#held.length < LINE_MAX) this.#held += toLatin1(bytes, start, Math.min(bytes.length, start + LINE_MAX));
  }

  /** The last line may lack its end. */
  end(): void {
    if (this.#held !== '') this.#line(this.#held);
    this.#held = '';
  }

  /** Connections with secrets. */
  get sessions(): number {
    return this.#sessions.size;
  }

  /** By the random of the ClientHello, in lower-case hexadecimal. */
  find(clientRandom: string): SessionSecrets | undefined {
    return this.#sessions.get(clientRandom);
  }

  #line(text: string): void {
    const line = text.trim();
    if (line === '' || line.startsWith('#')) return;
    const [, label = '', random = '', secret = ''] = LINE.exec(line) ?? [];
    if (label === 'RSA' && random.length === 16) {
      this.secretLines++;
    } else if (random.length !== RANDOM_DIGITS || secret.length % 2 !== 0 || secret === '') {
      this.badLines++;
    } else {
      this.secretLines++;
      if (labels.has(label) && SECRET_DIGITS.has(secret.length)) this.#keep(label, random.toLowerCase(), secret);
    }
  }

  #keep(label: string, random: string, secret: string): void {
    let secrets = this.#sessions.get(random);
    if (secrets === undefined) {
      if (this.#sessions.size >= CONNECTIONS_MAX) {
        this.omitted++;
        return;
      }
      secrets = new Secrets();
      this.#sessions.set(random, secrets);
    }
    secrets.add(label, secret);
  }
}

function fromDigits(digits: string): Uint8Array {
  const bytes = new Uint8Array(digits.length / 2);
  for (let at = 0; at < bytes.length; at++) bytes[at] = Number.parseInt(digits.slice(2 * at, 2 * at + 2), 16);
  return bytes;
}
