/**
 * One TLS connection: what each direction says sets the keys of both. Tells the steps of the handshake, and the content
 * where it can be opened.
 */
import { toHex } from '#base';
import type { End, TlsContent, TlsNews } from '#trace';
import { alertName, isFatal } from './alerts.ts';
import { recordCipher } from './cipher.ts';
import type { TlsCrypto } from './crypto.ts';
import { Half, type HalfSink } from './half.ts';
import { Message } from './handshake.ts';
import { type ClientHello, readClientHello, readServerExtensions, readServerHello, type ServerHello } from './hello.ts';
import type { KeyLog, SessionSecrets } from './key-log.ts';
import { Protection, protection13 } from './protection.ts';
import { keyBlock } from './schedule.ts';
import { SealedView } from './sealed.ts';
import { findSuite, type Suite, suiteName } from './suites.ts';

/** Keys, and the means to use them. */
export interface Decryption {
  readonly keyLog: KeyLog;
  readonly crypto: TlsCrypto;
}

/** What a session tells. */
export interface SessionSink {
  content(from: End, bytes: Uint8Array): void;
  missing(from: End, length: number): void;
  news(from: End, news: TlsNews): void;
  /** The content stays hidden: its octets may be shown as they are. */
  hopeless(): void;
}

/** Records that may fail first: those of the handshake where the log holds the secrets of the content only. */
const HANDSHAKE_RECORDS_MAX = 64;
/** With wrong keys no record opens; one that was changed on its way does not prove that. */
const DAMAGED_MAX = 2;

/** A handshake that fails leaves some of them only: enough to read why it did. */
const SECRETS_13 = [
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'CLIENT_TRAFFIC_SECRET_0',
  'SERVER_TRAFFIC_SECRET_0',
] as const;

type Role = 'client' | 'server';

export class TlsSession {
  readonly #ends: Readonly<Record<Role, End>>;
  readonly #decryption: Decryption | undefined;
  readonly #sink: SessionSink;
  readonly #halves: Readonly<Record<Role, Half>>;
  readonly #view: SealedView;
  #clientHello: ClientHello | undefined = undefined;
  #serverHello: ServerHello | undefined = undefined;
  #secrets: SessionSecrets | undefined = undefined;
  #suite: Suite | undefined = undefined;
  #version13 = false;
  readonly #finished = { client: false, server: false };
  #toldContent = false;
  #hopeless = false;
  #isTls = true;

  constructor(client: End, decryption: Decryption | undefined, sink: SessionSink) {
    this.#ends = client === 'a' ? { client: 'a', server: 'b' } : { client: 'b', server: 'a' };
    this.#decryption = decryption;
    this.#sink = sink;
    this.#view = new SealedView((role, news) => this.#tell(role, news));
    this.#halves = { client: new Half(this.#halfSink('client')), server: new Half(this.#halfSink('server')) };
  }

  bytes(from: End, bytes: Uint8Array, start: number, end: number, timeMs: number): void {
    if (!this.#isTls) return;
    this.#view.nowMs = timeMs;
    this.#half(from).push(bytes, start, end);
  }

  gap(from: End, length: number, timeMs: number): void {
    if (!this.#isTls) return;
    this.#view.nowMs = timeMs;
    this.#half(from).gap(length);
  }

  /** A direction ends, or all does: what is known by then is told. */
  end(from: End | undefined, timeMs: number): void {
    if (!this.#isTls) return;
    this.#view.nowMs = timeMs;
    if (from !== 'b') this.#half('a').end();
    if (from !== 'a') this.#half('b').end();
    this.#view.end(this.#ends, this.#halves.client.state === 'dead' || this.#halves.server.state === 'dead');
  }

  #half(end: End): Half {
    return this.#ends.client === end ? this.#halves.client : this.#halves.server;
  }

  #tell(role: Role, news: TlsNews): void {
    this.#sink.news(this.#ends[role], news);
  }

  #halfSink(role: Role): HalfSink {
    return {
      message: (type, bytes, start, end, length) => this.#message(role, type, bytes, start, end, length),
      alert: (bytes, start) => this.#alert(role, bytes, start),
      changeCipherSpec: () => this.#changeCipherSpec(role),
      protectedRecord: () => this.#serverHello !== undefined || role === 'server',
      content: (bytes) => this.#content(role, bytes),
      missing: (length) => this.#sink.missing(this.#ends[role], length),
      sealed: (type, length) => this.#view.record(role, this.#ends[role], type, length),
      failed: (why) => this.#giveUp(role, why),
      notTls: () => this.#notTls(role),
      handshakeLost: () => this.#handshakeLost(),
    };
  }

