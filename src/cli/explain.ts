/** `calmwire explain`: what went wrong in each input, for people or for programs. */
import type { Command } from 'commander';
import type { Redactor } from '#base';
import { type Report, renderBrief, renderText, type TextOptions, TimelineCollector } from '#diagnose';
import type { MessagePorts } from '#grpc';
import { STANDARD_INPUT } from '#node';
import type { KeyLog } from '#tls';
import { eventRedactor, type TraceSink } from '#trace';
import { type ColorChoice, chosenStyle, colorChoices } from './color.ts';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import { type Annotation, annotate, openAnnotation } from './explain/annotate.ts';
import { compareRefusal, explainCompared } from './explain/compare.ts';
import { type Destination, openDestination } from './explain/destination.ts';
import type { Explained } from './explain/explained.ts';
import { documentOf, type ExplainFormat, explainFormats, forPrograms } from './explain/formats.ts';
import { joinLogs } from './explain/join-logs.ts';
import { type FailOn, failOnChoices, fails } from './fail-on.ts';
import { Judge } from './judge.ts';
import { loadKeyLog } from './key-log.ts';
import { type Language, languages } from './language.ts';
import { widthOption, wordOption } from './options.ts';
import { writeProblems } from './problems.ts';
import { openMessages } from './proto/open.ts';
import { addProtoOptions, type ProtoOptions } from './proto/options.ts';
import { readRecording } from './read/read-recording.ts';
import type { EventConsumer } from './read/recording.ts';
import { redactorFor, type SecretOptions } from './secrets.ts';
import { type SummaryRow, summaryTable } from './summary-table.ts';
import { refuse } from './usage.ts';

interface ExplainOptions extends SecretOptions, ProtoOptions {
  readonly format: ExplainFormat;
  readonly output?: string;
  readonly annotate?: string;
  readonly lang?: Language;
  readonly failOn: FailOn;
  readonly color: ColorChoice;
  readonly width?: number;
  readonly all?: true;
  readonly keylog?: string;
  readonly compare?: true;
}

/** Adds the command to the program. */
export function addExplain(program: Command, context: Context): void {
  const { messages } = context;
  const { help } = messages;
  const command = program.command('explain');
  addProtoOptions(command, context);
  command
    .summary(help.explain)
    .description(help.explainAbout)
    .argument('<FILE...>', help.file)
    .addOption(wordOption('--format', explainFormats, help.format.explain, messages).default('text'))
    .option('--output <FILE>', help.output)
    .option('--annotate <OUT.pcapng>', help.annotate)
    .addOption(wordOption('--lang', languages, help.lang, messages))
    .addOption(wordOption('--fail-on', failOnChoices, help.failOn, messages).default('never'))
    .addOption(wordOption('--color', colorChoices, help.color, messages).default('auto'))
    .addOption(widthOption('--width <columns>', help.width, messages))
    .option('--all', help.all)
    .option('--keylog <file>', help.keylog)
    .option('--compare', help.compare)
    .option('--show-secrets', help.showSecrets)
    .addHelpText('after', help.explainAfter)
    .action(async (files: readonly string[], options: ExplainOptions) => {
      context.done(await explain(files, options, context));
    });
}

async function explain(files: readonly string[], options: ExplainOptions, context: Context): Promise<ExitCode> {
  const { messages } = context;
  if (files.filter((name) => name === STANDARD_INPUT).length > 1) {
    return refuse(messages.usage.standardInputTwice(), 'calmwire explain', context);
  }
  const keyLog = await loadKeyLog(options.keylog, context);
  if (keyLog !== undefined && 'refusal' in keyLog) return refuse(keyLog.refusal, 'calmwire explain', context);
  const refusal = options.compare ? compareRefusal(files, options, messages) : undefined;
  if (refusal !== undefined) return refuse(refusal, 'calmwire explain', context);
  const ports = await openMessages(options, context);
  if (ports === undefined) return ExitCode.UNUSABLE;
  const outputs = await openOutputs(files, options, context);
  if (outputs === undefined) return ExitCode.UNUSABLE;
  const { destination, annotation } = outputs;
  const explained = await writeReport(files, options, { keyLog, ports }, destination, context);
  const [first] = explained;
  const noted = annotation === undefined || first === undefined || (await annotate(annotation, first, context));
  const written = (await destination.close()) && noted;
  return written ? exitCode(explained, options.failOn) : ExitCode.UNUSABLE;
}

/** What reading takes beside the inputs. */
interface Aids {
  readonly keyLog: KeyLog | undefined;
  readonly ports: MessagePorts;
}

