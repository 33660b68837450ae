/** The words of requests and steps: `sleep=3s every=500ms for=10s`, as lab/record/go/orders/shop reads them. */
const UNIT_MS = { ms: 1, s: 1_000, m: 60_000 };

/** Milliseconds of `500ms`, `3s` or `2m`. */
export function durationMs(text) {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text);
  return Number(number) * UNIT_MS[unit];
}

/** The duration that a word gives, or zero. */
export function wordMs(text, name) {
  const word = text.split(' ').find((part) => part.startsWith(`${name}=`));
  return word === undefined ? 0 : durationMs(word.slice(name.length + 1));
}
