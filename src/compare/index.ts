/** Layer 6: two hops of the same calls, before and behind a proxy: what was lost, changed, added or delayed between them. */
export { type Compared, HopComparer } from './compare.ts';
