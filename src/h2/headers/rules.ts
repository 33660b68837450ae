/**
 * What makes a decoded field section malformed (RFC 9113 §8.2, §8.3), whatever the state of its stream. Pure functions of the
 * fields; a field that could not be decoded is not judged, and nothing is called missing that may be among such fields.
 */
import type { Fault } from '../frames/fault.ts';
import type { HeaderBlock } from '../hpack/decoder.ts';
import type { RuleId } from '../rules.ts';
import { nameProblem, quoted, valueProblem } from './characters.ts';
import type { HeaderField, HeadersRole } from './field.ts';
import { isSoundSection } from './sound.ts';

/** The rules that the block breaks, each once, in the order in which they were met. */
export function headerFaults(
  role: HeadersRole,
  block: Pick<HeaderBlock, 'fields' | 'complete'>,
  stream: number,
): readonly Fault[] {
  if (block.complete && isSoundSection(role, block.fields)) return NO_FAULTS;
  const judge = new Judge(stream);
  const pseudo = new PseudoHeaders(role, judge);
  let contentLength: string | undefined;
  for (const field of block.fields) {
    if (field.unknown !== 'nothing') continue;
    if (field.name.charCodeAt(0) === COLON) {
      pseudo.take(field);
    } else {
      pseudo.end();
      checkName(field, judge);
      namedChecks.get(field.name)?.(field, judge);
      if (field.name === 'content-length') contentLength = sameLength(field, contentLength, judge);
    }
    checkValue(field, judge);
  }
  if (block.complete) pseudo.checkPresence();
  return judge.faults;
}

function shown(field: HeaderField): string {
  return `field ${quoted(field.name)} with value ${quoted(field.value)}`;
}

const COLON = 0x3a;
const NO_FAULTS: readonly Fault[] = [];

/** Collects faults, each rule once: a block with a thousand bad fields is one mistake. */
class Judge {
  readonly #stream: number;
  #faults: Fault[] | undefined = undefined;

  constructor(stream: number) {
    this.#stream = stream;
  }

  get faults(): readonly Fault[] {
    return this.#faults ?? NO_FAULTS;
  }

  add(rule: RuleId, detail: string): void {
    this.#faults ??= [];
    if (this.#faults.some((fault) => fault.rule === rule)) return;
    this.#faults.push({ rule, stream: this.#stream, detail });
  }
}

function checkName(field: HeaderField, judge: Judge): void {
  const problem = nameProblem(field.name);
  if (problem === 'none') return;
  if (problem === 'upper-case') judge.add('headers/uppercase-name', `field name ${quoted(field.name)}`);
  else judge.add('headers/bad-character', `field name ${quoted(field.name)}`);
}

function checkValue(field: HeaderField, judge: Judge): void {
  if (!valueProblem(field.value)) return;
  judge.add('headers/bad-character', shown(field));
}

type NamedCheck = (field: HeaderField, judge: Judge) => void;

const connectionSpecific: NamedCheck = (field, judge) => judge.add('headers/connection-specific', shown(field));

/** Checks of fields by name (RFC 9113 §8.2.2). */
const namedChecks: ReadonlyMap<string, NamedCheck> = new Map<string, NamedCheck>([
  ['connection', connectionSpecific],
  ['keep-alive', connectionSpecific],
  ['proxy-connection', connectionSpecific],
  ['transfer-encoding', connectionSpecific],
  ['upgrade', connectionSpecific],
  [
    'te',
    (field, judge) => {
      if (field.value.toLowerCase() !== 'trailers') judge.add('headers/bad-te', `te: ${quoted(field.value)}`);
    },
  ],
]);

/** RFC 9110 §8.6: digits only; repeated only with the same value. */
function sameLength(field: HeaderField, before: string | undefined, judge: Judge): string {
  if (!/^[0-9]+$/.test(field.value)) {
    judge.add('headers/bad-content-length', `content-length: ${quoted(field.value)}`);
  } else if (before !== undefined && before !== field.value) {
    judge.add('headers/bad-content-length', `content-length: ${quoted(before)} and ${quoted(field.value)}`);
  }
  return field.value;
}

/** What each kind of message may carry (RFC 9113 §8.3.1, §8.3.2; `:protocol` by RFC 8441 §4) and what it must. */
interface PseudoForm {
  readonly allowed: ReadonlySet<string>;
  readonly required: readonly string[];
}

const requestForm: PseudoForm = {
  allowed: new Set([':method', ':scheme', ':authority', ':path', ':protocol']),
  required: [':method', ':scheme', ':path'],
};
/** RFC 9113 §8.5: a CONNECT request names an authority, and neither scheme nor path. */
const connectForm: PseudoForm = {
  allowed: new Set([':method', ':authority']),
  required: [':method', ':authority'],
};
const responseForm: PseudoForm = { allowed: new Set([':status']), required: [':status'] };

const forms: Readonly<Record<HeadersRole, PseudoForm>> = {
  request: requestForm,
  promise: requestForm,
  response: responseForm,
  informational: responseForm,
  trailers: { allowed: new Set(), required: [] },
  unknown: { allowed: new Set([...requestForm.allowed, ...responseForm.allowed]), required: [] },
};

class PseudoHeaders {
  readonly #role: HeadersRole;
  readonly #judge: Judge;
  /** At most as many as there are pseudo-headers: unknown and repeated ones are not added. */
  readonly #seen: HeaderField[] = [];
  #ended = false;

