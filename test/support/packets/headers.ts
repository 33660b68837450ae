/** TCP, UDP and IP headers around a payload. Checksums stay zero: captures of offloading hosts do not have them either. */
import { join, u16, u32 } from './octets.ts';

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const PSH = 0x08;
export const ACK = 0x10;

export interface TcpFields {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment?: number;
  readonly flags: number;
  readonly window?: number;
  /** Padded to a multiple of four octets by the caller. */
  readonly options?: readonly number[];
  readonly payload?: Uint8Array;
}

export function tcp(fields: TcpFields): Uint8Array {
  const { options = [], payload = new Uint8Array(0) } = fields;
  return join(
    u16(fields.sourcePort),
    u16(fields.destinationPort),
    u32(fields.sequence),
    u32(fields.acknowledgment ?? 0),
    [(5 + options.length / 4) << 4, fields.flags],
    u16(fields.window ?? 512),
    [0, 0, 0, 0],
    options,
    payload,
  );
}

/** A time stamp option in its usual place (RFC 7323 appendix A). */
export function timestampOption(value: number): number[] {
  return [1, 1, 8, 10, ...u32(value), 0, 0, 0, 0];
}

export function udp(sourcePort: number, destinationPort: number, payload: Uint8Array): Uint8Array {
  return join(u16(sourcePort), u16(destinationPort), u16(8 + payload.length), [0, 0], payload);
}

export interface IpFields {
  /** `10.0.0.1`, or an IPv6 address as eight groups or with `::`. Both ends are of the same family. */
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly timeToLive?: number;
  readonly identification?: number;
  readonly payload: Uint8Array;
}

/** IPv4 or IPv6, as the addresses are. */
export function ip(fields: IpFields): Uint8Array {
  return fields.source.includes(':') ? ipv6(fields) : ipv4(fields, 0);
}

export function ipv4(fields: IpFields, fragment: number, options: readonly number[] = []): Uint8Array {
  return join(
    [0x40 | (5 + options.length / 4), 0],
    u16(20 + options.length + fields.payload.length),
    u16(fields.identification ?? 0),
    u16(fragment),
    [fields.timeToLive ?? 64, fields.protocol, 0, 0],
    addressOctets(fields.source),
    addressOctets(fields.destination),
    options,
    fields.payload,
  );
}

/** `extensions` are whole extension headers; each begins with the number of what follows it. */
export function ipv6(
  fields: IpFields,
  first = fields.protocol,
  extensions: Uint8Array = new Uint8Array(0),
): Uint8Array {
  return join(
    [0x60, 0, 0, 0],
    u16(extensions.length + fields.payload.length),
    [first, fields.timeToLive ?? 64],
    addressOctets(fields.source),
    addressOctets(fields.destination),
    extensions,
    fields.payload,
  );
}

/** The packet in fragments whose payload is `size` octets, a multiple of eight. */
export function fragments(fields: IpFields, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let offset = 0; offset < fields.payload.length; offset += size) {
    const payload = fields.payload.subarray(offset, offset + size);
    const more = offset + size < fields.payload.length;
    const piece = { ...fields, payload };
    if (fields.source.includes(':')) {
      const header = [fields.protocol, 0, ...u16(offset | (more ? 1 : 0)), ...u32(fields.identification ?? 0)];
      pieces.push(ipv6(piece, 44, Uint8Array.from(header)));
    } else pieces.push(ipv4(piece, (offset / 8) | (more ? 0x2000 : 0)));
  }
  return pieces;
}

export function addressOctets(text: string): number[] {
  if (!text.includes(':')) return text.split('.').map(Number);
  const [head = '', tail] = text.split('::');
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after].flatMap(u16);
}

function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}
