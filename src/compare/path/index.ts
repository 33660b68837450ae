/** What happened between two places of one path. */
import type { Draft } from '#diagnose';
import { pathDelayed } from './delayed.ts';
import { pathDropped } from './dropped.ts';
import { resetInjected } from './injected.ts';
import type { Path } from './path.ts';

export { foundOnce, type Path, pathOf } from './path.ts';
export { type Twins, twinsOf } from './twins.ts';

const rules: readonly ((path: Path) => Draft[])[] = [resetInjected, pathDropped, pathDelayed];

export function judgePath(path: Path): Draft[] {
  return rules.flatMap((rule) => rule(path));
}
