/**
 * What is told of a TLS connection: the steps of its handshake as far as they can be read, alerts, whether the content
 * could be decrypted, and what the records of encrypted content still show. The facts only; diagnosis draws conclusions.
 */

/** ClientHello (RFC 8446 §4.1.2, RFC 5246 §7.4.1.2). */
export interface TlsClientHello {
  readonly step: 'client-hello';
  /** The host name asked for (RFC 6066 §3); absent where the client names none. */
  readonly serverName?: string | undefined;
  /** ALPN protocols in the client's order (RFC 7301). */
  readonly alpn: readonly string[];
  /** The highest version offered: "TLS 1.3". */
  readonly version: string;
  /** A session is offered for resumption: a ticket, a session id or a PSK. */
  readonly resumes: boolean;
  readonly earlyData: boolean;
  /** The library by habits of its hello; a guess. */
  readonly library?: string | undefined;
}

/** ServerHello; a HelloRetryRequest too (RFC 8446 §4.1.3, §4.1.4). */
export interface TlsServerHello {
  readonly step: 'server-hello';
  /** A HelloRetryRequest: the client must send another hello. */
  readonly retry: boolean;
  readonly version: string;
  /** As IANA names it, or its number: "TLS_AES_128_GCM_SHA256", "0xc0ff". */
  readonly cipher: string;
  /** TLS 1.2; absent where no ALPN was chosen, and always in TLS 1.3, where it comes encrypted. */
  readonly alpn?: string | undefined;
  readonly resumed: boolean;
}

/** EncryptedExtensions (RFC 8446 §4.3.1), readable with keys only. */
export interface TlsExtensions {
  readonly step: 'extensions';
  readonly alpn?: string | undefined;
  /** The server takes the early data. */
  readonly earlyData: boolean;
}

/** The server asks for a client certificate (mTLS). */
export interface TlsCertificateRequest {
  readonly step: 'certificate-request';
}

export interface TlsCertificate {
  readonly step: 'certificate';
  /** True for a Certificate message without one: a client that has none to show. */
  readonly empty: boolean;
}

/** Finished was sent, seen or, where it is encrypted, told by what follows it. */
export interface TlsFinished {
  readonly step: 'finished';
}

export interface TlsKeyUpdate {
  readonly step: 'key-update';
}

/** RFC 8446 §6. */
export interface TlsAlert {
  readonly step: 'alert';
  readonly fatal: boolean;
  /** The description's number; absent where the alert is encrypted. */
  readonly code?: number | undefined;
  /** "unknown_ca"; "encrypted" where it could not be read. */
  readonly name: string;
  /** Before the sender's Finished, or before the other side has sent application data. */
  readonly inHandshake: boolean;
}

/**
 * Whether content could be read. `decrypted`: told once, before the first content; `no-keys`: the key log has no line of
 * this connection, or there is no key log; `missing-secret`: it has some, not the one needed; `wrong-keys`: it has them,
 * and they open nothing; `unsupported`: a version or cipher that is not decrypted here; `handshake-not-captured`: the
 * hello that names the keys is missing; `lost-place`: packets are missing and the place among the records was not found again.
 */
export interface TlsContent {
  readonly step: 'content';
  readonly outcome:
    | 'decrypted'
    | 'no-keys'
    | 'missing-secret'
    | 'wrong-keys'
    | 'unsupported'
    | 'handshake-not-captured'
    | 'lost-place';
}

/** What records of encrypted content show without being read; told once, before the connection's first end. */
export interface TlsTraffic {
  readonly step: 'traffic';
  /** Records of application data, and the octets in them. */
  readonly records: number;
  readonly bytes: number;
  /** Since the last record of either side; absent where there was none. */
  readonly silenceMs?: number | undefined;
  /**
   * Records that fit PING frames and come alone, in silence, at even intervals: how many at the end, and their usual
   * distance.
   */
  readonly pings?: number | undefined;
  readonly pingIntervalMs?: number | undefined;
  /** The last record has the size of GOAWAY "too_many_pings". */
  readonly goawaySized?: boolean | undefined;
}

/** `from` is the sender, or whose traffic it is. */
export type TlsNews =
  | TlsClientHello
  | TlsServerHello
  | TlsExtensions
  | TlsCertificateRequest
  | TlsCertificate
  | TlsFinished
  | TlsKeyUpdate
  | TlsAlert
  | TlsContent
  | TlsTraffic;
