/** Tells a capture from anything else by its first octets, and names what people pass to a capture reader by mistake. */
import { toLatin1 } from '#base';
import { isPcap } from './pcap.ts';
import { isPcapng } from './pcapng.ts';

/** What a file is that is no capture. */
export interface OtherFormat {
  /** A noun phrase with its article: `a PNG image`. */
  readonly other: string;
  /** One sentence on what to do, or empty. */
  readonly advice: string;
}

export type FileFormat = 'pcap' | 'pcapng' | 'gzip' | OtherFormat;

/** Looks at the first octets of a file: 4 tell a capture, 512 are enough to name other things. */
export function identifyFormat(bytes: Uint8Array): FileFormat {
  if (isPcap(bytes)) return 'pcap';
  if (isPcapng(bytes)) return 'pcapng';
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip';
  const head = toLatin1(bytes, 0, Math.min(bytes.length, TEXT_BYTES));
  const known = magics.find((magic) => head.startsWith(magic.text, magic.at ?? 0));
  if (known !== undefined) return { other: known.other, advice: known.advice ?? '' };
  if (bytes.length === 0) return { other: 'an empty file', advice: 'The capturing program may not have run.' };
  return bytes.some(isBinary) ? describeBinary(bytes) : describeText(head);
}

const TEXT_BYTES = 512;
const CONVERT = 'Convert it with `editcap -F pcapng IN OUT`.';
const UNPACK = 'Unpack it first.';

interface Magic {
  readonly at?: number;
  /** The octets, one character each. */
  readonly text: string;
  readonly other: string;
  readonly advice?: string;
}

const magics: readonly Magic[] = [
  { text: '\x7fELF', other: 'an ELF program or library' },
  { text: '\x89PNG', other: 'a PNG image' },
  { text: '\xff\xd8\xff', other: 'a JPEG image' },
  { text: 'GIF8', other: 'a GIF image' },
  { text: '%PDF', other: 'a PDF document' },
  { text: 'SQLite format 3', other: 'an SQLite database' },
  { text: 'PK\x03\x04', other: 'a ZIP archive', advice: UNPACK },
  { text: '\x28\xb5\x2f\xfd', other: 'a Zstandard-compressed file', advice: 'Decompress it first: `zstd -d FILE`.' },
  { text: '\xfd7zXZ\0', other: 'an xz-compressed file', advice: 'Decompress it first: `xz -d FILE`.' },
  { text: 'BZh', other: 'a bzip2-compressed file', advice: 'Decompress it first: `bzip2 -d FILE`.' },
  { text: '\x04\x22\x4d\x18', other: 'an LZ4-compressed file', advice: 'Decompress it first: `lz4 -d FILE`.' },
  { text: '7z\xbc\xaf\x27\x1c', other: 'a 7-Zip archive', advice: UNPACK },
  { text: 'ustar', at: 257, other: 'a tar archive', advice: UNPACK },
  { text: 'snoop\0\0\0', other: 'a Solaris snoop capture', advice: CONVERT },
  { text: 'btsnoop\0', other: 'a Bluetooth btsnoop capture' },
  { text: 'GMBU', other: 'a Microsoft Network Monitor capture', advice: CONVERT },
  { text: 'RTSS', other: 'a Microsoft Network Monitor 1 capture', advice: CONVERT },
  { text: 'XCP\0', other: 'a NetXRay capture', advice: CONVERT },
  { text: 'TRSNIFF data', other: 'a Sniffer capture', advice: CONVERT },
  { text: '\x54\x52\x00\x64', other: 'an HP-UX nettl trace', advice: CONVERT },
  {
    text: '\x4d\x3c\x2b\x1a',
    other: 'the rest of a pcapng file without its section header',
    advice: 'The file was cut at its start.',
  },
  { text: 'LPKSHHRH', other: 'a systemd journal' },
  {
    text: 'PRI * HTTP/2.0',
    other: 'the octets of an HTTP/2 connection without their packets',
    advice: 'Record packets instead, for example with `tcpdump -w FILE`.',
  },
  { text: '\xff\xfe', other: 'text in UTF-16' },
  { text: '\xfe\xff', other: 'text in UTF-16' },
];

interface TextKind {
  readonly pattern: RegExp;
  readonly other: string;
  readonly advice?: string;
}

const WRITE_OCTETS = 'Run the capturing program with `-w FILE`, so that it writes packets instead of text.';

const textKinds: readonly TextKind[] = [
  {
    pattern: /^(# SSL\/TLS secrets|CLIENT_RANDOM |[A-Z_]+_TRAFFIC_SECRET(_\d)? |EXPORTER_SECRET |RSA [0-9a-f]{16})/,
    other: 'a TLS key log',
    advice: 'It belongs beside the capture, not in its place.',
  },
  { pattern: /^-----BEGIN /, other: 'a PEM file (a certificate or a key)' },
  { pattern: /^<\?xml[\s\S]*<pdml/, other: 'packets printed as XML (PDML)', advice: WRITE_OCTETS },
  {
    pattern: /^<(!doctype html|html)/i,
    other: 'an HTML page',
    advice: 'A download may have answered with an error page.',
  },
  { pattern: /^<\?xml|^<[a-z]/i, other: 'an XML document' },
  {
    pattern: /^(\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.\d+ /,
    other: 'packets printed as text by tcpdump',
    advice: WRITE_OCTETS,
  },
  {
    pattern: /^Frame 1: |^ *1 +\d+\.\d+ +\S+ (→|\xe2\x86\x92|->) /,
    other: 'packets printed as text by tshark',
    advice: WRITE_OCTETS,
  },
  {
    pattern: /^[0-9a-f]{4,8}:? {1,3}([0-9a-f]{2} ?){2}/i,
    other: 'a hex dump',
    advice: '`text2pcap IN OUT` turns a hex dump into a capture.',
  },
  { pattern: /^[{[]/, other: 'a JSON document' },
];

function describeBinary(bytes: Uint8Array): OtherFormat {
  if (looksLikeErf(bytes)) return { other: 'an Endace ERF trace', advice: CONVERT };
  const zeros = bytes.every((byte) => byte === 0);
  if (zeros) return { other: 'a file of zeros', advice: 'Its writing may have been interrupted.' };
  return { other: 'data of an unknown kind', advice: 'No pcap or pcapng file begins like it.' };
}

function describeText(head: string): OtherFormat {
  const text = head.replace(/^\xef\xbb\xbf/, '').trimStart();
  const kind = textKinds.find(({ pattern }) => pattern.test(text));
  return { other: kind?.other ?? 'a text file', advice: kind?.advice ?? '' };
}

/** Octets that text does not hold: controls other than white space and escape. */
function isBinary(byte: number): boolean {
  return byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== 0x1b;
}

/**
 * ERF has no magic number: its first record must have a known type, a record length that holds its header, and a time
 * between 2000 and 2100.
 */
function looksLikeErf(bytes: Uint8Array): boolean {
  if (bytes.length < 16) return false;
  const seconds = bytes[4]! + bytes[5]! * 2 ** 8 + bytes[6]! * 2 ** 16 + bytes[7]! * 2 ** 24;
  const type = bytes[8]! & 0x7f;
  const recordLength = bytes[10]! * 256 + bytes[11]!;
  const wireLength = bytes[14]! * 256 + bytes[15]!;
  const plausibleTime = seconds > 946_684_800 && seconds < 4_102_444_800;
  return (
    plausibleTime && type > 0 && type <= 48 && recordLength >= 16 && wireLength > 0 && recordLength <= wireLength + 64
  );
}
