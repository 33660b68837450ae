/**
 * Text that a peer sent, made safe to print: control characters could move the cursor or recolour the terminal,
 * and bidirectional controls could reorder the line.
 */

/** Longer texts are cut: a debug-data field may be 16 KiB, a report line must stay readable. */
const TEXT_MAX = 160;

// C0, DEL and C1 controls; line and paragraph separators; bidirectional controls; the byte order mark.
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\u2028\u2029]/gu;

/** `text` with unprintable characters escaped as `\xNN` or `\u{N}`, cut after `TEXT_MAX` characters. */
export function printable(text: string, max = TEXT_MAX): string {
  const cut = text.length > max ? `${text.slice(0, max)}…` : text;
  return cut.replace(UNPRINTABLE, escapeCharacter);
}

function escapeCharacter(character: string): string {
  const point = character.codePointAt(0)!;
  return point < 0x100 ? `\\x${point.toString(16).padStart(2, '0')}` : `\\u{${point.toString(16)}}`;
}
