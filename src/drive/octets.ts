/** Numbers as octets: whole ones seven bits an octet, the lowest first, so that small ones are short. */

const double = new Float64Array(1);
const octetsOfDouble = new Uint8Array(double.buffer);

/** Writes from the beginning of an array that is large enough, or reads one that was written so. */
export class Octets {
  readonly bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** A whole number that is not negative. */
  count(value: number): void {
    let left = value;
    while (left >= 0x80) {
      this.bytes[this.at++] = 0x80 | (left % 0x80);
      left = Math.floor(left / 0x80);
    }
    this.bytes[this.at++] = left;
  }

  readCount(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const octet = this.bytes[this.at++]!;
      if (octet < 0x80) return value + octet * unit;
      value += (octet - 0x80) * unit;
      unit *= 0x80;
    }
  }

  /** A whole number; those near zero are short. */
  signed(value: number): void {
    this.count(value < 0 ? -2 * value - 1 : 2 * value);
  }

  readSigned(): number {
    const count = this.readCount();
    return count % 2 === 0 ? count / 2 : -(count + 1) / 2;
  }

  double(value: number): void {
    double[0] = value;
    this.bytes.set(octetsOfDouble, this.at);
    this.at += 8;
  }

  readDouble(): number {
    for (let index = 0; index < 8; index++) octetsOfDouble[index] = this.bytes[this.at++]!;
    return double[0]!;
  }
}
