/** Where in the input something happened: what evidence points to. Trace events are marks, so none need be made. */
export interface Mark {
  /** Frame index; absent for what is not a frame (FIN, RST, SYN). */
  readonly index?: number;
  readonly packet: number;
  readonly timeMs: number;
}

/** Only the place of an event, for facts that keep it among fields of their own. */
export function at(mark: Mark): Mark {
  return mark.index === undefined
    ? { packet: mark.packet, timeMs: mark.timeMs }
    : { index: mark.index, packet: mark.packet, timeMs: mark.timeMs };
}
