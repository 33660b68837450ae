/** A link whose other end is the test: what is written is kept, what the test says comes in. */
import type { Address, Link, LinkFault, LinkHandler } from '#transport';

export class FakeLink implements Link {
  readonly local: Address = { kind: 'tcp', host: '10.0.0.1', port: 40_000 };
  readonly remote: Address = { kind: 'tcp', host: '10.0.0.2', port: 50_051 };
  readonly security = undefined;
  readonly written: Uint8Array[] = [];
  /** Number of `write` calls. */
  writes = 0;
  /** The transport takes no more until `drain`. */
  full = false;
  did: string[] = [];
  handler: LinkHandler | undefined;

  get unsentBytes(): number {
    return 0;
  }
  start(handler: LinkHandler): void {
    this.handler = handler;
  }
  write(chunks: readonly Uint8Array[]): boolean {
    this.writes++;
    this.written.push(...chunks);
    return !this.full;
  }
  pause(): void {}
  resume(): void {}
  end(): void {
    this.did.push('end');
  }
  destroy(): void {
    this.did.push('destroy');
    this.handler?.closed(undefined);
  }
  say(bytes: Uint8Array): void {
    this.handler?.bytes(bytes, 0, bytes.length);
  }
  drain(): void {
    this.full = false;
    this.handler?.drained();
  }
  fault(fault: LinkFault): void {
    this.handler?.closed(fault);
  }
  /** What was written since the last call. */
  take(): Uint8Array[] {
    return this.written.splice(0);
  }
}
