/**
 * What the operating system says about connections, in plain words: what happened, with whom, and what to do about it.
 * What TLS says is in tls-fault.ts, what becomes of files in ../fault.ts.
 */
import { type Address, formatAddress, type LinkFault } from '#transport';
import { errnoOf, messageOf } from '../fault.ts';

/** What was being done when it failed: the same code means different things. */
export type Doing = 'connect' | 'handshake' | 'talk' | 'listen' | 'accept';

export interface Situation {
  readonly doing: Doing;
  /** Whom we are connected to or connecting to; where we listen. */
  readonly address: Address;
}

type Sentence = (peer: string, situation: Situation) => string;
type Row = readonly [kind: LinkFault['kind'], sentence: Sentence];

const refused: Sentence = (peer, { address }) =>
  address.kind === 'unix'
    ? `No program listens on ${peer}: the socket is a leftover, so start its server.`
    : `${peer} refused the connection: no program listens there. Start the server or correct the address.`;

const reset: Sentence = (peer, { doing }) => {
  if (doing === 'connect')
    return `${peer} reset the connection while it was being made: its server is starting or stopping.`;
  return `${peer} cut the connection (TCP RST): the program there died or closed in a hurry, or a firewall or load balancer between forgot the connection.`;
};

const brokenPipe: Sentence = (peer) =>
  `${peer} had already closed the connection when data was sent to it: see its log for the reason.`;

const timedOut: Sentence = (peer, { doing }) =>
  doing === 'connect'
    ? `${peer} did not answer: the host is off, or a firewall drops the packets. Check the address and the way to it.`
    : `${peer} stopped answering, and the system gave up: the host is gone or the network between is cut.`;

const hostUnreachable: Sentence = (peer) =>
  `${peer} cannot be reached: a router says that the host is off, or a firewall rejects the packets.`;

const networkUnreachable: Sentence = (peer) =>
  `${peer} cannot be reached: this machine has no route to that network (for an IPv6 address: it may have no IPv6).`;

const networkDown: Sentence = (peer) => `${peer} cannot be reached: the network of this machine is down.`;

const noSuchSocket: Sentence = (peer, { doing }) =>
  doing === 'listen'
    ? `Cannot listen on ${peer}: the folder for the socket does not exist.`
    : `There is no socket ${peer}: start its server or correct the path.`;

const notPermitted: Sentence = (peer, { doing, address }) => {
  if (doing === 'listen') {
    // libuv says the same for a folder that does not exist.
    return address.kind === 'unix'
      ? `Cannot listen on ${peer}: the folder does not exist, or this user may not make files in it.`
      : `This user may not listen on ${peer}: ports below 1024 need privileges, so take another port.`;
  }
  return address.kind === 'unix'
    ? `This user may not use ${peer}: change the rights of the socket or of its folder.`
    : `A firewall of this machine forbids connections to ${peer}.`;
};

const tooManyFiles: Sentence = (peer, { doing }) =>
  doing === 'accept'
    ? `A connection to ${peer} could not be accepted: the process has no file descriptors left. Raise \`ulimit -n\` or allow fewer connections.`
    : `No connection to ${peer}: the process has no file descriptors left. Raise \`ulimit -n\` or look for connections that are never closed.`;

const noMemory: Sentence = (peer) => `The system has no memory left for connections to ${peer}.`;

const inUse: Sentence = (peer, { doing, address }) => {
  if (doing !== 'listen') return `No connection to ${peer}: every local port towards it is in use.`;
  return address.kind === 'unix'
    ? `${peer} exists already: another program listens there, or one that died left it behind. Stop the one or delete the other.`
    : `${peer} is taken: another program listens there. Stop it or take another port.`;
};

const notAvailable: Sentence = (peer, { doing }) =>
  doing === 'listen'
    ? `Cannot listen on ${peer}: this machine has no such address. Use one of its own, or 0.0.0.0 or :: for all.`
    : `No connection to ${peer}: this machine has no local port left towards it, or no address of that kind.`;

const badPath: Sentence = (peer) =>
  `${peer} cannot be a socket: the path is too long (the system takes about 100 octets) or malformed.`;

const rows: Readonly<Record<string, Row>> = {
  ECONNREFUSED: ['refused', refused],
  ECONNRESET: ['reset', reset],
  ECONNABORTED: ['reset', reset],
  EPIPE: ['reset', brokenPipe],
  ENOTCONN: ['reset', brokenPipe],
  ETIMEDOUT: ['timed-out', timedOut],
  EHOSTUNREACH: ['unreachable', hostUnreachable],
  EHOSTDOWN: ['unreachable', hostUnreachable],
  ENETUNREACH: ['unreachable', networkUnreachable],
  ENETDOWN: ['unreachable', networkDown],
  ENOENT: ['no-such-socket', noSuchSocket],
  ENOTDIR: ['no-such-socket', noSuchSocket],
  EACCES: ['other', notPermitted],
  EPERM: ['other', notPermitted],
  EMFILE: ['other', tooManyFiles],
  ENFILE: ['other', tooManyFiles],
  ENOBUFS: ['other', noMemory],
  ENOMEM: ['other', noMemory],
  EADDRINUSE: ['other', inUse],
  EADDRNOTAVAIL: ['other', notAvailable],
  EINVAL: ['other', badPath],
  ENAMETOOLONG: ['other', badPath],
};

/** Codes that only mean something for a path; for an IP address Node's own message says more. */
const pathOnly = new Set(['ENOENT', 'ENOTDIR', 'EINVAL', 'ENAMETOOLONG']);

const verbs: Readonly<Record<Doing, string>> = {
  connect: 'Connecting to',
  handshake: 'The TLS handshake with',
  talk: 'The connection with',
  listen: 'Listening on',
  accept: 'Accepting a connection on',
};

/** The fault behind an error of a socket or server. */
export function socketFault(error: unknown, situation: Situation): LinkFault {
  const code = errnoOf(error) ?? '';
  const peer = formatAddress(situation.address);
  const row = rows[code];
  if (row === undefined || (situation.address.kind === 'tcp' && pathOnly.has(code))) {
    return { kind: 'other', code, text: `${verbs[situation.doing]} ${peer} failed: ${messageOf(error)}.` };
  }
  const [kind, sentence] = row;
  return { kind, code, text: sentence(peer, situation) };
}

/** The socket was closed under us without any error: by code of this process that does not know of the link. */
export function closedWithoutError(situation: Situation): LinkFault {
  const peer = formatAddress(situation.address);
  return { kind: 'reset', code: '', text: `The connection with ${peer} was closed by other code of this process.` };
}

/** The fault behind an error of a name lookup (getaddrinfo). */
export function lookupFault(error: unknown, host: string): LinkFault {
  const code = errnoOf(error) ?? '';
  switch (code) {
    case 'ENOTFOUND':
    case 'ENODATA':
      return {
        kind: 'name-not-found',
        code,
        text: `No address is known for the name ${host}: correct the name, or its DNS record.`,
      };
    case 'EAI_AGAIN':
      return {
        kind: 'name-lookup-failed',
        code,
        text: `The name ${host} could not be looked up: the name server did not answer. It may work in a moment.`,
      };
    default:
      return {
        kind: 'name-lookup-failed',
        code,
        text: `The name ${host} could not be looked up: ${messageOf(error)}.`,
      };
  }
}
