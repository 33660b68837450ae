/** How the commands hide secrets: one redactor a run, with a salt that nobody keeps. */
import { createHmac } from 'node:crypto';
import { Redactor, type SecretHash } from '#base';
import type { Io } from './io.ts';

/** 24 bits tell the few hundred values of a report apart; more would only help whoever wants to guess them. */
const DIGEST_CHARACTERS = 6;

/** What `--show-secrets` gives to a command. */
export interface SecretOptions {
  readonly showSecrets?: true;
}

/** Undefined if secrets are to be shown. `keepLength` where the sizes of fields have to stay what they were. */
export function redactorFor({ showSecrets }: SecretOptions, io: Io, keepLength = false): Redactor | undefined {
  return showSecrets === true ? undefined : saltedRedactor(io.secretSalt, keepLength);
}

/** Equal values get equal marks under the same salt only. */
export function saltedRedactor(salt: string, keepLength = false): Redactor {
  const hash: SecretHash = (text) => createHmac('sha256', salt).update(text).digest('hex').slice(0, DIGEST_CHARACTERS);
  return new Redactor({ hash, keepLength });
}
