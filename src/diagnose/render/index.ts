/** Findings to text, JSON, SARIF, Markdown and HTML, in English and Chinese. */
export type * from './document.ts';
export type * from './html/data.ts';
export { type HtmlInput, type HtmlOptions, type PageAssets, renderHtml } from './html.ts';
export { flattenFindings, renderJson } from './json.ts';
export { renderMarkdown } from './markdown.ts';
export { isLanguage, type Language } from './messages/index.ts';
export type { PageTexts } from './messages/page.ts';
export { type ReportNotes, renderNotes } from './notes.ts';
export type { Reference } from './references.ts';
export type * from './sarif/log.ts';
export { renderSarif } from './sarif.ts';
export { renderBrief, renderText, type Style, type StyleName, type TextOptions } from './text.ts';
export { displayWidth } from './width.ts';
