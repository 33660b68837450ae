/** Tells a capture from anything else by its first octets. */
import { isPcap } from './pcap.ts';

/** `other` describes what the file is instead, as a noun phrase with its article. */
export type FileFormat = 'pcap' | 'pcapng' | 'gzip' | { readonly other: string };

/** Looks at the first octets of a file: 4 tell a capture, 512 are enough to name other things. */
export function identifyFormat(bytes: Uint8Array): FileFormat {
  if (isPcap(bytes)) return 'pcap';
  return { other: 'data of an unknown kind' };
}
