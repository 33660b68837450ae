/** What the observer needs to know of a header block, read once a block: busy connections repeat a few blocks. */
import type { Fault } from '../frames/fault.ts';
import type { HeadersRole } from '../headers/field.ts';
import { headerFaults } from '../headers/rules.ts';
import type { HeaderBlock } from '../hpack/decoder.ts';
import { LENGTH_OPEN } from '../stream/stream.ts';

export interface BlockFacts {
  /**
   * What its pseudo-header fields make of it. They stand first (RFC 9113 §8.3), so a block that begins with another field
   * is a trailer section; `unknown` if the first field could not be decoded and nothing later tells.
   */
  readonly kind: 'request' | 'response' | 'trailers' | 'unknown';
  /** The value of `:status`; 0 if there is none that is a number. */
  readonly status: number;
  /** HEAD and CONNECT: Content-Length of the response does not bind. */
  readonly bodiless: boolean;
  /** Content-Length, or `LENGTH_OPEN`. */
  readonly length: number;
}

/** Of a block that could not be decoded. */
export const NO_FACTS: BlockFacts = {
  kind: 'unknown',
  status: 0,
  bodiless: false,
  length: LENGTH_OPEN,
};

/** Requests and answers of the busiest methods; the decoder's cache, which makes blocks repeat, is not much larger. */
const REMEMBERED = 8;

interface Entry {
  readonly block: HeaderBlock;
  readonly facts: BlockFacts;
  /** The roles in which the block was found to break no rule. */
  readonly soundAs: Set<HeadersRole>;
}

const NO_FAULTS: readonly Fault[] = [];

/** Facts and verdicts of the blocks of one direction, by the identity of the decoded block. */
export class BlockReader {
  readonly #entries: Entry[] = [];
  #next = 0;

  facts(block: HeaderBlock): BlockFacts {
    return this.#entry(block).facts;
  }

  /** The rules that the block breaks as `role`. */
  faults(block: HeaderBlock, role: HeadersRole, stream: number): readonly Fault[] {
    const { soundAs } = this.#entry(block);
    if (soundAs.has(role)) return NO_FAULTS;
    const faults = headerFaults(role, block, stream);
    if (faults.length === 0) soundAs.add(role);
    return faults;
  }

  #entry(block: HeaderBlock): Entry {
    for (const entry of this.#entries) if (entry.block === block) return entry;
    const entry: Entry = { block, facts: readFacts(block), soundAs: new Set() };
    this.#entries[this.#next] = entry;
    this.#next = (this.#next + 1) % REMEMBERED;
    return entry;
  }
}

function readFacts(block: HeaderBlock): BlockFacts {
  let kind: BlockFacts['kind'] = (block.fields[0]?.unknown ?? 'nothing') === 'nothing' ? 'trailers' : 'unknown';
  let status = 0;
  let bodiless = false;
  let length = LENGTH_OPEN;
  for (const { name, value, unknown } of block.fields) {
    if (unknown !== 'nothing') continue;
    if (name === ':method') {
      kind = 'request';
      bodiless = value === 'HEAD' || value === 'CONNECT';
    } else if (name === ':status') {
      kind = 'response';
      status = wholeNumber(value) ?? 0;
    } else if (name === 'content-length') {
      length = wholeNumber(value) ?? LENGTH_OPEN;
    }
  }
  return { kind, status, bodiless, length };
}

/** Digits only, and few enough to be exact. */
function wholeNumber(text: string): number | undefined {
  return /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
