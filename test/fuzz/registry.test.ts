/** 100,000 and more generated and mutated inputs over all readers of foreign bytes: no exception, no hang. A canary proves the fuzzer sees. */
import { describe, expect, it } from 'vitest';
import { nodeTlsCrypto } from '#node';
import type { TlsCrypto } from '#tls';
import { fuzzTarget as hpack } from './hpack.ts';
import { fuzzTarget as logs } from './logs.ts';
import { type FuzzTarget, fuzz } from './run.ts';
import { targets } from './targets.ts';
import { tlsTarget } from './tls.ts';

/** Change it to search elsewhere: `CALMWIRE_FUZZ_SEED=7 npx vitest run test/fuzz`. */
const SEED = Number(process.env.CALMWIRE_FUZZ_SEED ?? 20_26);

describe('fuzzing', () => {
  it('runs more than 100,000 inputs', () => {
    expect(targets.reduce((sum, [, inputs]) => sum + inputs, 0)).toBeGreaterThan(100_000);
  });

  for (const [target, inputs] of targets) {
    it(`${target.name}: ${inputs} inputs without exception or hang`, () => {
      expect(fuzz(target, inputs, SEED)).toBeUndefined();
    });
  }

  it('finds a canary: a reader with one planted bug', () => {
    const failure = fuzz(canary(hpack), 25_000, SEED);
    expect(failure?.error).toBeInstanceOf(RangeError);
  });

  it('finds a canary behind TLS: records are reached and opened', () => {
    expect(fuzz(tlsTarget('canary', carelessCrypto()), 5_000, SEED)?.error).toBeInstanceOf(RangeError);
  });

  it('finds a canary among log lines: a separator that is trusted to be there', () => {
    const failure = fuzz(trusting(logs), 4_000, SEED);
    expect(failure?.error).toBeInstanceOf(TypeError);
  });
});

/** A cipher that takes any record for one with a tag, as careless ones do. */
function carelessCrypto(): TlsCrypto {
  return {
    ...nodeTlsCrypto,
    aead: (name, key) => {
      const real = nodeTlsCrypto.aead(name, key);
      return {
        open: (nonce, additional, bytes, start, end) => {
          if (end - start < 40) throw new RangeError(`a record of ${end - start}`);
          return real.open(nonce, additional, bytes, start, end);
        },
      };
    },
  };
}

/** Trusts a length octet as careless parsers do: an index beyond the input throws. */
function canary(target: FuzzTarget): FuzzTarget {
  return {
    ...target,
    name: 'canary',
    run(bytes) {
      target.run(bytes);
      const length = bytes[1] ?? 0;
      if (bytes[0] === 0x82 && length > 0xf0) throw new RangeError(`octet ${length} of ${bytes.length}`);
    },
  };
}

/** Takes a blank behind `desc =` for granted, as careless expressions do. */
function trusting(target: FuzzTarget): FuzzTarget {
  return {
    ...target,
    name: 'canary of logs',
    run(bytes) {
      target.run(bytes);
      const text = Buffer.from(bytes).toString('latin1');
      if (/desc =[^ ]/.test(text)) throw new TypeError('nothing behind the sign');
    },
  };
}
