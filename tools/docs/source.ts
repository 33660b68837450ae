/**
 * Declarations and their doc comments, read out of the sources as text. It relies on the formatter: members stand two spaces
 * in, and a body ends with its brace on a line of its own.
 */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url));

export interface Declaration {
  readonly name: string;
  /** The file that declares it. */
  readonly path: string;
  readonly kind: 'interface' | 'type' | 'class' | 'function' | 'const';
  /** The comment without its marks, lines joined to paragraphs; empty if there is none. */
  readonly doc: string;
  /** As declared, without `export` and without bodies; comments of members included. */
  readonly code: string;
  /** Of interfaces: its properties. */
  readonly members: readonly Member[];
  /** Of interfaces: what it extends, as written. */
  readonly base: string;
}

export interface Member {
  readonly name: string;
  readonly type: string;
  readonly doc: string;
}

const texts = new Map<string, string>();

function read(path: string): string {
  let text = texts.get(path);
  if (text === undefined) {
    text = readFileSync(path, 'utf8');
    texts.set(path, text);
  }
  return text;
}

/** Every name that the file exports, with the file that declares it, in the file's order. */
export function exportsOf(path: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const text = read(path);
  for (const match of text.matchAll(/^export (?:type )?(\*|\{[^}]*\}) from '([^']+)';/gm)) {
    const target = resolve(path, match[2]!);
    const below = exportsOf(target);
    const names = match[1] === '*' ? [...below.keys()] : namesIn(match[1]!);
    for (const name of names) found.set(name, below.get(name) ?? target);
  }
  const own = /^export (?:abstract )?(?:interface|type|class|function|async function|const) (\w+)/gm;
  for (const match of text.matchAll(own)) found.set(match[1]!, path);
  return found;
}

/** What `name` means in the file: its own declaration, or an imported one under that name. */
export function lookUp(name: string, path: string): Declaration {
  const own = exportsOf(path).get(name);
  if (own !== undefined) return declarationOf(name, own);
  for (const match of read(path).matchAll(/^import (?:type )?\{([^}]*)\} from '([#.][^']+)';/gm)) {
    const imported = namesIn(match[1]!).find((one) => one === name || one.endsWith(` as ${name}`));
    if (imported !== undefined) return lookUp(imported.split(' as ')[0]!, resolve(path, match[2]!));
  }
  throw new Error(`${path} does not know ${name}`);
}

function namesIn(list: string): string[] {
  const names = list.replace(/[{}]/g, '').split(',');
  return names.map((name) => name.replace(/\btype\b/, '').trim()).filter((name) => name !== '');
}

function resolve(from: string, specifier: string): string {
  const target = specifier.startsWith('#')
    ? join(root, 'src', specifier.slice(1), 'index.ts')
    : join(dirname(from), specifier);
  if (!existsSync(target)) throw new Error(`${from} exports from ${specifier}, which is not there`);
  return target;
}

/** The declaration of `name` in the file. */
export function declarationOf(name: string, path: string): Declaration {
  const lines = read(path).split('\n');
  const head = new RegExp(`^export (?:abstract )?(?:async )?(interface|type|class|function|const) ${name}\\b`);
  const at = lines.findIndex((line) => head.test(line));
  if (at < 0) throw new Error(`${path} does not declare ${name}`);
  const kind = head.exec(lines[at]!)![1] as Declaration['kind'];
  const code = codeOf(kind, lines, at);
  const base = /\bextends (.*?) \{$/.exec(lines[at]!)?.[1] ?? '';
  return {
    name,
    path,
    kind,
    doc: docBefore(lines, at),
    code,
    members: kind === 'interface' ? membersOf(code) : [],
    base,
  };
}

function codeOf(kind: Declaration['kind'], lines: readonly string[], at: number): string {
  const first = lines[at]!.replace(/^export (abstract |async )?/, '');
  if (kind === 'interface') return [first, ...linesUntil(lines, at + 1, /^\}/)].join('\n');
  if (kind === 'class') return classCode(first, linesUntil(lines, at + 1, /^\}/));
  if (kind === 'function') return signature([first, ...lines.slice(at + 1)]);
  if (kind === 'const') return constCode(first, lines, at);
  return typeCode(first, lines, at);
}

