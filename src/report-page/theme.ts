/** The switch between the system's colours, light and dark. */
import type { PageTexts } from '#diagnose';
import { element } from './dom.ts';

export function themeSwitch(texts: PageTexts, changed: () => void): HTMLElement {
  const choice = element('select', { 'aria-label': texts.theme }, [
    element('option', { value: 'auto' }, [texts.themeAuto]),
    element('option', { value: 'light' }, [texts.themeLight]),
    element('option', { value: 'dark' }, [texts.themeDark]),
  ]);
  choice.addEventListener('change', () => {
    if (choice.value === 'auto') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice.value;
    changed();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', changed);
  return element('label', { class: 'theme' }, [element('span', {}, [texts.theme]), choice]);
}
