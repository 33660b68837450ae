import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeaderField } from '#h2';
import { DynamicTable, entryIndex, fieldBytes } from '../../../src/h2/hpack/dynamic-table.ts';

const entry = (name: string, value: string): HeaderField => ({ name, value, neverIndexed: false, unknown: 'nothing' });

const entries = (table: DynamicTable): (HeaderField | undefined)[] =>
  Array.from({ length: table.count }, (_, position) => table.at(position));

/** The table as RFC 7541 §4 tells it, as a list with the newest entry first. */
class Model {
  list: HeaderField[] = [];
  maxBytes = 4_096;

  insert(field: HeaderField): void {
    while (this.list.length > 0 && this.bytes + fieldBytes(field) > this.maxBytes) this.list.pop();
    if (fieldBytes(field) <= this.maxBytes) this.list.unshift(field);
  }

  resize(maxBytes: number): void {
    this.maxBytes = maxBytes;
    while (this.bytes > maxBytes) this.list.pop();
  }

  get bytes(): number {
    return this.list.reduce((sum, field) => sum + fieldBytes(field), 0);
  }
}

it('behaves as a list with the newest entry first', () => {
  const command = fc.oneof(
    { weight: 5, arbitrary: fc.record({ insert: fc.nat(120) }) },
    { weight: 1, arbitrary: fc.record({ resize: fc.constantFrom(0, 31, 32, 100, 500, 4_096, 9_000) }) },
  );
  fc.assert(
    fc.property(fc.array(command, { maxLength: 120 }), (commands) => {
      const table = new DynamicTable();
      const model = new Model();
      for (const [index, step] of commands.entries()) {
        const before = table.generation;
        if ('insert' in step) {
          const field = entry(`n${index}`, 'v'.repeat(step.insert));
          table.insert(field);
          model.insert(field);
        } else {
          table.resize(step.resize);
          model.resize(step.resize);
        }
        expect(entries(table)).toEqual(model.list);
        expect(table.bytes).toBe(model.bytes);
        expect(table.maxBytes).toBe(model.maxBytes);
        expect(table.at(table.count)).toBeUndefined();
        expect(table.generation).toBeGreaterThan(before);
        model.list.forEach((held, position) => {
          expect(table.find(held.name, held.value)).toBe(62 + position);
          expect(entryIndex(table, table.inserted - position)).toBe(62 + position);
        });
        expect(entryIndex(table, table.inserted - table.count)).toBe(0);
      }
    }),
  );
});

describe('an entry', () => {
  it('takes its name, its value and 32 octets', () => {
    expect(fieldBytes(entry('custom-key', 'custom-header'))).toBe(55);
  });

  it('that is larger than the table empties it and is not added', () => {
    const table = new DynamicTable(100);
    table.insert(entry('a', 'b'));
    table.insert(entry('a', 'b'.repeat(100)));
    expect(table.count).toBe(0);
    expect(table.bytes).toBe(0);
  });

  it('is handed out as the object that was put in', () => {
    const table = new DynamicTable();
    const field = entry('a', 'b');
    table.insert(field);
    expect(table.at(0)).toBe(field);
  });
});

it('is searched from the newest entry on', () => {
  const table = new DynamicTable();
  for (const [name, value] of [
    ['a', '1'],
    ['b', '2'],
    ['a', '1'],
    ['a', '3'],
  ] as const)
    table.insert(entry(name, value));
  expect(table.find('a', '1')).toBe(63);
  expect(table.find('a')).toBe(62);
  expect(table.find('b')).toBe(64);
  expect(table.find('b', '1')).toBe(0);
  expect(table.find('c')).toBe(0);
});

it('clear keeps the size', () => {
  const table = new DynamicTable(200);
  table.insert(entry('a', 'b'));
  table.clear();
  expect(table.count).toBe(0);
  expect(table.maxBytes).toBe(200);
});
