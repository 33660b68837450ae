/** Runs octets through `TlsSink` and keeps what the tracer would be told. */
import { nodeTlsCrypto } from '#node';
import { KeyLog, TlsSink } from '#tls';
import type { End, FlowHandler, FlowInfo, TlsFlowHandler, TlsNews } from '#trace';
import { type Chunk, joined } from './conversation.ts';

const INFO: FlowInfo = {
  a: { address: '10.0.0.1', port: 40_000 },
  b: { address: '10.0.0.2', port: 443 },
  handshake: 'seen',
};

export class Told implements TlsFlowHandler {
  readonly news: (TlsNews & { readonly from: End })[] = [];
  readonly missing = { a: 0, b: 0 };
  ended: string | undefined = undefined;
  readonly #bytes = { a: [] as Uint8Array[], b: [] as Uint8Array[] };

  established(): void {}
  note(): void {}
  leap(): void {}
  fin(): void {}
  rst(): void {}

  bytes(from: End, bytes: Uint8Array, start: number, end: number): void {
    if (start < 0 || start >= end || end > bytes.length)
      throw new Error(`octets ${start} to ${end} of ${bytes.length}`);
    this.#bytes[from].push(bytes.slice(start, end));
  }

  gap(from: End, length: number): void {
    if (!Number.isSafeInteger(length) || length <= 0) throw new Error(`a gap of ${length}`);
    this.missing[from] += length;
  }

  tls(from: End, news: TlsNews): void {
    this.news.push({ ...news, from });
  }

  done(how: string): void {
    this.ended = how;
  }

  text(from: End): Uint8Array {
    return joined(this.#bytes[from]);
  }

  /** The steps in order, each with its sender; alerts and outcomes by name. */
  get steps(): string[] {
    return this.news.map((news) => {
      const detail = news.step === 'alert' ? ` ${news.name}` : news.step === 'content' ? ` ${news.outcome}` : '';
      return `${news.from} ${news.step}${detail}`;
    });
  }

  find<S extends TlsNews['step']>(step: S): Extract<TlsNews, { readonly step: S }> | undefined {
    return this.news.find((news): news is Extract<TlsNews, { step: S }> & { from: End } => news.step === step);
  }
}

export interface Hole {
  readonly from: End;
  readonly length: number;
}

export function keyLogOf(text: string): KeyLog {
  const keyLog = new KeyLog();
  keyLog.push(new TextEncoder().encode(text));
  keyLog.end();
  return keyLog;
}

/** `keyLog` undefined: no secrets at all. */
export function tell(steps: readonly (Chunk | Hole)[], keyLog: string | undefined): Told {
  const told = new Told();
  const decryption = keyLog === undefined ? undefined : { keyLog: keyLogOf(keyLog), crypto: nodeTlsCrypto };
  const flow: FlowHandler = new TlsSink({ opened: () => told }, decryption).opened(INFO, 0, 1);
  for (const [at, step] of steps.entries()) {
    if ('bytes' in step) flow.bytes(step.from, step.bytes, 0, step.bytes.length, at, at + 2);
    else flow.gap(step.from, step.length, at, at + 2);
  }
  flow.fin('a', steps.length, steps.length + 2);
  flow.fin('b', steps.length, steps.length + 3);
  flow.done('closed', steps.length);
  return told;
}
