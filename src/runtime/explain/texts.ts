/** The sentences that facts of a failed call are told in: one catalogue a language, held complete by this shape. */
import type { AddressFault, CallFailure, Culprit, FailureOrigin } from '#client';
import type { ConnectionEnding } from '#h2';
import type { LinkFault } from '#transport';

/** What is told of beside the failure itself. */
export interface Told {
  readonly failure: CallFailure;
  readonly code: number;
  /** The status message; for failures of this side it is made of English sentences. */
  readonly message: string;
  readonly nowMs: number;
}

/** Each gives a sentence, or nothing where nobody would ask. */
export interface FactTexts {
  /** What happened. */
  readonly what: Readonly<Record<FailureOrigin, (told: Told) => string>>;
  /** Why a connection is over; a clause. */
  readonly ending: (ending: ConnectionEnding) => string;
  /** Why an address could not be used; a clause. */
  readonly fault: Readonly<Record<LinkFault['kind'], string>>;
  readonly address: (fault: AddressFault) => string;
  /** On which stream of which connection. */
  readonly where: (told: Told) => string;
  readonly culprit: Readonly<Record<Culprit, string>>;
  readonly processed: Readonly<Record<CallFailure['processed'], string>>;
  readonly retried: (told: Told) => string;
  /** Which setting of Calmwire changes it. */
  readonly advice: Readonly<Record<FailureOrigin, (told: Told) => string>>;
}