/** A table is shown whole, anything else by its type. */
function constCode(first: string, lines: readonly string[], at: number): string {
  if (/^const \w+ = \{$/.test(first)) return [first, ...linesUntil(lines, at + 1, /^\}/)].join('\n');
  return first.replace(/ = .*/, ';');
}

/** A type ends with the first semicolon at its margin, or at the end of a line one step in that closes nothing. */
function typeCode(first: string, lines: readonly string[], at: number): string {
  if (first.endsWith(';')) return first;
  if (first.endsWith('{')) return [first, ...linesUntil(lines, at + 1, /^\};/)].join('\n');
  const end = lines.findIndex(
    (line, index) => index > at && /;$/.test(line) && !/^ {4,}readonly|^ {4,}\w+\??:/.test(line),
  );
  return [first, ...lines.slice(at + 1, end + 1)].join('\n');
}

function linesUntil(lines: readonly string[], from: number, end: RegExp): string[] {
  const last = lines.findIndex((line, index) => index >= from && end.test(line));
  return lines.slice(from, last + 1);
}

/** Up to the brace that opens the body. */
function signature(lines: readonly string[]): string {
  const end = lines.findIndex((line) => /(\{|\{\}|;)$/.test(line));
  return lines
    .slice(0, end + 1)
    .join('\n')
    .replace(/ \{\}?$/, ';')
    .replace(/\basync /, '')
    .replace(/\{[^{}]*\}: (\w+) = \{\}/, 'options?: $1');
}

const HIDDEN = /^ {2}(#|private|protected|static #|constructor|readonly #|get #|set #|async #|override readonly name)/;

/** The public members of a class, with their comments and without bodies. */
function classCode(first: string, body: readonly string[]): string {
  const members: string[] = [];
  let comment: string[] = [];
  for (let at = 0; at < body.length; at++) {
    const line = body[at]!;
    if (/^ {2}\/\*\*/.test(line)) {
      comment = line.includes('*/') ? [line] : [line, ...linesUntil(body, at + 1, /\*\//)];
      at += comment.length - 1;
    } else if (/^ {2}[\w#[*]/.test(line)) {
      const member = signature(body.slice(at));
      if (!HIDDEN.test(line)) members.push(...comment, withoutValue(member));
      comment = [];
      at += member.split('\n').length - 1;
      if (/\{$/.test(body[at]!)) while (at < body.length && body[at] !== '  }') at++;
    } else if (line !== '' && !/^ {2}\/\//.test(line)) {
      comment = [];
    }
  }
  return [first, ...members, '}'].join('\n');
}

function withoutValue(member: string): string {
  return member.replace(/^( {2}(?:readonly )?\w+(?:: [^=]+)?) = .*;$/, '$1;');
}

function membersOf(code: string): Member[] {
  const lines = code.split('\n');
  const members: Member[] = [];
  for (const [at, line] of lines.entries()) {
    const match = /^ {2}readonly (\w+)\??: (.*)$/.exec(line);
    if (match === null) continue;
    const rest = match[2]!.endsWith(';') ? [] : linesUntil(lines, at + 1, /;$/);
    const type = [match[2]!, ...rest.map((more) => more.trim())].join(' ').replace(/;$/, '');
    members.push({ name: match[1]!, type: type.replace(/ \| undefined$/, ''), doc: docBefore(lines, at) });
  }
  return members;
}

/** The doc comment that ends right above the line. */
function docBefore(lines: readonly string[], at: number): string {
  if (!/\*\/$/.test(lines[at - 1] ?? '')) return '';
  let first = at - 1;
  while (!/^\s*\/\*\*/.test(lines[first]!)) first--;
  return plain(lines.slice(first, at));
}

/** A comment as text: lines become paragraphs, lines that are indented beyond the star stay as they are. */
function plain(comment: readonly string[]): string {
  const lines = comment.map((line) =>
    line
      .trim()
      .replace(/^\/\*\* ?/, '')
      .replace(/ ?\*\/$/, '')
      .replace(/^\* ?/, ''),
  );
  let text = '';
  for (const line of lines) {
    if (line === '') text = text.trimEnd() === '' ? '' : `${text.trimEnd()}\n\n`;
    else if (/^ {4}/.test(line)) text += `${text.endsWith('\n') ? '' : '\n'}${line}\n`;
    else text += text === '' || text.endsWith('\n') ? line : ` ${line}`;
  }
  return text.trim();
}
