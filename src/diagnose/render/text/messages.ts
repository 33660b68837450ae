/** What the calls that were hit had said, as far as it could be decoded. */
import type { Finding, FindingMessage } from '../../finding.ts';
import { printable } from '../printable.ts';
import type { Writer } from '../writer.ts';
import type { Page } from './page.ts';

/** Messages shown; the JSON report has all that were kept. */
const MESSAGES_MAX = 4;
/** Characters of one message: some lines of a page. */
const CHARACTERS_MAX = 600;

/** `stream 5, from the client, frame 12: pkg.Request`. */
export function messageHead(writer: Writer, { stream, from, frame, type }: FindingMessage): string {
  const name = type === undefined ? writer.phrase('unknownType') : printable(type);
  const side = writer.messages.words[from];
  return writer.phrase('messageHead', { stream: String(stream), side, frame: String(frame), type: name });
}

export function addMessages(page: Page, writer: Writer, { messages = [] }: Finding): void {
  if (messages.length === 0) return;
  page.gap();
  page.paragraph(writer.phrase('messages'), 2, 'heading');
  const most = page.room(MESSAGES_MAX);
  for (const message of messages.slice(0, most)) {
    const { text, notes } = message;
    page.paragraph(messageHead(writer, message), 4);
    if (text !== '') page.paragraph(printable(text, CHARACTERS_MAX), 6);
    for (const note of notes) page.paragraph(writer.note(note), 6, 'dim');
  }
  const left = messages.length - most;
  if (left > 0) page.paragraph(writer.phrase('moreEvidence', { count: left }), 4, 'dim');
}
