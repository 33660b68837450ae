/**
 * The recordings of the corpus, each wrapped in TLS 1.3 with secrets: the verdict must be that of the clear text. What the
 * source of flows says is the same, but for the records around the octets.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { Capture } from '#capture';
import { Diagnosis, type Finding } from '#diagnose';
import { nodeTlsCrypto } from '#node';
import { TlsSink } from '#tls';
import {
  type ClockLeap,
  type End,
  type FlowHandler,
  type FlowInfo,
  type FlowSink,
  type SegmentNote,
  Tracer,
} from '#trace';
import { type Sealer, sealedTalk } from './sealed-talk.ts';
import { keyLogOf } from './told.ts';

const folder = new URL('../../fixtures/captures/', import.meta.url);
/** Every third of them: the whole corpus is judged in `test/corpus`, and TLS does not know what is inside. */
const STEP = 3;

/** HTTP/2 from its first octet: TLS hides a foreign protocol, and a late capture has no hello. */
const names = readdirSync(folder)
  .filter(
    (name) =>
      /\.(pcap|pcapng)(\.gz)?$/.test(name) && !/tls|udp|http1|plaintext|upgrade|mid|mixed|health-check/.test(name),
  )
  .filter((_, at) => at % STEP === 0);

/** Wraps what one connection says; the hellos come with its first octets. */
class Wrapped implements FlowHandler {
  readonly #next: FlowHandler;
  #talk: Sealer | undefined = undefined;

  constructor(next: FlowHandler) {
    this.#next = next;
  }

  established(timeMs: number, packet: number): void {
    this.#next.established(timeMs, packet);
  }

  bytes(from: End, bytes: Uint8Array, start: number, end: number, timeMs: number, packet: number): void {
    for (const record of this.#sealed(from, bytes.slice(start, end), timeMs, packet)) {
      this.#next.bytes(from, record, 0, record.length, timeMs, packet);
    }
  }

  gap(from: End, length: number, timeMs: number, packet: number): void {
    for (const record of this.#sealed(from, new Uint8Array(length), timeMs, packet)) {
      this.#next.gap(from, record.length, timeMs, packet);
    }
  }

  note(from: End, note: SegmentNote, timeMs: number, packet: number): void {
    this.#next.note(from, note, timeMs, packet);
  }

  leap(leap: ClockLeap, timeMs: number, packet: number): void {
    this.#next.leap(leap, timeMs, packet);
  }

  fin(from: End, timeMs: number, packet: number, unacknowledged?: number): void {
    this.#next.fin(from, timeMs, packet, unacknowledged);
  }

  rst(...all: Parameters<FlowHandler['rst']>): void {
    this.#next.rst(...all);
  }

  done(how: 'closed' | 'capture-ended' | 'evicted', timeMs: number): void {
    this.#next.done(how, timeMs);
  }

  #sealed(from: End, octets: Uint8Array, timeMs: number, packet: number): Uint8Array[] {
    if (this.#talk === undefined) {
      this.#talk = sealedTalk([]).sealer;
      for (const { from: side, bytes } of sealedTalk([]).chunks) {
        this.#next.bytes(side === 'client' ? 'a' : 'b', bytes, 0, bytes.length, timeMs, packet);
      }
    }
    const records: Uint8Array[] = [];
    for (let at = 0; at < octets.length; at += 16_000) {
      records.push(this.#talk(from === 'a' ? 'client' : 'server', octets.subarray(at, at + 16_000)));
    }
    return records;
  }
}

function verdict(name: string, wrap: boolean): string[] {
  const raw = readFileSync(new URL(name, folder));
  const diagnosis = new Diagnosis();
  const tls = new TlsSink(new Tracer(diagnosis.event), {
    keyLog: keyLogOf(sealedTalk([]).keyLog),
    crypto: nodeTlsCrypto,
  });
  const wrapped: FlowSink = {
    opened: (info: FlowInfo, timeMs: number, packet: number) => new Wrapped(tls.opened(info, timeMs, packet)),
  };
  const capture = new Capture(wrap ? wrapped : tls);
  capture.push(new Uint8Array(name.endsWith('.gz') ? gunzipSync(raw) : raw));
  capture.end();
  return diagnosis.finish().findings.flatMap((finding) => shown(finding, ''));
}

function shown(finding: Finding, under: string): string[] {
  const { id, variant, severity, certainty, culprit, streams, connections, params } = finding;
  const facts = JSON.stringify({ variant, severity, certainty, culprit, streams, connections, params });
  const line = `${under}${id} ${facts}`;
  return [line, ...finding.consequences.flatMap((below) => shown(below, `${line} > `))];
}

describe('a recording and the same under TLS', () => {
  it.each(names)('%s', (name) => {
    expect(verdict(name, true)).toEqual(verdict(name, false));
  });
});
