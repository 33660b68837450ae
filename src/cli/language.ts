/** The languages of reports and messages, and which of them the user means. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

/** The language of the environment (POSIX: LC_ALL before LC_MESSAGES before LANG); English unless it is Chinese. */
export function environmentLanguage(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || '';
  return /^zh/i.test(locale) ? 'zh' : 'en';
}

/** `--lang` if the arguments hold it, looked up before they are parsed because help and usage errors need it too. */
export function chosenLanguage(args: readonly string[], env: Readonly<Record<string, string | undefined>>): Language {
  const at = args.findIndex((arg) => arg === '--lang' || arg.startsWith('--lang='));
  const value = at === -1 ? undefined : args[at] === '--lang' ? args[at + 1] : args[at]!.slice('--lang='.length);
  return languages.find((language) => language === value) ?? environmentLanguage(env);
}
