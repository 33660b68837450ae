export { type FindingId, findingIds } from './catalog.ts';
export type * from './finding.ts';
