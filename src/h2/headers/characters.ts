/** The characters of field names and values (RFC 9113 §8.2.1), which are judged one octet a character. */

const UPPER_CASE = 1;
const NOT_IN_NAME = 2;
const NOT_IN_VALUE = 4;

const classes: Uint8Array = (() => {
  const table = new Uint8Array(256);
  // "A field name MUST NOT contain characters in the ranges 0x00-0x20, 0x41-0x5a, or 0x7f-0xff"; a colon only begins one.
  table.fill(NOT_IN_NAME, 0x00, 0x21);
  table.fill(UPPER_CASE, 0x41, 0x5b);
  table.fill(NOT_IN_NAME, 0x7f);
  table[0x3a] = NOT_IN_NAME;
  for (const octet of [0x00, 0x0a, 0x0d]) table[octet] = table[octet]! | NOT_IN_VALUE;
  return table;
})();

/** What is wrong with a name that is not a pseudo-header's. */
export function nameProblem(name: string): 'none' | 'upper-case' | 'forbidden' {
  let found = name === '' ? NOT_IN_NAME : 0;
  for (let at = 0; at < name.length; at++) found |= classes[name.charCodeAt(at)]!;
  if (found & NOT_IN_NAME) return 'forbidden';
  return found & UPPER_CASE ? 'upper-case' : 'none';
}

/** Whether a value contains NUL, LF or CR, or begins or ends with a space or a tab. */
export function valueProblem(value: string): boolean {
  let found = 0;
  for (let at = 0; at < value.length; at++) found |= classes[value.charCodeAt(at)]!;
  return (found & NOT_IN_VALUE) !== 0 || isBlank(value.charCodeAt(0)) || isBlank(value.charCodeAt(value.length - 1));
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Names and values in sentences are cut to this: enough to recognise one, short enough for a line. */
const QUOTED_CHARACTERS_MAX = 60;

/** `'text'`, printable ASCII whatever the peer sent: other characters as `\xNN`. */
export function quoted(text: string): string {
  const cut = text.length > QUOTED_CHARACTERS_MAX ? `${text.slice(0, QUOTED_CHARACTERS_MAX)}...` : text;
  return `'${cut.replace(/[^ -~]/g, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;
}
