import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { InvariantError } from '#base';
import type { Params } from '../../../src/diagnose/finding.ts';
import {
  parseTemplate,
  renderTemplate,
  templateComparisons,
  templateNames,
} from '../../../src/diagnose/render/template.ts';

function render(template: string, params: Params): string | undefined {
  return renderTemplate(template, params, (_, value, format) =>
    format === '' ? String(value) : `${format}(${value})`,
  );
}

describe('renderTemplate', () => {
  it('prints parameters, with their formats', () => {
    expect(render('{a} and {b:quoted} and {n:call|calls}', { a: 1, b: 'x', n: 2 })).toBe(
      '1 and quoted(x) and call|calls(2)',
    );
  });

  it('has no text when a parameter outside brackets is absent', () => {
    expect(render('{a} and {b}', { a: 1 })).toBeUndefined();
  });

  it('leaves out a bracket whose parameter is absent, with all that is in it', () => {
    expect(render('x[ in {b}[ of {a}]].', { a: 1 })).toBe('x.');
    expect(render('x[ in {b}[ of {a}]].', { b: 2 })).toBe('x in 2.');
    expect(render('x[ in {b}[ of {a}]].', { a: 1, b: 2 })).toBe('x in 2 of 1.');
  });

  it('asks for presence, absence and equality', () => {
    const template = '[?a:yes][!a:no][a=fin: it is FIN][a=rst: it is RST]';
    expect(render(template, { a: 'fin' })).toBe('yes it is FIN');
    expect(render(template, { a: '' })).toBe('no');
    expect(render(template, { a: 0 })).toBe('no');
    expect(render(template, { a: false })).toBe('no');
    expect(render(template, {})).toBe('no');
  });

  it('never reads a value as a template', () => {
    expect(render('{a}', { a: '[?b:{c}]' })).toBe('[?b:{c}]');
  });

  it('keeps plain text as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const plain = text.replace(/[{}[\]]/g, '');
        expect(render(plain, {})).toBe(plain);
      }),
    );
  });
});

describe('parseTemplate', () => {
  it.each(['[open', 'closed]', '{', '{a', '{a b}', '[[x]'])('rejects %s as our own fault', (template) => {
    expect(() => parseTemplate(template)).toThrow(InvariantError);
  });
});

it('templateNames tells what is used and what is needed', () => {
  const { all, needed } = templateNames('{a} [?b:{c}[ {d}]]');
  expect([...all].sort()).toEqual(['a', 'b', 'c', 'd']);
  expect([...needed]).toEqual(['a']);
});

it('templateComparisons tells the values that are compared', () => {
  expect(templateComparisons('[a=fin:x][b=status-431:y]')).toEqual(['a=fin', 'b=status-431']);
});
