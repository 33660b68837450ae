/**
 * Makes connections: names to addresses, addresses to links, links to sessions whose server has spoken. One attempt is one
 * pass over the list of addresses (`race.ts`); between passes that failed there is a pause that grows.
 */
import { Timer } from '#drive';
import { type Address, type Attempt, formatAddress, type LinkFault } from '#transport';
import { Backoff } from './backoff.ts';
import type { AddressFault } from './call-face.ts';
import type { ChannelSettings } from './channel-options.ts';
import type { ChannelPorts } from './channel-ports.ts';
import { ChannelConnection, type ConnectionOwner } from './connection.ts';
import { addressesText, endingText, withCode } from './failure-text.ts';
import type { KeepalivePolicy } from './keepalive-policy.ts';
import { Race, type Runner } from './race.ts';
import { Resolver } from './resolver.ts';
import { hostOfAuthority, type Target } from './target.ts';

/** Why no connection could be made. */
export interface ConnectFailure {
  readonly origin: 'connect' | 'resolve';
  readonly addresses: readonly AddressFault[];
  /** One English sentence. */
  readonly text: string;
}

interface UndecidedPass {
  readonly addresses: readonly Address[];
  readonly faults: readonly AddressFault[];
  readonly beganMs: number;
}

export interface ConnectorHandler {
  connected(connection: ChannelConnection): void;
  /** A pass failed; a pause has begun. */
  failed(failure: ConnectFailure): void;
  /** The pause is over. */
  mayTry(): void;
}

/**
 * Known addresses are dialled after so many ms although the name is still being looked up: fresh ones are better, since a
 * deploy may have replaced them all, but a slow name server must not hold up calls that old ones could serve.
 */
const LOOKUP_HEAD_START_MS = 100;

export class Connector {
  readonly #target: Target;
  readonly #ports: ChannelPorts;
  readonly #settings: ChannelSettings;
  readonly #keepalive: KeepalivePolicy;
  readonly #handler: ConnectorHandler;
  readonly #resolver: Resolver;
  readonly #backoff: Backoff;
  readonly #name: string;
  readonly #races = new Set<Race<ChannelConnection>>();
  readonly #pause: Timer;
  readonly #headStart: Timer;
  /** A pass that failed while the name was being looked up: new addresses may yet save it. */
  #undecided: UndecidedPass | undefined = undefined;
  #wanted = 0;
  #preferred: Address | undefined = undefined;
  #isHeadStartOver = false;
  #beganMs = 0;
  #connections = 0;
  #turns = 0;

  constructor(
    target: Target,
    ports: ChannelPorts,
    settings: ChannelSettings,
    keepalive: KeepalivePolicy,
    handler: ConnectorHandler,
  ) {
    this.#target = target;
    this.#ports = ports;
    this.#settings = settings;
    this.#keepalive = keepalive;
    this.#handler = handler;
    this.#name = hostOfAuthority(settings.authority ?? target.authority);
    const { connectTimeoutMs } = settings;
    this.#resolver = new Resolver(target.endpoints, ports.names, ports.timers, connectTimeoutMs, () => this.#looked());
    this.#backoff = new Backoff(settings.backoff, ports.chance);
    this.#pause = new Timer(() => this.#handler.mayTry());
    this.#headStart = new Timer(() => this.#headStartOver());
  }

  /** Passes under way. */
  get attempts(): number {
    return this.#races.size;
  }

  /** Something is under way, or will be when the pause is over. */
  get isPausing(): boolean {
    return this.#pause.armed;
  }

  /** When the pause is over. */
  get pauseEndsMs(): number {
    return this.#pause.dueMs;
  }

  get isLooking(): boolean {
    return this.#resolver.isLooking;
  }

  /** So many connections are to be made, at `preferred` if it is still there. Does nothing during a pause. */
  want(count: number, preferred: Address | undefined): void {
    this.#wanted = count;
    this.#preferred = preferred;
    if (count > this.#races.size && !this.#pause.armed) {
      this.#resolver.refresh();
      this.#go();
    }
  }

