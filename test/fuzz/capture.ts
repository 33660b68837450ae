/** Mutated capture files. Whatever the octets, nothing throws and the contract of `FlowHandler` holds. */
import { Capture, describeProblem, MAX_PROBLEMS } from '#capture';
import type { ClockLeap, End, FlowHandler, FlowInfo, FlowSink } from '#trace';
import { fragments, links, packetise, pcapFile, pcapngFile, Random } from '../support/packets.ts';

const ENDS: readonly End[] = ['a', 'b'];

/** Checks each call and keeps nothing but counts. */
class CheckedFlow implements FlowHandler {
  readonly #finished = new Set<End>();
  #established = false;
  #packet: number;
  ended: string | undefined;

  constructor(packet: number) {
    this.#packet = packet;
  }

  established(timeMs: number, packet: number): void {
    check(!this.#established, 'established twice');
    this.#established = true;
    this.#at(timeMs, packet);
  }

  bytes(from: End, bytes: Uint8Array, start: number, end: number, timeMs: number, packet: number): void {
    check(start >= 0 && start < end && end <= bytes.length, 'octets outside their buffer');
    check(!this.#finished.has(from), 'octets after a FIN');
    this.#at(timeMs, packet);
  }

  gap(from: End, length: number, timeMs: number, packet: number): void {
    check(Number.isSafeInteger(length) && length > 0, `a gap of ${length}`);
    check(!this.#finished.has(from), 'a gap after a FIN');
    this.#at(timeMs, packet);
  }

  note(from: End, _note: string, timeMs: number, packet: number): void {
    check(ENDS.includes(from), 'a note of nobody');
    this.#at(timeMs, packet);
  }

  leap(leap: ClockLeap, timeMs: number, packet: number): void {
    check(Number.isFinite(leap.byMs) && leap.packet > 0, 'a leap of nothing');
    this.#at(timeMs, packet);
  }

  fin(from: End, timeMs: number, packet: number): void {
    check(!this.#finished.has(from), 'a second FIN');
    this.#finished.add(from);
    this.#at(timeMs, packet);
  }

  rst(_from: End, _timeToLive: number | undefined, _usual: number | undefined, timeMs: number, packet: number): void {
    this.#at(timeMs, packet);
  }

  done(how: string, timeMs: number): void {
    this.#at(timeMs, this.#packet);
    this.ended = how;
  }

  #at(timeMs: number, packet: number): void {
    check(this.ended === undefined, 'a call after done');
    check(Number.isFinite(timeMs), 'a time that is no number');
    check(packet >= this.#packet, 'packets backwards');
    this.#packet = packet;
  }
}

class CheckedSink implements FlowSink {
  readonly flows: CheckedFlow[] = [];

  opened(_info: FlowInfo, timeMs: number, packet: number): FlowHandler {
    check(Number.isFinite(timeMs) && packet > 0, 'opened nowhere');
    const flow = new CheckedFlow(packet);
    this.flows.push(flow);
    return flow;
  }
}

function check(condition: boolean, sentence: string): void {
  if (!condition) throw new Error(sentence);
}

function run(bytes: Uint8Array): void {
  const sink = new CheckedSink();
  const capture = new Capture(sink);
  // The first octet also decides in what pieces the file comes, so that held records are reached.
  const piece = bytes[0] === 0xd4 || bytes[0] === 0x0a ? bytes.length : 1 + (bytes.length % 61);
  for (let at = 0; at < bytes.length; at += piece) capture.push(bytes.slice(at, at + piece));
  capture.end();
  for (const flow of sink.flows) check(flow.ended !== undefined, 'a connection that is never done');
  const { summary, problems } = capture;
  check(
    summary.tcpPackets + summary.udpPackets + summary.otherPackets === summary.packets,
    'counts that do not add up',
  );
  check(problems.length <= MAX_PROBLEMS, 'too many problems');
  for (const problem of problems) {
    const text = describeProblem(problem);
    check(text.length > 20 && !/undefined|NaN|\{\w+\}/.test(text), `a problem without words: ${text}`);
  }
}

/** Small captures of every format and link layer, with losses and disorder, for a mutator to start from. */
function seeds(): Uint8Array[] {
  const random = new Random(1);
  return Object.values(links).flatMap((link, index) => {
    const streams = { a: random.bytes(60), b: random.bytes(90) };
    const disorder = { delayed: 0.1, repeated: 0.1, copied: 0.1, missed: 0.1, keepalive: 0.1, reorder: 3 };
    const { packets } = packetise(streams, { seed: index, maxSegment: 40, ...disorder });
    const pieces = index % 3 === 0 ? packets.flatMap(inFragments) : packets;
    const captured = pieces.map((packet, number) => ({
      bytes: link.wrap(packet),
      linkType: link.linkType,
      timeNs: BigInt(number) * 1_000_000n,
      ...(number % 5 === 4 ? { snapLength: 60 } : {}),
    }));
    return [
      pcapFile(captured, { little: index % 2 === 0, resolution: index % 4 < 2 ? 'micro' : 'nano' }),
      pcapngFile(captured, { little: index % 2 === 1, decorated: index % 4 < 2, sectionEvery: 5, resolution: 9 }),
    ];
  });
}

function inFragments(packet: Uint8Array, identification: number): Uint8Array[] {
  const payload = packet.subarray(20);
  return fragments({ source: '10.0.0.1', destination: '10.0.0.2', protocol: 6, identification, payload }, 24);
}

export const fuzzTarget = { name: 'capture', run, seeds };
