/** What is remembered of TLS under a connection: the hellos, how far the handshake came, alerts, what became of the content. */
import type { Side } from '#base';
import type { TlsAlert, TlsClientHello, TlsContent, TlsEvent, TlsExtensions, TlsServerHello, TlsTraffic } from '#trace';
import { at, type Mark } from './mark.ts';

/** News with its place. */
export type Placed<News> = News & Mark;

export interface AlertFact extends Placed<TlsAlert> {
  readonly from: Side;
}

/** A connection ends with one alert of each side; more are noise. */
const ALERTS_MAX = 4;

export class TlsFacts {
  clientHello: Placed<TlsClientHello> | undefined;
  serverHello: Placed<TlsServerHello> | undefined;
  /** EncryptedExtensions of TLS 1.3, where they could be read. */
  extensions: Placed<TlsExtensions> | undefined;
  readonly finished: { client: Mark | undefined; server: Mark | undefined } = { client: undefined, server: undefined };
  /** The server asked for a client certificate. */
  certificateRequest: Mark | undefined;
  /** The client answered that it has none. */
  emptyCertificate: Mark | undefined;
  readonly alerts: AlertFact[] = [];
  content: TlsContent['outcome'] | undefined;
  readonly traffic: { client: TlsTraffic | undefined; server: TlsTraffic | undefined } = {
    client: undefined,
    server: undefined,
  };

  event(event: TlsEvent): void {
    const { news, from } = event;
    switch (news.step) {
      case 'client-hello':
        this.clientHello ??= { ...news, ...at(event) };
        break;
      case 'server-hello':
        if (!news.retry) this.serverHello ??= { ...news, ...at(event) };
        break;
      case 'extensions':
        this.extensions ??= { ...news, ...at(event) };
        break;
      case 'certificate-request':
        this.certificateRequest ??= at(event);
        break;
      case 'certificate':
        if (news.empty && from === 'client') this.emptyCertificate ??= at(event);
        break;
      case 'finished':
        this.finished[from] ??= at(event);
        break;
      case 'alert':
        if (this.alerts.length < ALERTS_MAX) this.alerts.push({ ...news, ...at(event), from });
        break;
      case 'content':
        this.content = news.outcome;
        break;
      case 'traffic':
        this.traffic[from] = news;
        break;
      case 'key-update':
        break;
    }
  }

  /** Both sides have finished: the connection was set up. */
  get established(): boolean {
    return this.finished.client !== undefined && this.finished.server !== undefined;
  }

  /** The ALPN protocol that the server chose, `none` if it chose nothing; undefined where that cannot be seen. */
  get chosenAlpn(): string | undefined {
    if (this.serverHello === undefined) return undefined;
    if (this.extensions !== undefined) return this.extensions.alpn ?? 'none';
    return this.serverHello.version === 'TLS 1.3' ? undefined : (this.serverHello.alpn ?? 'none');
  }
}
