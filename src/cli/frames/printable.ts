/** Text from the wire, made safe for a terminal: a peer must not be able to move the cursor of whoever looks at it. */
import { decodeUtf8, fromLatin1 } from '#base';

/** Anything beside printable ASCII. */
const UNUSUAL = /[^ -~]/;
/** Controls, line and paragraph separators, and the marks that reorder the text around them. */
const CONTROL = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** `text` has one character an octet. UTF-8 is shown as such; control characters become `\x1b`. */
export function printable(text: string): string {
  return UNUSUAL.test(text) ? escapeControls(decodeUtf8(fromLatin1(text))) : text;
}

/** The same for text that is already decoded. */
export function escapeControls(text: string): string {
  return text.replace(CONTROL, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
