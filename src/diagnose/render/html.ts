/**
 * The report as one HTML file: findings as text, and an interactive timeline whose script and style come ready made and are
 * allowed by their hashes alone. Nothing in it is loaded from anywhere, and nothing of the capture is ever markup.
 */
import type { Finding } from '../finding.ts';
import type { Report } from '../report.ts';
import type { TimelineSource } from '../timeline/source.ts';
import { connectionsHtml } from './html/connections.ts';
import { embeddedJson, escapeHtml } from './html/escape.ts';
import { badge, type FindingPlace, findingHtml, foldedFinding } from './html/finding.ts';
import { type PageInput, pageData } from './html/page-data.ts';
import { renderJson } from './json.ts';
import type { Language } from './messages/index.ts';
import { inputLine, inputsOf, isFailure, noFailure, wasJudged } from './text.ts';
import { Writer, writerOf } from './writer.ts';

/** The script and the style of the page, and what the browser is to compare them with (CSP3 §2.3.1, `sha256-...`). */
export interface PageAssets {
  readonly script: string;
  readonly scriptHash: string;
  readonly style: string;
  readonly styleHash: string;
}

export interface HtmlOptions {
  readonly language: Language;
  /** Of calmwire. */
  readonly version: string;
  readonly assets: PageAssets;
}

/** A report and the events that were kept beside it; a log has none. */
export interface HtmlInput {
  readonly report: Report;
  readonly timeline: TimelineSource | undefined;
}

const tags: Readonly<Record<Language, string>> = { en: 'en', zh: 'zh-CN' };

/** The whole file. */
export function renderHtml(inputs: readonly HtmlInput[], { language, version, assets }: HtmlOptions): string {
  const writer = new Writer(language);
  const { page } = writer.messages;
  const whole = inputs.map(({ report, timeline }) => ({ report, timeline, document: renderJson(report, language) }));
  const count = { evidence: 0 };
  const sections = whole.map((input, at) => inputHtml(writerOf(input.report, language), input, at, count));
  const policy = `default-src 'none'; script-src '${assets.scriptHash}'; style-src '${assets.styleHash}'; base-uri 'none'; form-action 'none'`;
  const title = `${titleOf(writer, inputs)} · ${page.report}`;
  return `<!doctype html>
<html lang="${tags[language]}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<title>${escapeHtml(title)}</title>
<style>${assets.style}</style>
</head>
<body>
<a class="skip" href="#findings">${escapeHtml(page.skip)}</a>
<header class="top"><h1>${escapeHtml(page.report)}</h1><p class="counts">${countsHtml(writer, inputs)}</p><div id="tools"></div></header>
<main>
<section id="findings" aria-label="${escapeHtml(page.findings)}">
${sections.join('\n')}
</section>
<section id="timeline" aria-label="${escapeHtml(page.timeline)}"><noscript><p>${escapeHtml(page.noScript)}</p></noscript></section>
</main>
<footer><p>${escapeHtml(page.madeBy.replace('{version}', version))}</p></footer>
<script type="application/json" id="data">${embeddedJson(pageData(whole, language))}</script>
<script>${assets.script}</script>
</body>
</html>
`;
}

function titleOf(writer: Writer, inputs: readonly HtmlInput[]): string {
  const worst = inputs.flatMap(({ report }) => report.findings).find(isFailure);
  const [first] = inputs;
  if (worst !== undefined) return writer.title(worst);
  return first === undefined ? '' : noFailure(writer, first.report);
}

function countsHtml(writer: Writer, inputs: readonly HtmlInput[]): string {
  const findings = inputs.flatMap(({ report }) => report.findings);
  const severities = ['error', 'warning', 'info'] as const;
  return severities
    .map((severity) => [severity, findings.filter((finding) => finding.severity === severity).length] as const)
    .filter(([, found]) => found > 0)
    .map(([severity, found]) => `${badge({ writer }, severity)} ${found}`)
    .join(' ');
}

function inputHtml(
  writer: Writer,
  { report, document }: PageInput,
  input: number,
  count: { evidence: number },
): string {
  const connections = new Map(report.connections.map((connection) => [connection.id, connection]));
  const place: FindingPlace = { writer, input, connections, count };
  // The page data numbers evidence in the order of the findings, so they are rendered in that order.
  const rendered = report.findings.map((finding, at) => {
    const render = isFailure(finding) ? findingHtml : foldedFinding;
    return { finding, html: render(place, finding, document.findings[at]!) };
  });
  const part = (wanted: (finding: Finding) => boolean) =>
    rendered.filter(({ finding }) => wanted(finding)).map(({ html }) => html);
  const failures = part(isFailure);
  const infos = part((finding) => !isFailure(finding));
  const [read = '', ...behind] = inputsOf(report).map((one) => escapeHtml(inputLine(writer, one)));
  const problems = report.input.problems.map(
    (problem) => `<p class="problem">${escapeHtml(writer.phrase('problem', { problem }))}</p>`,
  );
  return [
    '<div class="input">',
    `<h2>${read}</h2>`,
    ...behind.map((line) => `<p class="read">${line}</p>`),
    ...problems,
    ...(failures.length === 0 ? [noFailureHtml(writer, report)] : failures),
    ...(infos.length === 0 ? [] : [`<h3 class="also">${escapeHtml(writer.messages.page.also)}</h3>`, ...infos]),
    connectionsHtml(writer, report),
    '</div>',
  ].join('\n');
}

/** Praise only where something was judged. */
function noFailureHtml(writer: Writer, report: Report): string {
  const text = escapeHtml(noFailure(writer, report));
  if (!wasJudged(report)) return `<p class="nothing">${text}</p>`;
  return `<p class="well"><span aria-hidden="true">✔</span> ${text}</p>`;
}
