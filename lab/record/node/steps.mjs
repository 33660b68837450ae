// The step language that every lab client speaks, and the lab.Echo service's request text.
//
// A step is KIND[:NAME=NUMBER,...], optionally with a prefix:
//   50*unary:size=250000   fifty at once        &stream:count=9   start, go on at once
// Kinds: unary, stream (server streaming), upload (client streaming), bidi, missing (no such method),
//        wait:MS, all (wait for what `&` started).
// The client reads deadline, cancel (ms after the start), gap (ms between sent messages), pad (letters added to a sent message)
// trace (1: sends a traceparent), header (octets of a metadata value, grpc-js), `count` for upload and bidi, and stop (messages after which it reads no more); a grpc-js server stops reading an upload
// when `stop` is in a message; the server reads size, count, delayMs and status from the same text.

export function parseStep(text) {
  const [, repeat, background, kind, rest] = /^(?:(\d+)\*)?(&?)(\w+)(?::(.*))?$/.exec(text);
  return {
    text,
    repeat: Number(repeat ?? 1),
    background: background === '&',
    kind,
    request: rest ?? '',
    ...parameters(rest ?? ''),
  };
}

/** Numbers named in a request; tolerates the protobuf tag in front of the text. */
export function parameters(text) {
  const values = {};
  for (const [, name, value] of text.matchAll(/(\w+)=(\d+)/g)) values[name] = Number(value);
  return values;
}

/** A google.protobuf.StringValue. */
export function stringValue(text) {
  const body = Buffer.from(text, 'latin1');
  const head = [0x0a];
  let left = body.length;
  while (left > 127) {
    head.push((left & 127) | 128);
    left >>>= 7;
  }
  head.push(left);
  return Buffer.concat([Buffer.from(head), body]);
}

export const reply = (values) => stringValue('x'.repeat(values.size ?? 8));
export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs the steps; `call(step)` makes one call and resolves to a short outcome. */
export async function runSteps(texts, call) {
  const background = [];
  for (const text of texts) {
    const step = parseStep(text);
    if (step.kind === 'wait') await sleep(Number(step.request));
    else if (step.kind === 'all') await Promise.all(background.splice(0));
    else {
      const done = Promise.all(Array.from({ length: step.repeat }, () => call(step))).then((outcomes) => report(text, outcomes));
      if (step.background) background.push(done);
      else await done;
    }
  }
  await Promise.all(background);
}

function report(text, outcomes) {
  const counts = new Map();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  for (const [outcome, count] of counts) console.log(`${text} -> ${count} x ${outcome}`);
}
