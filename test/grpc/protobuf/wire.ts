/** Writes protobuf octets for tests: tags, varints and lengths, right or wrong. */
export function varint(value: bigint | number): number[] {
  let rest = BigInt.asUintN(64, BigInt(value));
  const octets: number[] = [];
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    octets.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return octets;
}

export function tag(number: number, wire: number): number[] {
  return varint((number << 3) | wire);
}

export function number(field: number, value: bigint | number): number[] {
  return [...tag(field, 0), ...varint(value)];
}

export function lengthed(field: number, content: readonly number[] | string): number[] {
  const octets = typeof content === 'string' ? [...new TextEncoder().encode(content)] : content;
  return [...tag(field, 2), ...varint(octets.length), ...octets];
}
