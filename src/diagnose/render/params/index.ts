/**
 * The parameters of every finding and every evidence line: the contract between the rules, which fill them, and the
 * texts and remedies, which use them.
 */
import type { FindingId } from '../../catalog.ts';
import { captureParams } from './capture.ts';
import { connectionParams } from './connection.ts';
import { deadlineParams } from './deadline.ts';
import { evidenceParams } from './evidence.ts';
import { flowParams } from './flow.ts';
import { goawayParams } from './goaway.ts';
import { headersParams } from './headers.ts';
import { hopParams } from './hop.ts';
import { keepaliveParams } from './keepalive.ts';
import { logParams, readingParams } from './log.ts';
import { messageParams } from './message.ts';
import type { ParamsOf, ParamTable, WordsOf } from './param.ts';
import { peerParams } from './peer.ts';
import { streamParams } from './stream.ts';
import { tlsParams } from './tls.ts';

const findingTables = {
  ...keepaliveParams,
  ...connectionParams,
  ...goawayParams,
  ...streamParams,
  ...deadlineParams,
  ...flowParams,
  ...headersParams,
  ...messageParams,
  ...peerParams,
  ...tlsParams,
  ...hopParams,
  ...captureParams,
  ...logParams,
} as const;

/** What the rules put into `Finding.params`, checked by the compiler: `const params: FindingParams<'goaway/late-write'> = {...}`. */
export type FindingParams<Id extends FindingId> = ParamsOf<(typeof findingTables)[Id]>;

export type EvidenceKey = keyof typeof evidenceParams;

/** What the rules put into `Evidence.params`. */
export type EvidenceParams<Key extends EvidenceKey> = ParamsOf<(typeof evidenceParams)[Key]>;

/** Every word that a parameter may be; each language translates them all. */
export type Word =
  | 'proxy'
  | { [Id in FindingId]: WordsOf<(typeof findingTables)[Id]> }[FindingId]
  | { [Key in EvidenceKey]: WordsOf<(typeof evidenceParams)[Key]> }[EvidenceKey];

export const findingParams: Readonly<Record<FindingId, ParamTable>> = findingTables;
export type { AnyParam, Param, ParamKind, ParamTable } from './param.ts';
export { evidenceParams, readingParams };

/** What a log line may tell. */
export type ReadingParamName = keyof typeof readingParams;

export function isEvidenceKey(text: string): text is EvidenceKey {
  return Object.hasOwn(evidenceParams, text);
}

const words: ReadonlySet<string> = new Set(
  [...Object.values<ParamTable>(findingTables), ...Object.values<ParamTable>(evidenceParams)].flatMap((table) =>
    Object.values(table).flatMap((param) => (param.kind === 'word' ? param.words.map(String) : [])),
  ),
);

export function isWord(text: string): text is Word {
  return words.has(text);
}
