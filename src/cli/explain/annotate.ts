/** `--annotate`: the capture once more, with the findings as comments of its packets. */
import { CaptureAnnotator } from '#capture';
import { renderNotes } from '#diagnose';
import { Input, type OutputFile, openInput, STANDARD_INPUT } from '#node';
import type { Context } from '../context.ts';
import { escapeControls } from '../frames/printable.ts';
import { faultText } from '../problem-text.ts';
import { refuse } from '../usage.ts';
import { closeFile, openForWriting } from './destination.ts';
import type { Explained } from './explained.ts';

export interface Annotation {
  readonly name: string;
  readonly file: OutputFile;
}

/** Opens the file, before anything is read; undefined, and said so, where it cannot be or makes no sense. */
export async function openAnnotation(
  name: string,
  inputs: readonly string[],
  context: Context,
): Promise<Annotation | undefined> {
  const { usage } = context.messages;
  const reason = inputs.length > 1 ? usage.annotateOne() : inputs.includes(STANDARD_INPUT) ? usage.annotateTwice() : '';
  if (reason !== '') {
    refuse(reason, 'calmwire explain', context);
    return undefined;
  }
  const file = await openForWriting(name, inputs, context);
  return file === undefined ? undefined : { name, file };
}

/** Reads the input a second time and writes it with its notes. False, and said so, where that fails. */
export async function annotate(
  { name, file }: Annotation,
  { read, report }: Explained,
  context: Context,
): Promise<boolean> {
  const { io, messages, language } = context;
  const say = (sentence: string) => io.stderr.write(`calmwire: ${escapeControls(sentence)}\n`);
  const { format } = read.facts;
  if (format !== 'pcap' && format !== 'pcapng') {
    say(`${read.name}: ${messages.output.notCapture()}`);
    await file.close();
    return false;
  }
  const notes = renderNotes(report, language);
  const annotator = new CaptureAnnotator(notes, (bytes) => file.output.writeBytes(bytes));
  const input = await openInput(read.name, io.stdin);
  if (!(input instanceof Input)) {
    say(`${read.name}: ${faultText(input, messages)}`);
    await file.close();
    return false;
  }
  for await (const chunk of input.chunks()) {
    annotator.push(chunk);
    await file.output.flush();
    if (file.output.closed) break;
  }
  const written = await closeFile(file, name, context);
  if (written) say(`${name}: ${messages.output.annotated(annotator.noted, notes.packets.size - annotator.noted)}`);
  return written;
}