  /** Gives up everything that is under way, and forgets the pause. */
  stop(): void {
    const { timers } = this.#ports;
    this.#wanted = 0;
    timers.clear(this.#pause);
    timers.clear(this.#headStart);
    this.#isHeadStartOver = false;
    this.#undecided = undefined;
    this.#resolver.stop();
    for (const race of this.#races) race.cancel();
    this.#races.clear();
  }

  /** A connection has proved to be good: the next failure pauses shortly again. */
  proved(): void {
    this.#backoff.reset();
  }

  /** Nothing failed, and yet the next attempt should not be made at once. */
  rest(): void {
    const { timers } = this.#ports;
    const nowMs = timers.now();
    timers.set(this.#pause, nowMs + this.#backoff.pause(this.#beganMs, nowMs));
  }

  /** What was connected did not live: that is a failed pass, too. */
  shortLived(failure: ConnectFailure): void {
    this.#failed(failure, this.#beganMs);
  }

  #looked(): void {
    this.#ports.timers.clear(this.#headStart);
    this.#isHeadStartOver = false;
    const pass = this.#undecided;
    this.#undecided = undefined;
    if (pass === undefined) this.#go();
    else this.#passLost(pass);
  }

  /** A lookup may find other addresses than those that were tried: they deserve their chance before a pause. */
  #passLost(pass: UndecidedPass): void {
    if (this.#resolver.isLooking) this.#undecided = pass;
    else if (this.#hasOther(pass.addresses)) this.#go();
    else this.#failed(this.#passFailure(pass.faults), pass.beganMs);
  }

  #headStartOver(): void {
    this.#isHeadStartOver = true;
    this.#go();
  }

  #go(): void {
    if (this.#pause.armed || this.#undecided !== undefined || this.#wanted <= this.#races.size) return;
    const { addresses, isLooking, fault } = this.#resolver;
    if (isLooking && (addresses.length === 0 || !this.#isHeadStartOver)) {
      const { timers } = this.#ports;
      if (addresses.length > 0 && !this.#headStart.armed)
        timers.set(this.#headStart, timers.now() + LOOKUP_HEAD_START_MS);
      return;
    }
    if (addresses.length === 0) {
      this.#failed(this.#lookupFailure(fault), this.#ports.timers.now());
      return;
    }
    while (this.#races.size < this.#wanted) this.#start(addresses);
  }

  #start(addresses: readonly Address[]): void {
    const nowMs = this.#ports.timers.now();
    this.#beganMs = nowMs;
    const race = new Race<ChannelConnection>(
      this.#order(addresses),
      this.#ports.timers,
      this.#settings.connectTimeoutMs,
      {
        start: (address, done) => this.#dial(address, done),
        won: (connection) => {
          this.#races.delete(race);
          this.#wanted = Math.max(0, this.#wanted - 1);
          this.#handler.connected(connection);
        },
        lost: (faults) => {
          this.#races.delete(race);
          this.#passLost({ addresses, faults, beganMs: nowMs });
        },
      },
    );
    this.#races.add(race);
    race.start();
  }

  #hasOther(tried: readonly Address[]): boolean {
    const { addresses } = this.#resolver;
    if (addresses === tried || addresses.length === 0) return false;
    const known = new Set(tried.map(formatAddress));
    return addresses.some((address) => !known.has(formatAddress(address)));
  }

  /**
   * Another connection to share the load goes where the first one is (gRFC A105): its server said how many streams it takes.
   * Pools and short connections begin with another address each time, or one server would get them all.
   */
  #order(addresses: readonly Address[]): readonly Address[] {
    if (this.#settings.connections !== 'long-lived') {
      const first = this.#turns++ % addresses.length;
      return [...addresses.slice(first), ...addresses.slice(0, first)];
    }
    const preferred = this.#preferred === undefined ? '' : formatAddress(this.#preferred);
    const at = addresses.findIndex((address) => formatAddress(address) === preferred);
    return at <= 0 ? addresses : [addresses[at]!, ...addresses.slice(0, at), ...addresses.slice(at + 1)];
  }

  #dial(address: Address, done: (attempt: Attempt<ChannelConnection>) => void): Runner {
    let opening: ChannelConnection | undefined;
    const cancel = this.#ports.dialer.dial(address, this.#name, (attempt) => {
      if (attempt.kind === 'fault') {
        done(attempt);
        return;
      }
      const id = ++this.#connections;
      const owner = new OpeningOwner(address, done);
      opening = new ChannelConnection(id, attempt.value, this.#ports, this.#settings, this.#keepalive.options, owner);
      opening.start();
    });
    return {
      get lacks() {
        const lacking =
          opening === undefined ? 'could not be reached' : 'accepted the connection but sent no HTTP/2 SETTINGS';
        return `${formatAddress(address)} ${lacking}`;
      },
      cancel: () => {
        if (opening === undefined) cancel();
        else opening.close('cancelled');
      },
    };
  }

  #passFailure(faults: readonly AddressFault[]): ConnectFailure {
    const text = `No connection to ${this.#target.text} could be made: ${addressesText(faults)}.`;
    return { origin: 'connect', addresses: faults, text };
  }

  #lookupFailure(fault: LinkFault | undefined): ConnectFailure {
    const why = fault === undefined ? 'the lookup gave no address' : withCode(fault.text, fault.code);
    return { origin: 'resolve', addresses: [], text: `The target ${this.#target.text} has no address: ${why}.` };
  }

  #failed(failure: ConnectFailure, beganMs: number): void {
    const { timers } = this.#ports;
    timers.set(this.#pause, timers.now() + this.#backoff.pause(beganMs, timers.now()));
    this.#handler.failed(failure);
  }
}

/** Owns a connection until the server has spoken. */
class OpeningOwner implements ConnectionOwner {
  readonly #address: Address;
  readonly #done: (attempt: Attempt<ChannelConnection>) => void;

  constructor(address: Address, done: (attempt: Attempt<ChannelConnection>) => void) {
    this.#address = address;
    this.#done = done;
  }

  connectionReady(connection: ChannelConnection): void {
    this.#done({ kind: 'ok', value: connection });
  }

  connectionClosed(connection: ChannelConnection): void {
    const { ending } = connection.info;
    const text = ending === undefined ? 'the connection ended' : endingText(ending);
    const code = ending?.kind === 'transport' ? ending.code : '';
    const kind = ending?.kind === 'silent' ? 'timed-out' : 'other';
    this.#done({
      kind: 'fault',
      fault: { kind, code, text: text.replace(/^the server/, formatAddress(this.#address)) },
    });
  }

  /** A farewell before SETTINGS breaks the protocol: the end follows by itself. */
  connectionDraining(): void {}

  connectionOpenable(): void {}

  connectionGone(): void {}
}
