/** What `calmwire frames` writes, whatever its format. */
import type { EventConsumer } from '../read/recording.ts';

export interface Log extends EventConsumer {
  /** Writes what was held back for a later event. Called between pieces of input and at the end. */
  flush(): void;
  /** The limit is reached: no further event changes the output. */
  readonly full: boolean;
}
