/** The finding ids. An id never changes its meaning. */
export const findingIds = ['keepalive/too-many-pings'] as const;
export type FindingId = (typeof findingIds)[number];
