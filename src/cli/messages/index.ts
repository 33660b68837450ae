/** The message catalogues by language. */
import type { Language } from '../language.ts';
import { en, type Messages } from './en.ts';
import { zh } from './zh.ts';

export const messagesIn: Readonly<Record<Language, Messages>> = { en, zh };
export type { Messages, SeenProtocol } from './en.ts';
