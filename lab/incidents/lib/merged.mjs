/** What `--write` keeps of a run beside what was kept before: outcomes of a long run stand beside those of an ordinary one. */

/** The steps to keep, of those `before` and those just played. */
export function merged(before, played, long) {
  return played.map((step) => {
    const kept = before.find(({ title, versions }) => title === step.title && versions === step.versions);
    return long ? besideShort(step, kept) : withLong(step, kept?.long);
  });
}

function besideShort(step, short) {
  if (short === undefined) return step;
  const { long: _, ...ordinary } = short;
  const isSame = short.outcome === step.outcome;
  return isSame ? ordinary : { ...ordinary, long: { outcome: step.outcome, checks: step.checks } };
}

const withLong = (step, long) => (long === undefined ? step : { ...step, long });
