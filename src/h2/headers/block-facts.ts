/** What the engine needs to know of a header block, read once a block: busy connections repeat a few blocks. */
import type { Fault } from '../frames/fault.ts';
import type { HeaderBlock } from '../hpack/decoder.ts';
import { LENGTH_OPEN } from '../stream/stream.ts';
import type { HeadersRole } from './field.ts';
import { headerFaults } from './rules.ts';

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

/** One decoded block: its facts, and its faults by the role in which it came. */
export class ReadBlock {
  readonly block: HeaderBlock;
  readonly facts: BlockFacts;
  /** The role in which it was found to break no rule: a block that repeats mostly comes in one. */
  #soundAs: HeadersRole | undefined = undefined;

  constructor(block: HeaderBlock) {
    this.block = block;
    this.facts = readFacts(block);
  }

  /** The rules that it breaks as `role`. */
  faults(role: HeadersRole, stream: number): readonly Fault[] {
    if (role === this.#soundAs) return NO_FAULTS;
    const faults = headerFaults(role, this.block, stream);
    if (faults.length === 0) this.#soundAs = role;
    return faults;
  }
}

const NO_FAULTS: readonly Fault[] = [];

/** What there is to know of a block; the decoder hands out the same block for the same octets, so that is read once. */
export function readBlock(block: HeaderBlock): ReadBlock {
  block.read ??= new ReadBlock(block);
  return block.read;
}

function readFacts(block: HeaderBlock): BlockFacts {
  const first = block.fields[0]?.unknown ?? (block.complete ? 'nothing' : 'field');
  let kind: BlockFacts['kind'] = first === 'nothing' ? 'trailers' : 'unknown';
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
