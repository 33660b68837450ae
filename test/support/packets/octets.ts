/** Writing integers and joining octets, as packet headers need it. */

export function u16(value: number): number[] {
  return [(value >>> 8) & 0xff, value & 0xff];
}

export function u32(value: number): number[] {
  return [(value >>> 24) & 0xff, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

type Octets = Uint8Array | readonly number[];

export function join(...parts: readonly Octets[]): Uint8Array {
  return joinAll(parts);
}

/** For lists that are too long to be arguments. */
export function joinAll(parts: readonly Octets[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The octets of `00 1f 8b` or `001f8b`. */
export function hex(text: string): Uint8Array {
  const digits = text.replace(/\s/g, '');
  return Uint8Array.from({ length: digits.length / 2 }, (_, index) => Number.parseInt(digits.substr(index * 2, 2), 16));
}