interface Outputs {
  readonly destination: Destination;
  readonly annotation: Annotation | undefined;
}

/** Opens what is to be written, before anything is read; undefined, and said so, where that cannot be done. */
async function openOutputs(
  files: readonly string[],
  { output, annotate: name }: ExplainOptions,
  context: Context,
): Promise<Outputs | undefined> {
  const annotation = name === undefined ? undefined : await openAnnotation(name, files, context);
  if (name !== undefined && annotation === undefined) return undefined;
  const destination = await openDestination(output, name === undefined ? files : [...files, name], context);
  if (destination === undefined) await annotation?.file.close();
  return destination === undefined ? undefined : { destination, annotation };
}

async function writeReport(
  files: readonly string[],
  options: ExplainOptions,
  aids: Aids,
  destination: Destination,
  context: Context,
): Promise<readonly Explained[]> {
  const { format } = options;
  const redactor = redactorFor(options, context.io);
  const groups = options.compare ? [files] : files.map((name) => [name]);
  const explained: Explained[] = [];
  for (const group of groups) {
    const one = await explainGroup(group, options, aids, redactor, context);
    explained.push(one);
    // A later log may add lines to an earlier capture; a single input need not wait.
    if (groups.length === 1) await writeOne(one, false, options, destination, context);
  }
  const joined = joinLogs(explained, redactor);
  if (groups.length > 1) for (const one of joined) await writeOne(one, true, options, destination, context);
  if (format !== 'text') destination.output.write(documentOf[format](joined, context));
  else if (groups.length > 1)
    destination.output.write(
      summaryTable(joined.map(rowOf), context.messages, columnsOf(options, destination, context)),
    );
  return joined;
}

async function writeOne(
  one: Explained,
  several: boolean,
  options: ExplainOptions,
  destination: Destination,
  context: Context,
): Promise<void> {
  const { format } = options;
  if (!forPrograms[format]) for (const read of one.reads) writeProblems(read, context);
  await context.io.stderr.flush();
  if (format === 'text') await writeText(one, several, options, destination, context);
}

/** Of the page: as asked, or as the terminal has. */
function columnsOf(options: ExplainOptions, { isTerminal }: Destination, { io }: Context): number | undefined {
  return options.width ?? (isTerminal ? io.terminal.columns : undefined);
}

async function explainGroup(
  names: readonly string[],
  { compare, format }: ExplainOptions,
  aids: Aids,
  redactor: Redactor | undefined,
  context: Context,
): Promise<Explained> {
  const [name = STANDARD_INPUT] = names;
  if (compare) return explainCompared(names, { ...aids, redactor, wantsTimeline: format === 'html' }, context);
  return explainOne(name, format, aids, redactor, context);
}

async function explainOne(
  name: string,
  format: ExplainFormat,
  { keyLog, ports }: Aids,
  redactor: Redactor | undefined,
  { io }: Context,
): Promise<Explained> {
  const judge = new Judge(redactor, ports);
  const timeline = format === 'html' ? new TimelineCollector() : undefined;
  const consumer = timeline === undefined ? judge : beside(judge, timeline, redactor);
  const read = await readRecording(name, io, consumer, { afterPiece: goOn, showProgress: true, keyLog });
  const log = read.facts.log === undefined ? undefined : judge.log;
  return { read, reads: [read], report: judge.report(read), timeline, log };
}

/** The timeline sees the same events, and no secret. */
function beside(judge: Judge, timeline: TimelineCollector, redactor: Redactor | undefined): EventConsumer {
  const redact = redactor === undefined ? undefined : eventRedactor(redactor);
  const event: TraceSink = (one) => {
    judge.event(one);
    timeline.event(redact === undefined ? one : redact(one));
  };
  return { begin: () => judge.begin(), event, log: judge.log, payloadBytesMax: judge.payloadBytesMax };
}

async function goOn(): Promise<boolean> {
  return true;
}

/** Problems go to standard error, so they are not repeated in the report. */
async function writeText(
  { read, report }: Explained,
  several: boolean,
  options: ExplainOptions,
  destination: Destination,
  context: Context,
): Promise<void> {
  const { io, language } = context;
  const { output, isTerminal } = destination;
  if (read.facts.format === undefined) return;
  const shown: Report = { ...report, input: { ...report.input, problems: [] } };
  const text: TextOptions = {
    language,
    width: columnsOf(options, destination, context),
    style: chosenStyle(options.color, io, isTerminal),
    all: options.all,
  };
  if (!several) output.write(renderText(shown, text));
  else output.write(options.all ? `${renderText(shown, text)}\n` : renderBrief(shown, text));
  await output.flush();
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
