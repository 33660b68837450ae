/** `calmwire explain`: what went wrong in each input, for people or for programs. */
import type { Command } from 'commander';
import { Diagnosis, type Report, renderBrief, renderJson, renderText, type TextOptions } from '#diagnose';
import { STANDARD_INPUT } from '#node';
import { type ColorChoice, chosenStyle, colorChoices } from './color.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { type FailOn, failOnChoices, fails } from './fail-on.ts';
import { type Language, languages } from './language.ts';
import { widthOption, wordOption } from './options.ts';
import { writeProblems } from './problems.ts';
import { type ReadResult, readRecording } from './read/read-recording.ts';
import { reportOf } from './report.ts';
import { type SummaryRow, summaryTable } from './summary-table.ts';
import { refuse } from './usage.ts';

interface ExplainOptions {
  readonly format: 'text' | 'json';
  readonly lang?: Language;
  readonly failOn: FailOn;
  readonly color: ColorChoice;
  readonly width?: number;
  readonly all?: true;
}

/** Adds the command to the program. */
export function addExplain(program: Command, context: Context): void {
  const { messages } = context;
  const { help } = messages;
  program
    .command('explain')
    .summary(help.explain)
    .description(help.explainAbout)
    .argument('<FILE...>', help.file)
    .addOption(wordOption('--format', ['text', 'json'], help.format.explain, messages).default('text'))
    .addOption(wordOption('--lang', languages, help.lang, messages))
    .addOption(wordOption('--fail-on', failOnChoices, help.failOn, messages).default('never'))
    .addOption(wordOption('--color', colorChoices, help.color, messages).default('auto'))
    .addOption(widthOption('--width <columns>', help.width, messages))
    .option('--all', help.all)
    .addHelpText('after', help.explainAfter)
    .action(async (files: readonly string[], options: ExplainOptions) => {
      context.done(await explain(files, options, context));
    });
}

/** One input, read and judged. */
interface Explained {
  readonly read: ReadResult;
  readonly report: Report;
}

async function explain(files: readonly string[], options: ExplainOptions, context: Context): Promise<ExitCode> {
  const { io, messages } = context;
  if (files.filter((name) => name === STANDARD_INPUT).length > 1) {
    return refuse(messages.usage.standardInputTwice(), 'calmwire explain', context);
  }
  const explained: Explained[] = [];
  for (const name of files) {
    const one = await explainOne(name, context);
    explained.push(one);
    if (options.format === 'text') await writeText(one, files.length > 1, options, context);
  }
  if (options.format === 'json') io.stdout.write(jsonText(explained, context));
  else if (files.length > 1)
    io.stdout.write(summaryTable(explained.map(rowOf), messages, options.width ?? io.terminal.columns));
  return exitCode(explained, options.failOn);
}

async function explainOne(name: string, { io }: Context): Promise<Explained> {
  const diagnosis = new Diagnosis();
  const read = await readRecording(
    name,
    io,
    { begin: nothing, event: diagnosis.event },
    { afterPiece: goOn, showProgress: true },
  );
  return { read, report: reportOf(read, diagnosis.finish()) };
}

function nothing(): void {}

async function goOn(): Promise<boolean> {
  return true;
}

/** Problems go to standard error, so they are not repeated in the report. */
async function writeText(
  { read, report }: Explained,
  several: boolean,
  options: ExplainOptions,
  context: Context,
): Promise<void> {
  const { io, language } = context;
  writeProblems(read, context);
  await io.stderr.flush();
  if (read.facts.format === undefined) return;
  const shown: Report = { ...report, input: { ...report.input, problems: [] } };
  const text: TextOptions = {
    language,
    width: options.width ?? io.terminal.columns,
    style: chosenStyle(options.color, io),
    all: options.all,
  };
  if (!several) io.stdout.write(renderText(shown, text));
  else io.stdout.write(options.all ? `${renderText(shown, text)}\n` : renderBrief(shown, text));
  await io.stdout.flush();
}

/** One document for one input; for several, all of them in one object. */
function jsonText(explained: readonly Explained[], { language }: Context): string {
  const documents = explained.map(({ report }) => renderJson(report, language));
  const [first] = documents;
  const whole = documents.length === 1 ? first : { version: first?.version, reports: documents };
  return `${JSON.stringify(whole, undefined, 2).replace(TERMINAL_CONTROL, escaped)}\n`;
}

/** What JSON leaves as it is and terminals obey: DEL, C1 controls, and the marks that reorder text. */
const TERMINAL_CONTROL = /[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

function rowOf(one: Explained): SummaryRow {
  return { report: one.report, outcome: outcomeOf(one) };
}

/** A connection without HTTP/2 may still be a failure: a peer that answers in HTTP/1, for one. */
function outcomeOf({ read, report }: Explained): SummaryRow['outcome'] {
  if (read.facts.format === undefined) return 'unreadable';
  const failed = report.findings.some(({ severity }) => severity !== 'info');
  return read.usable || failed ? 'judged' : 'nothing';
}

function exitCode(explained: readonly Explained[], failOn: FailOn): ExitCode {
  if (explained.some((one) => outcomeOf(one) !== 'judged')) return ExitCode.UNUSABLE;
  return explained.some(({ report }) => fails(report, failOn)) ? ExitCode.FINDINGS : ExitCode.FINE;
}
