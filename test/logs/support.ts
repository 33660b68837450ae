/** A log as text through the layer. */
import { LogDiagnosis } from '#logs';

export function diagnose(text: string | Uint8Array, pieces = 1 << 20): LogDiagnosis {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  const diagnosis = new LogDiagnosis();
  for (let at = 0; at < bytes.length; at += pieces) diagnosis.push(bytes.subarray(at, at + pieces));
  diagnosis.end();
  return diagnosis;
}

/** `reading stack lines` of each finding, worst first. */
export function readingsIn(text: string | Uint8Array): string[] {
  return diagnose(text)
    .findings()
    .map(({ log }) => `${log?.reading} ${log?.stack} ${log?.lines}`);
}
