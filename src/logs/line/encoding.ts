/**
 * Which encoding a log is in. Nearly all are ASCII or UTF-8; Windows services write UTF-16 with a byte order mark, which
 * is made into octets here so that the lines below know one form only. Other 8-bit encodings pass: the words that are
 * looked for are ASCII in all of them.
 */

/** `start`: the mark may still come. The number is the octet of a pair that stands alone at the end of a piece. */
type State =
  | { readonly kind: 'start' }
  | { readonly kind: 'octets' }
  | { readonly kind: 'utf-16'; readonly little: boolean; readonly half: number | undefined };

const QUESTION_MARK = 0x3f;

export class Encoding {
  #state: State = { kind: 'start' };
  #first: number | undefined;

  /** The next piece as octets of an ASCII-compatible encoding. The result is the piece itself where nothing changes. */
  decode(bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0) return bytes;
    if (this.#state.kind === 'start') return this.#begin(bytes);
    return this.#state.kind === 'octets' ? bytes : this.#narrow(bytes, this.#state);
  }

  #begin(bytes: Uint8Array): Uint8Array {
    if (this.#first === undefined && bytes.length === 1 && (bytes[0] === 0xff || bytes[0] === 0xfe)) {
      this.#first = bytes[0];
      return bytes.subarray(1);
    }
    const whole = this.#first === undefined ? bytes : Uint8Array.of(this.#first, ...bytes.subarray(0, 1));
    const mark = ((whole[0] ?? 0) << 8) | (whole[1] ?? 0);
    const rest = this.#first === undefined ? bytes.subarray(2) : bytes.subarray(1);
    if (mark === 0xfffe || mark === 0xfeff) {
      this.#state = { kind: 'utf-16', little: mark === 0xfffe, half: undefined };
      return this.decode(rest);
    }
    this.#state = { kind: 'octets' };
    return bytes;
  }

  /** One octet a code unit; what is beyond Latin-1 becomes a question mark. */
  #narrow(bytes: Uint8Array, state: Extract<State, { kind: 'utf-16' }>): Uint8Array {
    const carried = state.half === undefined ? 0 : 1;
    const units = Math.floor((bytes.length + carried) / 2);
    const narrow = new Uint8Array(units);
    const octet = (at: number): number => (at < carried ? (state.half ?? 0) : (bytes[at - carried] ?? 0));
    for (let unit = 0; unit < units; unit++) {
      const [low, high] = state.little
        ? [octet(unit * 2), octet(unit * 2 + 1)]
        : [octet(unit * 2 + 1), octet(unit * 2)];
      narrow[unit] = high === 0 ? low : QUESTION_MARK;
    }
    const left = (bytes.length + carried) % 2 === 1 ? bytes[bytes.length - 1] : undefined;
    this.#state = { ...state, half: left };
    return narrow;
  }
}
