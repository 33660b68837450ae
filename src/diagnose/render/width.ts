/** How many terminal columns text takes, and wrapping to a number of columns. */

/**
 * Wide and fullwidth ranges of Unicode's East Asian Width (UAX #11) that occur in text: each takes two columns.
 * Ambiguous characters (arrows, middle dot, quotes) count one, as terminals draw them unless told otherwise.
 */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe4f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

function isWide(point: number): boolean {
  if (point < 0x1100) return false;
  return WIDE.some(([low, high]) => point >= low && point <= high);
}

/** Marks that sit on the character before them take no column of their own. */
function isCombining(point: number): boolean {
  return (point >= 0x300 && point <= 0x36f) || (point >= 0xfe00 && point <= 0xfe0f) || point === 0x200d;
}

function columnsOf(character: string): number {
  const point = character.codePointAt(0)!;
  if (isCombining(point)) return 0;
  return isWide(point) ? 2 : 1;
}

/** Columns that `text` takes on a terminal. It must hold no control characters. */
export function displayWidth(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOf(character);
  return columns;
}

/** `text` filled with blanks on the right up to `columns`. */
export function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

/** `text` filled with blanks on the left up to `columns`. */
export function padStart(text: string, columns: number): string {
  return ' '.repeat(Math.max(0, columns - displayWidth(text))) + text;
}

/** Chinese punctuation that must not begin a line, and brackets that must not end one (GB/T 15834, "避头尾"). */
const NOT_FIRST = new Set('，。、；：！？）》」』”’…％'.split(''));
const NOT_LAST = new Set('（《「『“‘'.split(''));

/** Stands for a blank at which no line may break, until `wrap` puts the blank back. */
const TIE = '\u00a0';

/** Chinese units of two characters, which no line may cut. */
const UNITS = new Set(['毫秒', '分钟', '小时', '字节']);

/**
 * The units between which a line may break: a word with the blanks after it, or one wide character,
 * together with the punctuation that must stay with it.
 */
function breakUnits(text: string): string[] {
  const units: string[] = [];
  let unit = '';
  let previous = '';
  for (const character of text) {
    const wide = isWide(character.codePointAt(0)!);
    const previousWide = previous !== '' && isWide(previous.codePointAt(0)!);
    const tied = previous === TIE || character === TIE || UNITS.has(previous + character);
    const mayBreak = previous === ' ' ? character !== ' ' : (wide || previousWide) && !tied;
    if (unit !== '' && mayBreak && !NOT_FIRST.has(character) && !NOT_LAST.has(previous)) {
      units.push(unit);
      unit = '';
    }
    unit += character;
    previous = character;
  }
  if (unit !== '') units.push(unit);
  return units;
}

/** Longer texts stay breakable, or they would be cut in the middle of a word on a narrow page. */
const UNBROKEN_MAX = 40;

/** `text` with its blanks tied, so that it stays in one line. */
export function unbroken(text: string): string {
  return displayWidth(text) > UNBROKEN_MAX ? text : text.replaceAll(' ', TIE);
}

/** A number and its unit belong together. */
const NUMBER_AND_UNIT = /(\d) (?=(?:ms|s|min|h|bytes?|[KM]iB|毫秒|秒|分钟|小时|字节)(?![\w]))/g;

/** Lines of at most `columns`. A single word that is longer is broken where the line ends. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  let width = 0;
  for (const unit of breakUnits(text.replace(NUMBER_AND_UNIT, `$1${TIE}`))) {
    const needed = displayWidth(unit.trimEnd());
    if (line !== '' && width + needed > columns) {
      lines.push(line.trimEnd());
      line = '';
      width = 0;
    }
    const pieces = needed > columns ? chop(unit, columns) : [unit];
    for (const full of pieces.slice(0, -1)) lines.push(full);
    const rest = pieces[pieces.length - 1]!;
    line += rest;
    width += displayWidth(rest);
  }
  if (line.trimEnd() !== '' || lines.length === 0) lines.push(line.trimEnd());
  return lines.map((finished) => finished.replaceAll(TIE, ' '));
}

/** Pieces of at most `columns`, the last of which may be shorter. `columns` is at least 2, the widest character. */
function chop(text: string, columns: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let width = 0;
  for (const character of text) {
    const own = columnsOf(character);
    if (width + own > columns && piece !== '') {
      pieces.push(piece);
      piece = '';
      width = 0;
    }
    piece += character;
    width += own;
  }
  pieces.push(piece);
  return pieces;
}
