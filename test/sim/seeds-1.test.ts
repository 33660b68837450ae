/** A part of the seeds: see `seeds.ts`. */
import { defineSeeds } from './seeds.ts';

defineSeeds(1);
