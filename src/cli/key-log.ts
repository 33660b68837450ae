/** `--keylog FILE`: the secrets of TLS connections, read whole before the first capture. */
import { Input, openInput, STANDARD_INPUT } from '#node';
import { KeyLog } from '#tls';
import type { Context } from './context.ts';
import { escapeControls } from './frames/printable.ts';
import { faultText } from './problem-text.ts';

/** The key log, nothing if none was asked for, or the sentence with which it is refused. */
export async function loadKeyLog(
  path: string | undefined,
  { io, messages }: Context,
): Promise<KeyLog | undefined | { readonly refusal: string }> {
  if (path === undefined) return undefined;
  if (path === STANDARD_INPUT) return { refusal: messages.keys.standardInput() };
  const input = await openInput(path, io.stdin);
  const refusal = (sentence: string) => ({ refusal: `${escapeControls(path)}: ${sentence}` });
  if (!(input instanceof Input)) return refusal(faultText(input, messages));
  const keyLog = new KeyLog();
  for await (const chunk of input.chunks()) keyLog.push(chunk);
  keyLog.end();
  if (input.fault !== undefined) return refusal(faultText(input.fault, messages));
  if (keyLog.secretLines === 0) {
    return refusal(keyLog.badLines === 0 ? messages.keys.empty() : messages.keys.notAKeyLog(keyLog.badLines));
  }
  return keyLog;
}
