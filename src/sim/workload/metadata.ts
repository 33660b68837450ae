/** Planned metadata as the cores take it, and whether it arrived. */
import { isBinaryName, Metadata } from '#grpc';
import type { PlannedMetadata } from './plan.ts';

export function toMetadata(planned: PlannedMetadata): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of planned) metadata.append(name, value);
  return metadata;
}

/** What differs; undefined when all of it arrived. More may have come. */
export function missing(planned: PlannedMetadata, received: Metadata): string | undefined {
  for (const [name, value] of planned) {
    if (isBinaryName(name)) {
      const bytes = received.getBinary(name);
      if (String(bytes) !== String(value)) return `${name} is ${bytes}, not ${value}`;
    } else if (received.get(name) !== value) {
      return `${name} is '${received.get(name)}', not '${String(value)}'`;
    }
  }
  return undefined;
}
