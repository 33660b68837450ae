/** Layer 0: octets, text, invariants and small containers. Imports nothing. */
export { concatBytes, fromLatin1, readU16, readU24, readU31, readU32, toHex, toLatin1 } from './bytes.ts';
export { type Endpoint, formatEndpoint } from './endpoint.ts';
export { InvariantError, invariant, UsageError, unreachable } from './invariant.ts';
export {
  checkNames,
  durationOption,
  flagOption,
  groupOption,
  type OptionNames,
  refused,
  wholeOption,
} from './options.ts';
export { Ring } from './ring.ts';
export { Redactor, type RedactorOptions, type SecretHash } from './secrets/redactor.ts';
export { otherSide, type Side } from './side.ts';
export { decodePercent, decodeUtf8 } from './text.ts';
