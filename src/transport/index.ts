/** Layer 3: what the runtime asks of the world. Interfaces only; the platform and the simulator implement them. */
export { type Address, formatAddress } from './address.ts';
export type * from './clock.ts';
export type * from './compression.ts';
export type * from './dial.ts';
export type * from './hold.ts';
export type * from './link.ts';
