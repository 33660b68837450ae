/** Values of options, checked while the command line is parsed; a refusal is a sentence for the usage error. */
import { InvalidArgumentError, Option } from 'commander';
import type { Messages } from './messages/index.ts';

/** `--format <text|json>`: one of some words. */
export function wordOption(flag: string, words: readonly string[], text: string, messages: Messages): Option {
  return new Option(`${flag} <${words.join('|')}>`, text).argParser((value: string) => {
    if (!words.includes(value)) throw new InvalidArgumentError(messages.usage.oneOf(words));
    return value;
  });
}

/** A whole number from `min` on: connections, streams, lines. */
export function countOption(flag: string, min: number, text: string, messages: Messages): Option {
  return numberOption(
    flag,
    (value) => /^\d{1,10}$/.test(value) && Number(value) >= min,
    text,
    messages.usage.numeric.whole,
  );
}

/** Seconds since the first packet. */
export function secondsOption(flag: string, text: string, messages: Messages): Option {
  return numberOption(flag, (value) => /^\d+(\.\d+)?$/.test(value), text, messages.usage.numeric.seconds);
}

/** Columns of a report: below 48 the evidence does not fit, above 1000 nobody reads. */
export function widthOption(flag: string, text: string, messages: Messages): Option {
  const holds = (value: string) => /^\d{2,4}$/.test(value) && Number(value) >= 48 && Number(value) <= 1000;
  return numberOption(flag, holds, text, messages.usage.numeric.width);
}

function numberOption(flag: string, holds: (value: string) => boolean, text: string, refusal: string): Option {
  return new Option(flag, text).argParser((value: string) => {
    if (!holds(value)) throw new InvalidArgumentError(refusal);
    return Number(value);
  });
}
