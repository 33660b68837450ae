import type { FamilyTexts } from '../messages.ts';

export const tls: FamilyTexts<'tls'> = {
  'tls/alert': {
    title: 'TLS ended with the alert {alert} from the {from}',
    explanation: ['The {from} ended TLS with a fatal alert, so the connection[ to {server}] cannot be used.'],
    proof: 'A fatal alert of the TLS record layer, in clear text or decrypted; a hidden one is told by its length.',
    variants: {
      certificate: {
        title: 'The {from} rejects the certificate ({alert})',
        explanation: [
          'The client does not accept the certificate of the server[ at {server}][, asked for as {serverName}].',
          '[?expired:It has expired, or the clock of the client is wrong.][!expired:Its CA is not among those that the client trusts, the name does not match, the certificate is out of date, or an intermediate certificate is not sent.]',
          'No gRPC was spoken: the calls fail with UNAVAILABLE.',
        ],
      },
      'client-certificate': {
        title: 'The server rejects the client certificate ({alert})',
        explanation: [
          '[?asked:The server[ at {server}] asks for a client certificate (mTLS)][!asked:The server[ at {server}] does not accept the certificate of the client][?none:, and the client has none to show].',
          'The client must present a certificate of a CA that the server trusts.',
        ],
      },
      version: {
        title: 'No TLS version in common ({alert})',
        explanation: [
          '[The client offers {clientVersion} at most, and the][!clientVersion:The] {from} ends the handshake because of the version.',
          'One side allows only versions that the other has switched off or does not know.',
        ],
      },
      parameters: {
        title: 'The TLS handshake found nothing in common ({alert})',
        explanation: [
          'The {from} finds no cipher suite, curve, signature algorithm or certificate[ for {serverName}] that both sides support.',
        ],
      },
      name: {
        title: 'The server does not know the host name ({alert})',
        explanation: [
          'The client asked for[ {serverName}][!serverName: no host name], and the server[ at {server}] has no certificate for it.',
        ],
      },
      hidden: {
        title: 'The TLS handshake was refused; the alert is encrypted',
        explanation: [
          'The {from} sent a record with the length of an alert where the handshake should have gone on, and the connection[ to {server}] ended.',
          '[from=client:Clients do so when they do not accept the certificate of the server.][from=server:Servers do so when they want another client certificate, or none of the ALPN protocols suits them.]',
          'A key log would show the reason; so does the log of the {from}.',
        ],
      },
    },
  },
  'tls/handshake-unfinished': {
    title: 'The TLS handshake never finished',
    explanation: ['The handshake[ with {server}] began, and {waitedMs} later nobody had finished it.'],
    proof: 'A ClientHello, and no Finished of the client, no alert, until the end.',
    variants: {
      'no-server-hello': {
        title: 'The server never answered the TLS ClientHello',
        explanation: [
          'The client began TLS, and the server[ at {server}] sent nothing back[closedBy=server: but the end of the connection][closedBy=client: until the client gave up] after {waitedMs}.',
          'The port accepts connections and does not speak TLS, the server is overloaded, or a device in between drops large ClientHellos.',
        ],
      },
      'after-server-hello': {
        title: 'The TLS handshake stopped after the ServerHello',
        explanation: [
          'The server[ at {server}] answered, and the handshake was not finished[closedBy=client:: the client left][closedBy=server:: the server left] after {waitedMs}.',
          'Clients that do not like the certificate leave like this if they send no alert.',
        ],
      },
    },
  },
  'tls/ping-rhythm': {
    title: 'Encrypted: PING-sized records every {intervalMs}',
    explanation: ['{pings:record|records} of the size of an HTTP/2 PING came alone, one every {intervalMs}.'],
    proof: 'Lengths and times of encrypted records; their content is not known.',
    variants: {
      cut: {
        title: 'Encrypted: it looks like GOAWAY too_many_pings',
        explanation: [
          '{pings:record|records} of the size of an HTTP/2 PING came alone from the client, one every {intervalMs}.',
          'The server answered the last with a record of the size of GOAWAY ENHANCE_YOUR_CALM "too_many_pings" and closed.',
          'With keys this would be keepalive/too-many-pings: the keepalive interval of the client is shorter than the server permits.',
        ],
      },
      kept: {
        title: 'Encrypted: PING-sized records every {intervalMs}',
        explanation: [
          '{pings:record|records} of the size of an HTTP/2 PING came alone from the client, one every {intervalMs}: it looks like keepalive on an idle connection.',
        ],
      },
    },
  },
  'tls/idle-end': {
    title: 'Encrypted: the connection ended after {gapMs} of silence',
    explanation: [
      'Nothing was sent for {gapMs}; then the {closedBy} ended the connection by {how}.',
      '[Timers of that length: {timers}.]',
      'Whether calls were waiting cannot be seen without keys.',
    ],
    proof: 'The time between the last encrypted record and the FIN or RST.',
    variants: {},
  },
};