  constructor(role: HeadersRole, judge: Judge) {
    this.#role = role;
    this.#judge = judge;
  }

  take(field: HeaderField): void {
    const role = this.#role;
    if (role === 'trailers') {
      this.#judge.add('headers/pseudo-in-trailers', `${shown(field)} in trailers`);
      return;
    }
    if (this.#ended) this.#judge.add('headers/pseudo-late', `${shown(field)} after other fields`);
    if (!forms[role].allowed.has(field.name)) {
      this.#judge.add('headers/pseudo-unknown', `${shown(field)} in ${inKind[role]}`);
    } else if (this.#find(field.name) !== undefined) {
      this.#judge.add('headers/pseudo-duplicate', `${shown(field)}, a second time`);
    } else {
      this.#seen.push(field);
    }
  }

  /** Another field came: pseudo-headers are over. */
  end(): void {
    this.#ended = true;
  }

  checkPresence(): void {
    const connect = this.#isConnect();
    const form = connect ? connectForm : forms[this.#role];
    const kind = connect ? 'a CONNECT request' : inKind[this.#role];
    for (const name of form.required) {
      const value = this.#find(name)?.value;
      if (value === undefined) this.#judge.add('headers/pseudo-missing', `no ${name} in ${kind}`);
      else if (!usable(name, value)) this.#judge.add('headers/pseudo-missing', `${name} ${quoted(value)} in ${kind}`);
    }
    for (const { name } of this.#seen) {
      if (!form.allowed.has(name)) this.#judge.add('headers/pseudo-unknown', `${name} in ${kind}`);
    }
  }

  /** An extended CONNECT, which names a protocol, has the form of any other request (RFC 8441 §4). */
  #isConnect(): boolean {
    if (forms[this.#role] !== requestForm) return false;
    return this.#find(':method')?.value === 'CONNECT' && this.#find(':protocol') === undefined;
  }

  #find(name: string): HeaderField | undefined {
    return this.#seen.find((field) => field.name === name);
  }
}

const inKind: Readonly<Record<HeadersRole, string>> = {
  request: 'a request',
  promise: 'a promised request',
  response: 'a response',
  informational: 'an informational response',
  trailers: 'trailers',
  unknown: 'a header block',
};

/** Whether a required pseudo-header says anything: three digits of a status, at least one character else. */
function usable(name: string, value: string): boolean {
  return name === ':status' ? /^[1-9][0-9][0-9]$/.test(value) : value !== '';
}
