/** 110,000 generated and mutated inputs over all readers of foreign bytes: no exception, no hang. A canary proves the fuzzer sees. */
import { describe, expect, it } from 'vitest';
import { nodeTlsCrypto } from '#node';
import type { TlsCrypto } from '#tls';
import { fuzzTarget as capture } from './capture.ts';
import { fuzzTarget as connection } from './connection.ts';
import { fuzzTarget as frames } from './frames.ts';
import { fuzzTarget as grpc } from './grpc.ts';
import { fuzzTarget as hpack } from './hpack.ts';
import { fuzzTarget as keyLog } from './key-log.ts';
import { fuzzTarget as observer } from './observer.ts';
import { fuzzTarget as protobuf } from './protobuf.ts';
import { type FuzzTarget, fuzz } from './run.ts';
import { fuzzTarget as tls, tlsTarget } from './tls.ts';
import { fuzzTarget as tracer } from './tracer.ts';
import { fuzzTarget as whole } from './whole.ts';

/** Inputs a target: the cheap readers get more of them. Together 110,000. */
const plan: readonly (readonly [FuzzTarget, number])[] = [
  [frames, 20_000],
  [hpack, 20_000],
  [connection, 10_000],
  [grpc, 10_000],
  [protobuf, 5_000],
  [observer, 10_000],
  [tracer, 5_000],
  [capture, 15_000],
  [whole, 5_000],
  [tls, 5_000],
  [keyLog, 5_000],
];
/** Change it to search elsewhere: `CALMWIRE_FUZZ_SEED=7 npx vitest run test/fuzz`. */
const SEED = Number(process.env.CALMWIRE_FUZZ_SEED ?? 20_26);

describe('fuzzing', () => {
  it('runs 110,000 inputs', () => {
    expect(plan.reduce((sum, [, inputs]) => sum + inputs, 0)).toBe(110_000);
  });

  for (const [target, inputs] of plan) {
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
