/** The steps of TLS in the frame log. */
import type { TlsNews } from '#trace';
import { printable } from './printable.ts';

type Step = TlsNews['step'];
type Texts = { readonly [S in Step]: (news: Extract<TlsNews, { readonly step: S }>) => string };

const texts: Texts = {
  'client-hello': (hello) => {
    const name = hello.serverName === undefined ? '' : ` for ${hello.serverName}`;
    const resumes = hello.resumes ? ', offers a session' : '';
    return `ClientHello${name}, ${hello.version}, ALPN ${hello.alpn.join(' ') || 'none'}${resumes}${hello.earlyData ? ', early data' : ''}`;
  },
  'server-hello': ({ retry, version, cipher, alpn, resumed }) =>
    `${retry ? 'HelloRetryRequest' : 'ServerHello'} ${version} ${cipher}${alpn === undefined ? '' : `, ALPN ${alpn}`}${resumed ? ', resumed' : ''}`,
  extensions: ({ alpn, earlyData }) =>
    `EncryptedExtensions, ALPN ${alpn ?? 'none'}${earlyData ? ', early data accepted' : ''}`,
  'certificate-request': () => 'CertificateRequest',
  certificate: ({ empty }) => (empty ? 'Certificate, empty' : 'Certificate'),
  finished: () => 'Finished',
  'key-update': () => 'KeyUpdate',
  alert: ({ name, inHandshake }) => `alert ${name}${inHandshake ? ' in the handshake' : ''}`,
  content: ({ outcome }) => (outcome === 'decrypted' ? 'decrypted' : `not decrypted: ${outcome}`),
  traffic: ({ records, bytes, pings, pingIntervalMs }) => {
    const rhythm =
      pings === undefined ? '' : `, ${pings} of PING size every ${((pingIntervalMs ?? 0) / 1000).toFixed(1)} s`;
    return `${records} records, ${bytes} bytes${rhythm}`;
  },
};

export function tlsText(news: TlsNews): string {
  return printable(textOf(news, news.step));
}

/** The table has one text a step; the step is the news' own. */
function textOf<S extends Step>(news: Extract<TlsNews, { readonly step: S }>, step: S): string {
  return texts[step](news);
}
