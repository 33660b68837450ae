/** The facts of a failed call as sentences, in the order in which somebody asks for them. */
import type { ExplanationLanguage } from '#rpc';
import type { FactTexts, Told } from './texts.ts';
import { en } from './texts-en.ts';
import { zh } from './texts-zh.ts';

const textsIn: Readonly<Record<ExplanationLanguage, FactTexts>> = { en, zh };

/** What happened, where, who caused it, whether it was processed, whether it was retried, which setting changes it. */
export function factsOf(told: Told, language: ExplanationLanguage): string[] {
  const texts = textsIn[language];
  const { origin, culprit, processed } = told.failure;
  // A server answers with any status before, during or after its work.
  const byServer = origin === 'server-status';
  const sentences = [
    texts.what[origin](told),
    texts.where(told),
    // Whoever cancelled knows; a status speaks for itself.
    origin === 'cancelled' || byServer ? '' : texts.culprit[culprit],
    byServer ? '' : texts.processed[processed],
    byServer ? '' : texts.retried(told),
    texts.advice[origin](told),
  ];
  return sentences.filter((sentence) => sentence !== '');
}
