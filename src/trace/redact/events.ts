/** Trace events without the secrets that peers put into them; for everything that is shown or written event by event. */
import type { Redactor } from '#base';
import type { HeaderField } from '#h2';
import type { FrameEvent, HeadersEvent, TraceEvent, TraceSink } from '../events.ts';
import { learnSecrets, type RedactedList, redactFields } from './fields.ts';

/** Gives each event without its secrets; the same object where it holds none. */
export function eventRedactor(redactor: Redactor): (event: TraceEvent) => TraceEvent {
  const lists = new Map<HeadersEvent['role'], RedactedList>();
  const fieldsOf = ({ role, fields }: HeadersEvent): readonly HeaderField[] => {
    const last = lists.get(role);
    // A repeated block decodes to the same list, and what makes rows of them relies on it.
    if (last?.fields === fields && last.learnt === redactor.learnt) return last.redacted;
    const redacted = redactFields(fields, redactor, last);
    lists.set(role, { fields, redacted, learnt: redactor.learnt });
    return redacted;
  };
  return (event) => {
    switch (event.kind) {
      case 'headers': {
        const fields = fieldsOf(event);
        return fields === event.fields ? event : { ...event, fields };
      }
      case 'frame':
        return event.frame.kind === 'goaway' ? redactFarewell(event, redactor) : event;
      case 'violation':
        return { ...event, detail: redactor.text(event.detail) };
      case 'protocol':
        return { ...event, text: redactor.text(event.text) };
      default:
        return event;
    }
  };
}

function redactFarewell(event: FrameEvent, redactor: Redactor): TraceEvent {
  const { frame } = event;
  if (frame.kind !== 'goaway') return event;
  return { ...event, frame: { ...frame, debugData: redactor.text(frame.debugData) } };
}

interface LastList {
  fields: readonly HeaderField[] | undefined;
}

/** Makes the redactor know the secrets of the header lists that pass; repeated lists cost nothing. */
export function secretWatch(redactor: Redactor): TraceSink {
  const requests: LastList = { fields: undefined };
  const responses: LastList = { fields: undefined };
  const trailers: LastList = { fields: undefined };
  return (event) => {
    if (event.kind !== 'headers') return;
    const { role, fields } = event;
    const last = role === 'request' ? requests : role === 'trailers' ? trailers : responses;
    if (fields === last.fields) return;
    learnSecrets(fields, redactor, last.fields);
    last.fields = fields;
  };
}
