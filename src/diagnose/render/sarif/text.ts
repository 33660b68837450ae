/** Text, addresses and fingerprints as SARIF wants them. */
import type { SarifMessage } from './log.ts';

/** §3.11.5: braces stand for arguments, so literal ones are doubled; §3.11.6: `[text](target)` is a link unless escaped. */
export function sarifText(text: string): string {
  return text.replace(/[{}]/g, '$&$&').replace(/[\\[\]]/g, '\\$&');
}

/** A message of words from the capture. */
export function sarifMessage(text: string): SarifMessage {
  return { text: sarifText(text) };
}

/** A file name as a URI reference: relative where the name is, `file:` where it is absolute (§3.4.3). */
export function sarifUri(name: string): string {
  if (name === '' || name === '-') return 'stdin';
  const path = name.replaceAll('\\', '/').replace(/\p{Cs}/gu, '\ufffd');
  const escaped = path.split('/').map(encodeURIComponent).join('/');
  if (/^[A-Za-z]:\//.test(path)) return `file:///${escaped.replace('%3A', ':')}`;
  if (path.startsWith('//')) return `file:${escaped}`;
  return path.startsWith('/') ? `file://${escaped}` : escaped;
}

/** Two 32-bit FNV-1a hashes with different starts: a name for what was found, not a seal. */
export function fingerprint(parts: readonly (string | number)[]): string {
  const text = parts.join('\u0000');
  return hash(text, 0x811c9dc5) + hash(text, 0x01000193);
}

function hash(text: string, start: number): string {
  let value = start;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return (value >>> 0).toString(16).padStart(8, '0');
}
