/** A capture to its findings, as `calmwire explain` does it: TLS is undone with the secrets that the file holds. */
import { Capture } from '#capture';
import { Diagnosis, type Finding } from '#diagnose';
import { nodeTlsCrypto } from '#node';
import { KeyLog, TlsSink } from '#tls';
import { type TraceEvent, Tracer } from '#trace';

export function diagnose(bytes: Uint8Array, told: (event: TraceEvent) => void = () => undefined): readonly Finding[] {
  const diagnosis = new Diagnosis();
  const keyLog = new KeyLog();
  const tracer = new Tracer((event) => {
    diagnosis.event(event);
    told(event);
  });
  const capture = new Capture(new TlsSink(tracer, { keyLog, crypto: nodeTlsCrypto }), undefined, (secrets) => {
    keyLog.push(secrets);
    keyLog.end();
  });
  capture.push(new Uint8Array(bytes));
  capture.end();
  return diagnosis.finish().findings;
}
