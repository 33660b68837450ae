/** Empty messages, made by code that was made of the descriptor, and without it. */
import { create } from '@bufbuild/protobuf';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makerOf } from '../../../src/rpc/codec/compile.ts';
import { expectAlike } from './compare.ts';
import { plainTypes, three } from './types.ts';

describe('empty messages', () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  for (const desc of plainTypes) {
    it(`of ${desc.typeName} are like the library's`, () => {
      expectAlike(desc, makerOf(desc)() as never, create(desc), create(desc));
    });
  }

  it('share nothing that can be changed', () => {
    const make = makerOf(three.MapsSchema);
    const { byString } = make();
    expect(make().byString).not.toBe(byString);
  });

  it('come from the library where code from strings is forbidden', () => {
    vi.stubGlobal('Function', () => {
      throw new EvalError('Code generation from strings disallowed for this context');
    });
    for (const desc of plainTypes) expectAlike(desc, makerOf(desc)() as never, create(desc), create(desc));
  });
});
