/** `calmwire frames`: the frames of an input as lines of text, or as a trace file. */
import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import type { Side } from '#base';
import type { MessagePorts } from '#grpc';
import { STANDARD_INPUT } from '#node';
import type { KeyLog } from '#tls';
import { eventRedactor, type TraceEvent } from '#trace';
import type { Context } from './context.ts';
import { ExitCode } from './exit-code.ts';
import type { FrameFilter } from './frames/filter.ts';
import { frameTypeWords, parseTypes, type TypeSelection } from './frames/labels.ts';
import { MessageTexts } from './frames/message-texts.ts';
import { escapeControls } from './frames/printable.ts';
import { tableLog } from './frames/table-log.ts';
import { textLog } from './frames/text-log.ts';
import { traceLog } from './frames/trace-log.ts';
import { loadKeyLog } from './key-log.ts';
import { languages } from './language.ts';
import { countOption, secondsOption, wordOption } from './options.ts';
import { writeProblems } from './problems.ts';
import { openMessages, payloadBytesMax } from './proto/open.ts';
import { addProtoOptions, type ProtoOptions } from './proto/options.ts';
import { type ReadResult, readRecording } from './read/read-recording.ts';
import { redactorFor, type SecretOptions } from './secrets.ts';
import { refuse } from './usage.ts';

interface FramesOptions extends SecretOptions, ProtoOptions {
  readonly format: 'text' | 'tsv' | 'json';
  readonly connection?: number;
  readonly stream?: number;
  readonly type?: TypeSelection;
  readonly from?: Side;
  readonly since?: number;
  readonly until?: number;
  readonly headers?: true;
  readonly limit?: number;
  readonly keylog?: string;
}

/** Adds the command to the program. */
export function addFrames(program: Command, context: Context): void {
  const { messages } = context;
  const { help } = messages;
  const command = program.command('frames');
  addProtoOptions(command, context);
  command
    .summary(help.frames)
    .description(help.framesAbout)
    .argument('<FILE...>', help.file)
    .addOption(wordOption('--format', ['text', 'tsv', 'json'], help.format.frames, messages).default('text'))
    .addOption(countOption('--connection <number>', 1, help.connection, messages))
    .addOption(countOption('--stream <number>', 0, help.stream, messages))
    .addOption(typeOption(context))
    .addOption(wordOption('--from', ['client', 'server'], help.from, messages))
    .addOption(secondsOption('--since <seconds>', help.since, messages))
    .addOption(secondsOption('--until <seconds>', help.until, messages))
    .option('--headers', help.headers)
    .option('--show-secrets', help.showSecrets)
    .addOption(countOption('--limit <lines>', 1, help.limit, messages))
    .option('--keylog <file>', help.keylog)
    .addOption(wordOption('--lang', languages, help.lang, messages))
    .addHelpText('after', help.framesAfter)
    .action(async (files: readonly string[], options: FramesOptions) => {
      context.done(await frames(files, options, context));
    });
}

function typeOption({ messages }: Context): Option {
  return new Option('--type <list>', messages.help.type).argParser((value: string) => {
    const types = parseTypes(value);
    if ('unknown' in types) throw new InvalidArgumentError(messages.usage.types(types.unknown, frameTypeWords));
    return types;
  });
}

async function frames(files: readonly string[], options: FramesOptions, context: Context): Promise<ExitCode> {
  const { io, messages } = context;
  if (options.format === 'json' && files.length > 1) {
    return refuse(messages.usage.oneTraceFile(), 'calmwire frames', context);
  }
  if (files.filter((name) => name === STANDARD_INPUT).length > 1) {
    return refuse(messages.usage.standardInputTwice(), 'calmwire frames', context);
  }
  const keyLog = await loadKeyLog(options.keylog, context);
  if (keyLog !== undefined && 'refusal' in keyLog) return refuse(keyLog.refusal, 'calmwire frames', context);
  const ports = await openMessages(options, context);
  if (ports === undefined) return ExitCode.UNUSABLE;
  let code: ExitCode = ExitCode.FINE;
  for (const name of files) {
    if (files.length > 1) io.stdout.write(`==> ${escapeControls(name)} <==\n`);
    const result = await listFrames(name, options, keyLog, ports, context);
    writeProblems(result, context);
    if (!result.usable) code = ExitCode.UNUSABLE;
    if (io.stdout.closed) break;
  }
  return code;
}

async function listFrames(
  name: string,
  options: FramesOptions,
  keyLog: KeyLog | undefined,
  ports: MessagePorts,
  { io }: Context,
): Promise<ReadResult> {
  // A trace keeps the sizes of fields: findings about too large headers count them.
  const redactor = redactorFor(options, io, options.format === 'json');
  const messages = new MessageTexts(ports, redactor);
  const write = (text: string) => io.stdout.write(text);
  const writeBytes = (bytes: Uint8Array) => io.stdout.writeBytes(bytes);
  const writeAscii = (text: string) => io.stdout.writeAscii(text);
  const filter = filterOf(options);
  const linesMax = options.limit ?? Number.POSITIVE_INFINITY;
  const logs = {
    text: () => textLog(write, filter, options.headers === true, linesMax, messages),
    tsv: () => tableLog(writeBytes, filter, linesMax, messages),
    json: () => traceLog(writeAscii, filter, linesMax, messages),
  };
  const log = logs[options.format]();
  const afterPiece = async (live: boolean) => {
    log.flush();
    if (live || io.stdout.full) await io.stdout.flush();
    return !log.full && !io.stdout.closed;
  };
  const showProgress = !io.terminal.stdout;
  const redact = redactor === undefined ? undefined : eventRedactor(redactor);
  const event = (event: TraceEvent) => {
    if (event.kind === 'headers' || event.kind === 'closed') messages.learn(event);
    log.event(redact === undefined ? event : redact(event));
  };
  const consumer = { begin: log.begin.bind(log), event, payloadBytesMax: payloadBytesMax(ports) };
  const result = await readRecording(name, io, consumer, { afterPiece, showProgress, keyLog });
  log.flush();
  return result;
}

function filterOf(options: FramesOptions): FrameFilter {
  return {
    connection: options.connection,
    stream: options.stream,
    types: options.type,
    from: options.from,
    sinceMs: options.since === undefined ? undefined : options.since * 1000,
    untilMs: options.until === undefined ? undefined : options.until * 1000,
  };
}
