/**
 * The template language of the messages.
 *
 *   {name}  {name:format}     a parameter, printed by its kind or by a named format (see `format.ts`)
 *   {calls:call|calls}        a count with its noun: "1 call", "3 calls"
 *   [ ... {name} ... ]        left out when a parameter inside is absent
 *   [?name: ... ]             kept only when the parameter is present and not false, 0 or ""
 *   [!name: ... ]             kept only when it is not
 *   [name=word: ... ]         kept only when it has that value
 *
 * A template whose parameters outside brackets are absent renders as undefined: the sentence is left out.
 */
import { invariant } from '#base';
import type { Params } from '../finding.ts';

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'param'; readonly name: string; readonly format: string }
  | { readonly kind: 'group'; readonly condition: Condition | undefined; readonly nodes: readonly Node[] };

interface Condition {
  readonly name: string;
  /** `true`: truthy, `false`: not, a string: exactly this value. */
  readonly is: boolean | string;
}

/** Prints one parameter; `format` is empty when the template names none. */
export type Print = (name: string, value: string | number | boolean, format: string) => string;

const PARAM = /^\{(\w+)(?::([^}]*))?\}/;
const CONDITION = /^\[(?:\?(\w+)|!(\w+)|(\w+)=([\w-]+)):/;

/** Parses a template. Templates are our own text: one that is malformed is our own fault. */
export function parseTemplate(template: string): readonly Node[] {
  const { nodes, next } = parseUntil(template, 0, false);
  invariant(next === template.length, `unbalanced "]" in template "${template}"`);
  return nodes;
}

/** Recursion follows the nesting of the brackets in our own templates, two or three deep. */
function parseUntil(template: string, from: number, inside: boolean): { nodes: readonly Node[]; next: number } {
  const nodes: Node[] = [];
  let at = from;
  while (at < template.length) {
    const character = template[at]!;
    if (character === ']') break;
    if (character === '{') {
      const match = PARAM.exec(template.slice(at));
      invariant(match, `malformed placeholder in template "${template}"`);
      nodes.push({ kind: 'param', name: match[1]!, format: match[2] ?? '' });
      at += match[0].length;
    } else if (character === '[') {
      const opening = CONDITION.exec(template.slice(at));
      const group = parseUntil(template, at + (opening?.[0].length ?? 1), true);
      nodes.push({ kind: 'group', condition: conditionOf(opening), nodes: group.nodes });
      at = group.next + 1;
    } else {
      const end = endOfText(template, at);
      nodes.push({ kind: 'text', text: template.slice(at, end) });
      at = end;
    }
  }
  invariant(!inside || template[at] === ']', `unbalanced "[" in template "${template}"`);
  return { nodes, next: at };
}

function endOfText(template: string, from: number): number {
  const offset = template.slice(from).search(/[{[\]]/);
  return offset < 0 ? template.length : from + offset;
}

function conditionOf(match: RegExpExecArray | null): Condition | undefined {
  if (match === null) return undefined;
  if (match[1] !== undefined) return { name: match[1], is: true };
  if (match[2] !== undefined) return { name: match[2], is: false };
  return { name: match[3]!, is: match[4]! };
}

/** The text, or undefined when a parameter that it needs is absent. */
export function renderTemplate(template: string, params: Params, print: Print): string | undefined {
  return renderNodes(parseTemplate(template), params, print);
}

function renderNodes(nodes: readonly Node[], params: Params, print: Print): string | undefined {
  let text = '';
  for (const node of nodes) {
    if (node.kind === 'text') {
      text += node.text;
    } else if (node.kind === 'param') {
      const value = params[node.name];
      if (value === undefined) return undefined;
      text += print(node.name, value, node.format);
    } else if (node.condition === undefined || holds(node.condition, params)) {
      text += renderNodes(node.nodes, params, print) ?? '';
    }
  }
  return text;
}

function holds(condition: Condition, params: Params): boolean {
  const value = params[condition.name];
  if (typeof condition.is === 'string') return String(value) === condition.is;
  return Boolean(value) === condition.is;
}

/** What a template refers to: tests compare languages with it. `needed` are the names outside all brackets. */
export function templateNames(template: string): {
  readonly all: ReadonlySet<string>;
  readonly needed: ReadonlySet<string>;
} {
  const all = new Set<string>();
  const needed = new Set<string>();
  const visit = (nodes: readonly Node[], outside: boolean): void => {
    for (const node of nodes) {
      if (node.kind === 'param') {
        all.add(node.name);
        if (outside) needed.add(node.name);
      } else if (node.kind === 'group') {
        if (node.condition !== undefined) all.add(node.condition.name);
        visit(node.nodes, false);
      }
    }
  };
  visit(parseTemplate(template), true);
  return { all, needed };
}

/** The values that a template compares a parameter with, as `name=value`: tests check that they exist. */
export function templateComparisons(template: string): readonly string[] {
  return [...template.matchAll(/\[(\w+=[\w-]+): ?/g)].map((match) => match[1]!);
}
