/** Healthy traffic at random: many calls at once, flow control obeyed, cancellations, pings, settings changes, GOAWAY. */
import fc from 'fast-check';
import { ErrorCode, Setting } from '#h2';
import { type Chunk, type Fields, REQUEST, RESPONSE, Script, TRAILERS } from './script.ts';

type Step =
  | { readonly kind: 'open'; readonly length: number; readonly ends: boolean; readonly padding: number | undefined }
  | { readonly kind: 'send'; readonly which: number; readonly length: number }
  | { readonly kind: 'answer'; readonly which: number; readonly length: number }
  | { readonly kind: 'finish'; readonly which: number; readonly clientFirst: boolean }
  | { readonly kind: 'cancel'; readonly which: number; readonly late: boolean }
  | { readonly kind: 'refuse'; readonly which: number }
  | { readonly kind: 'ping' }
  | { readonly kind: 'window'; readonly value: number };

const which = fc.nat(9);
const length = fc.oneof(fc.nat(40), fc.constant(3_000));
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('open' as const),
    length,
    ends: fc.boolean(),
    padding: fc.option(fc.nat(30), { nil: undefined }),
  }),
  fc.record({ kind: fc.constant('send' as const), which, length }),
  fc.record({ kind: fc.constant('answer' as const), which, length }),
  fc.record({ kind: fc.constant('finish' as const), which, clientFirst: fc.boolean() }),
  fc.record({ kind: fc.constant('cancel' as const), which, late: fc.boolean() }),
  fc.record({ kind: fc.constant('refuse' as const), which }),
  fc.record({ kind: fc.constant('ping' as const) }),
  fc.record({ kind: fc.constant('window' as const), value: fc.integer({ min: 20_000, max: 200_000 }) }),
);

interface Call {
  readonly id: number;
  ended: boolean;
  answered: boolean;
}

/** Plays steps as two correct ends would: each frame is legal when it is sent. */
class Play {
  readonly script = new Script().hello([], [{ id: Setting.MAX_CONCURRENT_STREAMS, value: 100 }]);
  readonly #calls: Call[] = [];
  #next = 1;
  #pings = 0;

  run(step: Step): void {
    if (step.kind === 'open') this.#open(step);
    else if (step.kind === 'ping') this.#ping();
    else if (step.kind === 'window') this.#window(step.value);
    else this.#onCall(step);
  }

  end(): readonly Chunk[] {
    const { server } = this.script;
    server.goAway(this.#next, ErrorCode.NO_ERROR, 'max_age');
    return this.script.chunks;
  }

  #open(step: Extract<Step, { kind: 'open' }>): void {
    const { client } = this.script;
    const id = this.#next;
    this.#next += 2;
    const fields: Fields = { ...REQUEST, 'x-call': `call number ${id}` };
    client.headers(id, fields, false, 30).data(id, step.length, step.ends, step.padding);
    this.#return(id, step.length + 1 + (step.padding ?? 0), step.ends);
    this.#calls.push({ id, ended: step.ends, answered: false });
  }

  /** The receiver gives back at once what was sent. */
  #return(id: number, bytes: number, ended: boolean): void {
    this.script.server.window(0, bytes);
    if (!ended) this.script.server.window(id, bytes);
  }

  #onCall(step: Exclude<Step, { kind: 'open' | 'ping' | 'window' }>): void {
    if (this.#calls.length === 0) return;
    const index = step.which % this.#calls.length;
    const call = this.#calls[index]!;
    if (step.kind === 'send') this.#send(call, step.length);
    else if (step.kind === 'answer') this.#answer(call, step.length);
    else this.#calls.splice(index, 1);
    if (step.kind === 'finish') this.#finish(call, step.clientFirst);
    if (step.kind === 'cancel') this.#cancel(call, step.late);
    if (step.kind === 'refuse') this.script.server.reset(call.id, ErrorCode.REFUSED_STREAM);
  }

  #send(call: Call, bytes: number): void {
    if (call.ended) return;
    this.script.client.data(call.id, bytes);
    this.#return(call.id, bytes + 1, false);
  }

  #answer(call: Call, bytes: number): void {
    const { client, server } = this.script;
    if (!call.answered) server.headers(call.id, RESPONSE);
    call.answered = true;
    server.data(call.id, bytes);
    client.window(0, bytes + 1).window(call.id, bytes + 1);
  }

  #finish(call: Call, clientFirst: boolean): void {
    const { client, server } = this.script;
    if (clientFirst && !call.ended) client.data(call.id, 0, true);
    if (!call.answered) server.headers(call.id, { ...RESPONSE, ...TRAILERS }, true);
    else server.headers(call.id, { ...TRAILERS, 'grpc-message': `of ${call.id}` }, true);
    if (!clientFirst && !call.ended) server.reset(call.id, ErrorCode.NO_ERROR);
  }

  #cancel(call: Call, late: boolean): void {
    const { client, server } = this.script;
    client.reset(call.id, ErrorCode.CANCEL);
    if (!late) return;
    if (!call.answered) server.headers(call.id, RESPONSE);
    server.data(call.id, 5).headers(call.id, TRAILERS, true);
    client.window(0, 5);
  }

  #ping(): void {
    const payload = (++this.#pings).toString(16).padStart(16, '0');
    this.script.client.ping(payload);
    this.script.server.ping(payload, true);
  }

  #window(value: number): void {
    this.script.server.settings({ id: Setting.INITIAL_WINDOW_SIZE, value });
    this.script.client.ack();
  }
}

/** A whole connection of healthy traffic. */
export const traffic: fc.Arbitrary<readonly Chunk[]> = fc
  .array(step, { minLength: 3, maxLength: 60, size: 'max' })
  .map((steps) => {
    const play = new Play();
    for (const one of steps) play.run(one);
    return play.end();
  });
