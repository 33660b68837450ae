import { expect, it } from 'vitest';
import { chosenLanguage } from '../../src/cli/language.ts';

it.each([
  [[], {}, 'en'],
  [[], { LANG: 'zh_TW.UTF-8' }, 'zh'],
  [[], { LANG: 'de_DE.UTF-8' }, 'en'],
  [[], { LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, 'en'],
  [[], { LANG: 'en_US.UTF-8', LC_MESSAGES: 'zh_CN' }, 'zh'],
  [[], { LANG: 'zh_CN', LC_ALL: '' }, 'zh'],
  [['--lang', 'en'], { LANG: 'zh_CN' }, 'en'],
  [['--lang=zh'], {}, 'zh'],
  [['--lang', 'xx'], { LANG: 'zh_CN' }, 'zh'],
  [['--lang'], {}, 'en'],
] as const)('%j with %j is %s', (args, env, language) => {
  expect(chosenLanguage(args, env)).toBe(language);
});
