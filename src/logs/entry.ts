/**
 * Which line begins an entry. An exception is many lines, and several of them say the same thing ("UNAVAILABLE: io
 * exception", "Caused by: ... Connection refused"): they count once, with the line that tells most.
 */

/** Stack traces and what is indented belong to the line before them. */
const CONTINUATION = /^(?:\s|at |Caused by: |Suppressed: |\.\.\. \d|[\w.$]{3,120}(?:Exception|Error)(?:: |$))/;

/** Whether the line goes on with the entry before it. `dated`: it has a time of its own, so it is a beginning. */
export function continues(text: string, dated: boolean): boolean {
  return !dated && CONTINUATION.test(text);
}
