/**
 * A schema out of definitions: plain nested objects, which parsers of .proto files and of descriptors write (protobuf.js calls
 * the form its JSON). Names are looked up from the inside out, as protobuf does; what is defined twice counts once.
 */
import { builtInSchema } from './built-in.ts';
import { type FieldType, isScalar, type MessageSchema, type MessageType, type MethodType } from './schema.ts';

/** A package, message, enum or service. */
export interface Definition {
  readonly nested?: Readonly<Record<string, Definition>> | undefined;
  readonly fields?: Readonly<Record<string, FieldDefinition>> | undefined;
  readonly values?: Readonly<Record<string, number>> | undefined;
  readonly methods?: Readonly<Record<string, MethodDefinition>> | undefined;
  /** Of extension fields and of oneofs, which are passed over. */
  readonly extend?: string | undefined;
  readonly oneof?: readonly string[] | undefined;
}

export interface FieldDefinition {
  readonly type: string;
  readonly id: number;
  readonly rule?: string | undefined;
  readonly keyType?: string | undefined;
}

export interface MethodDefinition {
  readonly requestType: string;
  readonly responseType: string;
}

/** Deeper nesting of packages and messages than any .proto file has: protoc's own limit for messages is 32. */
const DEPTH_MAX = 100;
const UNKNOWN_MAX = 5;

export class DefinedSchema implements MessageSchema {
  readonly #definitions = new Map<string, Definition>();
  readonly #messages = new Map<string, MessageType>();
  readonly #enums = new Map<string, ReadonlyMap<number, string>>();

  constructor(roots: readonly Definition[]) {
    for (const root of roots) this.#collect('', root, 0);
  }

  message(name: string): MessageType | undefined {
    const known = builtInSchema.message(name) ?? this.#messages.get(name);
    if (known !== undefined) return known;
    const fields = this.#definitions.get(name)?.fields;
    if (fields === undefined) return undefined;
    const type = { name, fields: this.#fieldsOf(name, fields) };
    this.#messages.set(name, type);
    return type;
  }

  enumeration(name: string): ReadonlyMap<number, string> | undefined {
    const known = this.#enums.get(name);
    if (known !== undefined) return known;
    const values = this.#definitions.get(name)?.values;
    if (values === undefined) return builtInSchema.enumeration(name);
    const names = new Map<number, string>();
    // Of aliases the first counts.
    for (const [text, number] of Object.entries(values)) if (!names.has(number)) names.set(number, text);
    this.#enums.set(name, names);
    return names;
  }

  method(service: string, method: string): MethodType | undefined {
    const methods = this.#definitions.get(service)?.methods;
    if (methods === undefined || !Object.hasOwn(methods, method)) return undefined;
    const { requestType, responseType } = methods[method]!;
    return { request: this.#resolve(service, requestType), response: this.#resolve(service, responseType) };
  }

  hasService(service: string): boolean {
    return this.#definitions.get(service)?.methods !== undefined;
  }

  /** Types that fields and methods name and nothing defines; a few are enough to look for. */
  unknownTypes(): string[] {
    const unknown = new Set<string>();
    for (const [name, { fields, methods }] of this.#definitions) {
      const types = [...Object.values(fields ?? {}).map(({ type }) => type)];
      for (const { requestType, responseType } of Object.values(methods ?? {})) types.push(requestType, responseType);
      for (const type of types) if (!isScalar(type) && !this.#isKnown(this.#resolve(name, type))) unknown.add(type);
      if (unknown.size >= UNKNOWN_MAX) break;
    }
    return [...unknown];
  }

  #isKnown(name: string): boolean {
    return (
      this.#definitions.has(name) ||
      builtInSchema.message(name) !== undefined ||
      builtInSchema.enumeration(name) !== undefined
    );
  }

  /** Packages are parts of many files: only what has a meaning of its own is kept. */
  #collect(name: string, definition: Definition, depth: number): void {
    const { nested, fields, values, methods } = definition;
    const hasMeaning = fields !== undefined || values !== undefined || methods !== undefined;
    if (hasMeaning && !this.#definitions.has(name)) this.#definitions.set(name, definition);
    if (nested === undefined || depth >= DEPTH_MAX) return;
    for (const [own, below] of Object.entries(nested))
      this.#collect(name === '' ? own : `${name}.${own}`, below, depth + 1);
  }

  #fieldsOf(message: string, fields: Readonly<Record<string, FieldDefinition>>): ReadonlyMap<number, FieldType> {
    const result = new Map<number, FieldType>();
    for (const [name, { id, type, rule, keyType }] of Object.entries(fields)) {
      result.set(id, {
        name,
        type: isScalar(type) ? type : this.#resolve(message, type),
        repeated: rule === 'repeated',
        keyType: keyType !== undefined && isScalar(keyType) ? keyType : undefined,
        open: false,
      });
    }
    return result;
  }

  /** A leading dot makes a name a full one; otherwise each scope around it is tried, the innermost first. */
  #resolve(scope: string, name: string): string {
    if (name.startsWith('.')) return name.slice(1);
    for (let around = scope; around !== ''; around = around.slice(0, Math.max(0, around.lastIndexOf('.')))) {
      const full = `${around}.${name}`;
      if (this.#isKnown(full)) return full;
    }
    return name;
  }
}
