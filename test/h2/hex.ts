/** Octets from hexadecimal digits; white space is for the eye. */
export function hex(digits: string): Uint8Array {
  const packed = digits.replace(/\s+/g, '');
  return Uint8Array.from(packed.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
