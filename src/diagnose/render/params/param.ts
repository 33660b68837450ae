/** The vocabulary in which the parameter tables are written, and the TypeScript types that follow from them. */

/** What a parameter measures; decides how it is checked and, unless a template says otherwise, how it is printed. */
export type ParamKind =
  /** A whole number of things. */
  | 'count'
  /** A stream id, frame number or other identifier. */
  | 'id'
  /** Milliseconds. */
  | 'ms'
  /** Octets. */
  | 'bytes'
  /** 0 to 100. */
  | 'percent'
  /** Text from the capture, as the peer sent it; the renderer makes it printable. */
  | 'text'
  /** An implementation: a stack id of the remedy tables, with `/` and a version where known; `proxy` is one without a name. */
  | 'stack'
  /** One of a few words, each translated. */
  | 'word'
  | 'flag';

/** One parameter of a finding, an evidence line or a remedy. */
export interface Param<Value extends string | number | boolean, Always extends boolean> {
  readonly kind: ParamKind;
  /** False: the rule sets it when the capture shows it, and the sentences that need it are left out without it. */
  readonly always: Always;
  /** A realistic value: documentation and tests render it. */
  readonly example: Value;
  readonly about: string;
  /** The words, for the kind `word`. */
  readonly words: readonly Value[];
}

export type AnyParam = Param<string | number | boolean, boolean>;
export type ParamTable = Readonly<Record<string, AnyParam>>;

interface ValueOf {
  count: number;
  id: number;
  ms: number;
  bytes: number;
  percent: number;
  text: string;
  stack: string;
  flag: boolean;
}

/** A parameter that the rule must set. */
export function always<Kind extends keyof ValueOf>(
  kind: Kind,
  example: ValueOf[Kind],
  about: string,
): Param<ValueOf[Kind], true> {
  return { kind, always: true, example, about, words: [] };
}

/** A parameter that the rule sets when the capture shows it. */
export function maybe<Kind extends keyof ValueOf>(
  kind: Kind,
  example: ValueOf[Kind],
  about: string,
): Param<ValueOf[Kind], false> {
  return { kind, always: false, example, about, words: [] };
}

/** One of some words; the first is the example. Each is translated in the `words` messages. */
export function oneOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
  about: string,
): Param<Words[number], true> {
  return { kind: 'word', always: true, example: words[0], about, words };
}

/** Like `oneOf`, for what the capture may not show. */
export function maybeOneOf<const Words extends readonly [string, ...string[]]>(
  words: Words,
  about: string,
): Param<Words[number], false> {
  return { kind: 'word', always: false, example: words[0], about, words };
}

type Needed<Table> = { [Name in keyof Table]: Table[Name] extends Param<infer _, true> ? Name : never }[keyof Table];
type Value<Entry> = Entry extends Param<infer Of, boolean> ? Of : never;

/** The parameter object that a table describes. */
export type ParamsOf<Table> = { readonly [Name in Needed<Table>]: Value<Table[Name]> } & {
  readonly [Name in Exclude<keyof Table, Needed<Table>>]?: Value<Table[Name]>;
};

/** The words of a table: its string parameters that are not just any text. */
export type WordsOf<Table> = {
  [Name in keyof Table]: Value<Table[Name]> extends infer Of
    ? Of extends string
      ? string extends Of
        ? never
        : Of
      : never
    : never;
}[keyof Table];
