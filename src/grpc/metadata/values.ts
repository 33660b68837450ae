/** Values of metadata: printable text, or octets under names that end in `-bin` (gRPC over HTTP/2, "Custom-Metadata"). */
import { UsageError } from '#base';
import { base64Length, decodeBase64, encodeBase64 } from '../base64.ts';
import { isBinaryName, quoted } from './names.ts';

/** What a value is set to: text, or octets if the name ends in `-bin`. Text under such a name is base64. */
export type MetadataValue = string | Uint8Array;

/** The value as it is kept; a `UsageError` if it cannot be sent. Octets are copied. */
export function metadataValue(name: string, value: MetadataValue): MetadataValue {
  if (isBinaryName(name)) return binaryValue(name, value);
  if (typeof value !== 'string') {
    throw new UsageError(`metadata ${quoted(name)} has a binary value: only names that end in -bin carry octets`);
  }
  checkText(name, value);
  return value;
}

function binaryValue(name: string, value: MetadataValue): Uint8Array {
  if (typeof value !== 'string') return value.slice();
  const bytes = decodeBase64(value);
  if (bytes === undefined) throw new UsageError(`metadata ${quoted(name)} has a value that is no base64`);
  return bytes;
}

/**
 * Printable ASCII without a space at either end: receivers may strip such spaces, and other characters are lost or refused
 * on the way.
 */
function checkText(name: string, value: string): void {
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code >= 0x20 && code <= 0x7e) continue;
    const point = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
    throw new UsageError(
      `metadata ${quoted(name)} has ${point} at position ${at} of its value: only printable ASCII is allowed, ` +
        'other text goes under a name that ends in -bin',
    );
  }
  if (value.startsWith(' ') || value.endsWith(' ')) {
    throw new UsageError(`metadata ${quoted(name)} has a value that begins or ends with a space: ${quoted(value)}`);
  }
}

/** The value as a field carries it. */
export function valueText(value: MetadataValue): string {
  return typeof value === 'string' ? value : encodeBase64(value);
}

/** The octets that the value takes in a field. */
export function valueLength(value: MetadataValue): number {
  return typeof value === 'string' ? value.length : base64Length(value.length);
}

/**
 * The values of one binary field: "Implementations must split Binary-Headers on ',' before decoding". A part that is no
 * base64 becomes `undefined`.
 */
export function decodeBinaryValues(value: string): readonly (Uint8Array | undefined)[] {
  if (!value.includes(',')) return [decodeBase64(value.trim())];
  return value.split(',').map((part) => decodeBase64(part.trim()));
}
