/** docs/log-lines.md and its Chinese sister: every line that is known, what it proves and what it does not. */
import { type ReadingId, readings, stackName } from '#diagnose';
import { stackWordings } from '#logs';
import { type Language, languages } from '../src/diagnose/render/messages/index.ts';
import { Writer } from '../src/diagnose/render/writer.ts';

interface Texts {
  readonly title: string;
  readonly intro: readonly string[];
  readonly other: string;
  readonly meanings: string;
  readonly lines: string;
  readonly heads: readonly [finding: string, proves: string, open: string, next: string];
  readonly also: string;
  readonly leaves: string;
  readonly source: string;
  readonly lineHeads: readonly [line: string, meaning: string];
  readonly echo: string;
}

const texts: Readonly<Record<Language, Texts>> = {
  en: {
    title: 'Log lines',
    intro: [
      '`calmwire explain app.log` (or `-`, gzip, several files) finds the lines below, whatever stands around them: colours, container prefixes, JSON, logfmt, klog, zap, logback, syslog, stack traces. Lines that are not known are counted and not explained.',
      'A line proves less than a frame. Each meaning says what it proves, what it leaves open and what decides it. `calmwire explain trace.pcapng app.log` puts lines beside the frames of the same moment, by address and by time.',
      'This page is generated from `src/logs/stacks` and `src/diagnose/readings.ts` (`UPDATE_DOCS=1 npx vitest run test/logs`).',
    ],
    other: '[中文](log-lines.zh-CN.md)',
    meanings: 'Meanings',
    lines: 'Lines',
    heads: ['Finding', 'Proves', 'Does not prove', 'Next'],
    also: 'fits as well',
    leaves: 'leaves open',
    source: 'Where',
    lineHeads: ['Line', 'Meaning'],
    echo: 'the same event, told again: not counted',
  },
  zh: {
    title: '日志行',
    intro: [
      '`calmwire explain app.log`（或 `-`、gzip、多个文件）能找出下面这些行，不论它们外面包着什么：颜色、容器前缀、JSON、logfmt、klog、zap、logback、syslog、堆栈。不认识的行只计数，不作解释。',
      '一行日志能证明的比一个帧少。每种含义都写明它证明了什么、没有说明什么、怎样才能确定。`calmwire explain trace.pcapng app.log` 会按地址和时间把日志行放到同一时刻的帧旁边。',
      '本页由 `src/logs/stacks` 和 `src/diagnose/readings.ts` 生成（`UPDATE_DOCS=1 npx vitest run test/logs`）。',
    ],
    other: '[English](log-lines.md)',
    meanings: '含义',
    lines: '日志行',
    heads: ['结论', '证明了', '没有说明', '下一步'],
    also: '也符合',
    leaves: '无法区分',
    source: '出处',
    lineHeads: ['日志行', '含义'],
    echo: '同一事件的重复：不计数',
  },
};

/** The page of a language. */
export function logLinesPage(language: Language): string {
  const { title, intro, other, meanings, lines } = texts[language];
  return [
    `# ${title}`,
    other,
    ...intro,
    `## ${lines}`,
    ...stackWordings.flatMap((table) => stackPart(language, table)),
    `## ${meanings}`,
    ...usedReadings().map((id) => readingPart(language, id)),
    '',
  ].join('\n\n');
}

/** In the order of the table. */
function usedReadings(): readonly ReadingId[] {
  const used = new Set(stackWordings.flatMap(({ wordings }) => wordings.map(({ reading }) => reading)));
  const all = Object.keys(readings) as ReadingId[];
  return all.filter((id) => used.has(id));
}

function stackPart(language: Language, { stack, source, wordings }: (typeof stackWordings)[number]): string[] {
  const { lineHeads, source: where, echo } = texts[language];
  const seen = new Set<string>();
  const rows = wordings.flatMap(({ example, reading }) => {
    if (seen.has(example)) return [];
    seen.add(example);
    const meaning = reading === 'echo' ? echo : `[${cell(titleOf(language, reading))}](#${reading})`;
    return [`| ${code(example)} | ${meaning} |`];
  });
  return [
    `### ${stackName(stack)}`,
    `${where}: ${source}`,
    [`| ${lineHeads.join(' | ')} |`, '|---|---|', ...rows].join('\n'),
  ];
}

function readingPart(language: Language, id: ReadingId): string {
  const { heads, also, leaves } = texts[language];
  const reading = readings[id];
  const text = languages[language].readings[id];
  const { certainties, culprits } = languages[language];
  const others = reading.also.map(findingLink).join(', ');
  const more = others === '' ? '' : ` (${reading.certainty === 'possible' ? leaves : also}: ${others})`;
  const verdict = `${findingLink(reading.id)}, ${certainties[reading.certainty]}, ${culprits[reading.culprit]}${more}`;
  const rows = [verdict, plain(language, text.proves), plain(language, text.open), plain(language, text.next)];
  return [
    `### <a id="${id}"></a>${titleOf(language, id)}`,
    ...rows.map((row, at) => `- **${heads[at]}**: ${row}`),
  ].join('\n');
}

function findingLink(id: (typeof readings)[ReadingId]['id']): string {
  return `[${id}](findings/${id}.md)`;
}

function titleOf(language: Language, id: ReadingId): string {
  return plain(language, languages[language].readings[id].title);
}

/** Without what only a line can tell. */
function plain(language: Language, template: string): string {
  const writer = new Writer(language);
  return writer.plain(template);
}

function code(text: string): string {
  return `\`\`${text.length > 200 ? `${text.slice(0, 200)}...` : text} \`\``.replaceAll('|', '\\|');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}
