/** What `explain` writes when all inputs were read: one document whatever their number. */
import { renderHtml, renderJson, renderMarkdown, renderSarif } from '#diagnose';
import type { Context } from '../context.ts';
import { packageVersion } from '../version.ts';
import { type Explained, forPeople } from './explained.ts';
import { pageAssets } from './page-assets.ts';

export const explainFormats = ['text', 'json', 'sarif', 'html', 'markdown'] as const;
export type ExplainFormat = (typeof explainFormats)[number];

/** All but `text`, which is written input by input. */
type Whole = Exclude<ExplainFormat, 'text'>;
type Render = (explained: readonly Explained[], context: Context) => string;

export const documentOf: Readonly<Record<Whole, Render>> = { json, sarif, html, markdown };

/** Formats for people have their problems on standard error too; those for programs have them inside. */
export const forPrograms: Readonly<Record<ExplainFormat, boolean>> = {
  text: false,
  json: true,
  sarif: true,
  html: false,
  markdown: false,
};

/** One document for one input; for several, all of them in one object. */
function json(explained: readonly Explained[], { language }: Context): string {
  const documents = explained.map(({ report }) => renderJson(report, language));
  const [first] = documents;
  return jsonText(documents.length === 1 ? first : { version: first?.version, reports: documents });
}

function sarif(explained: readonly Explained[], { language }: Context): string {
  const reports = explained.map(({ report }) => report);
  return jsonText(renderSarif(reports, language, packageVersion()));
}

function html(explained: readonly Explained[], { language }: Context): string {
  const inputs = explained.map((one) => ({ report: forPeople(one, language), timeline: one.timeline }));
  return renderHtml(inputs, { language, version: packageVersion(), assets: pageAssets() });
}

function markdown(explained: readonly Explained[], { language }: Context): string {
  return renderMarkdown(
    explained.map((one) => forPeople(one, language)),
    language,
  );
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2).replace(TERMINAL_CONTROL, escaped)}\n`;
}

/** What JSON leaves as it is and terminals obey: DEL, C1 controls, and the marks that reorder text. */
const TERMINAL_CONTROL = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