  #message(role: Role, type: number, bytes: Uint8Array, start: number, end: number, length: number): void {
    if (role === 'client') this.#clientMessage(type, bytes, start, end);
    else this.#serverMessage(type, bytes, start, end);
    if (type === Message.CERTIFICATE) this.#tell(role, { step: 'certificate', empty: this.#isEmptyList(length) });
    else if (type === Message.FINISHED) this.#finishedBy(role);
    else if (type === Message.KEY_UPDATE) {
      this.#tell(role, { step: 'key-update' });
      this.#halves[role].advance();
    }
  }

  /** A list of certificates without any: only its length, and in TLS 1.3 an empty context before it (RFC 8446 §4.4.2). */
  #isEmptyList(length: number): boolean {
    return length <= (this.#version13 ? 4 : 3);
  }

  #clientMessage(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === Message.CLIENT_HELLO && this.#serverHello === undefined) {
      const hello = readClientHello(bytes, start, end);
      if (hello !== undefined) this.#clientHelloCame(hello);
    } else if (type === Message.END_OF_EARLY_DATA) this.#halves.client.advance();
  }

  #clientHelloCame(hello: ClientHello): void {
    const { serverName, alpn, version, resumes, earlyData, library } = hello;
    this.#clientHello = hello;
    this.#secrets = this.#decryption?.keyLog.find(toHex(hello.random));
    this.#tell('client', { step: 'client-hello', serverName, alpn, version, resumes, earlyData, library });
    if (this.#secrets === undefined) this.#sink.hopeless();
  }

  #serverMessage(type: number, bytes: Uint8Array, start: number, end: number): void {
    if (type === Message.SERVER_HELLO && this.#serverHello === undefined) {
      const hello = readServerHello(bytes, start, end);
      if (hello !== undefined) this.#serverHelloCame(hello);
    } else if (type === Message.ENCRYPTED_EXTENSIONS) {
      const extensions = readServerExtensions(bytes, start, end);
      this.#tell('server', { step: 'extensions', ...extensions });
      this.#halves.client.refusesEarlyData = !extensions.earlyData;
      this.#halves.client.release('protected');
    } else if (type === Message.CERTIFICATE_REQUEST) this.#tell('server', { step: 'certificate-request' });
  }

  #serverHelloCame(hello: ServerHello): void {
    const { retry, version, cipher, alpn } = hello;
    const sameSession = hello.sessionId !== '' && hello.sessionId === this.#clientHello?.sessionId;
    this.#version13 = version === 'TLS 1.3';
    const resumed = this.#version13 ? hello.presharedKey : sameSession;
    this.#tell('server', { step: 'server-hello', retry, version, cipher: suiteName(cipher), alpn, resumed });
    if (retry) {
      this.#halves.client.dropsProtected = true;
      this.#halves.client.release('clear');
      return;
    }
    this.#serverHello = hello;
    this.#suite = findSuite(cipher);
    this.#halves.client.dropsProtected = false;
    this.#view.begin(this.#version13, this.#suite);
    const problem = this.#obstacle(version);
    if (problem !== undefined) this.#cannotOpen(problem);
    if (this.#version13) this.#protect13();
    else this.#halves.client.release('clear');
  }

  /** Why nothing will be opened, if that is known when both hellos are. */
  #obstacle(version: string): TlsContent['outcome'] | undefined {
    if (this.#secrets === undefined) return 'no-keys';
    if (this.#suite === undefined || this.#suite.version !== version) return 'unsupported';
    if (!this.#version13) return this.#secrets.get('CLIENT_RANDOM') === undefined ? 'missing-secret' : undefined;
    return SECRETS_13.some((label) => this.#secrets?.get(label) !== undefined) ? undefined : 'missing-secret';
  }

  /** In TLS 1.3 all is protected from here on (RFC 8446 §2). */
  #protect13(): void {
    const { client, server } = this.#halves;
    const early = this.#clientHello?.earlyData === true;
    const serverKeys = this.#keys13('server', false);
    client.protect(this.#keys13('client', early), true, this.#toleranceOf('CLIENT_HANDSHAKE_TRAFFIC_SECRET', early));
    server.protect(serverKeys, true, this.#toleranceOf('SERVER_HANDSHAKE_TRAFFIC_SECRET', false));
    // Whether early data counts is said by the server, in its encrypted extensions.
    if (!early || serverKeys === undefined) client.release('protected');
  }

  #toleranceOf(label: 'CLIENT_HANDSHAKE_TRAFFIC_SECRET' | 'SERVER_HANDSHAKE_TRAFFIC_SECRET', early: boolean): number {
    return early || this.#secrets?.get(label) === undefined ? HANDSHAKE_RECORDS_MAX : DAMAGED_MAX;
  }

  #keys13(role: Role, early: boolean): Protection | undefined {
    const secrets = this.#secrets;
    const crypto = this.#decryption?.crypto;
    const suite = this.#suite;
    if (secrets === undefined || crypto === undefined || suite === undefined || this.#hopeless) return undefined;
    if (role === 'server') {
      const handshake = secrets.get('SERVER_HANDSHAKE_TRAFFIC_SECRET');
      return protection13(crypto, suite, {
        early: undefined,
        handshake,
        content: secrets.get('SERVER_TRAFFIC_SECRET_0'),
      });
    }
    return protection13(crypto, suite, {
      early: early ? secrets.get('CLIENT_EARLY_TRAFFIC_SECRET') : undefined,
      handshake: secrets.get('CLIENT_HANDSHAKE_TRAFFIC_SECRET'),
      content: secrets.get('CLIENT_TRAFFIC_SECRET_0'),
    });
  }

  /** TLS 1.2: the sender's next record is protected (RFC 5246 §7.1). In TLS 1.3 it means nothing. */
  #changeCipherSpec(role: Role): boolean {
    const hello = this.#serverHello;
    // A server sends one behind a HelloRetryRequest too (RFC 8446 §D.4).
    if (hello === undefined) return role === 'server';
    if (!this.#version13) this.#halves[role].protect(this.#keys12(role, hello), false, DAMAGED_MAX);
    return true;
  }

  #keys12(role: Role, hello: ServerHello): Protection | undefined {
    const master = this.#secrets?.get('CLIENT_RANDOM');
    const crypto = this.#decryption?.crypto;
    const client = this.#clientHello;
    const suite = this.#suite;
    if (master === undefined || crypto === undefined || client === undefined || suite === undefined) return undefined;
    if (this.#hopeless) return undefined;
    const keys = keyBlock(crypto, suite, master, client.random, hello.random)[role];
    const cipher = recordCipher(crypto, suite, keys, hello.encryptThenMac);
    return new Protection('content', cipher, () => undefined);
  }

  #finishedBy(role: Role): void {
    if (this.#finished[role]) return;
    this.#finished[role] = true;
    this.#tell(role, { step: 'finished' });
    if (this.#version13) this.#halves[role].advance();
  }

  #alert(role: Role, bytes: Uint8Array | undefined, start: number): void {
    const inHandshake = !(this.#finished.client && this.#finished.server);
    if (bytes === undefined) return;
    const code = bytes[start + 1] ?? 0;
    this.#tell(role, {
      step: 'alert',
      fatal: isFatal(bytes[start] ?? 0, code),
      code,
      name: alertName(code),
      inHandshake,
    });
  }

  #content(role: Role, bytes: Uint8Array): void {
    if (!this.#toldContent) {
      // One direction alone would look like a peer that never answers.
      if (!this.#hasBothContents) {
        this.#cannotOpen('missing-secret');
        return;
      }
      this.#toldContent = true;
      this.#tell(role, { step: 'content', outcome: 'decrypted' });
    }
    this.#sink.content(this.#ends[role], bytes);
  }

  get #hasBothContents(): boolean {
    if (!this.#version13) return true;
    const client = this.#secrets?.get('CLIENT_TRAFFIC_SECRET_0');
    return client !== undefined && this.#secrets?.get('SERVER_TRAFFIC_SECRET_0') !== undefined;
  }

  /** A direction cannot be opened any more. Where nothing was, both are shown as they are. */
  #giveUp(role: Role, why: 'wrong-keys' | 'lost-place'): void {
    if (this.#toldContent) this.#tell(role, { step: 'content', outcome: why });
    else this.#cannotOpen(why);
  }

  #handshakeLost(): void {
    this.#cannotOpen('handshake-not-captured');
    this.#isTls = false;
  }

  #cannotOpen(outcome: TlsContent['outcome']): void {
    if (this.#hopeless) return;
    this.#hopeless = true;
    this.#tell('client', { step: 'content', outcome });
    this.#halves.client.seal();
    this.#halves.server.seal();
    this.#sink.hopeless();
  }

  /** A server that answers in another protocol: what it says is for others to judge. */
  #notTls(role: Role): void {
    if (role === 'server' && this.#serverHello === undefined) {
      this.#isTls = false;
      this.#hopeless = true;
      this.#sink.hopeless();
    }
  }
}
