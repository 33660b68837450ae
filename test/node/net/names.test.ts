import { describe, expect, it } from 'vitest';
import { SystemNames } from '#node';
import type { Attempt } from '#transport';
import type { Lookup } from '../../../src/node/net/names.ts';

type Answer = Parameters<Parameters<Lookup>[1]>;

/** A system that answers when it is told to. */
class Scripted {
  readonly questions: string[] = [];
  readonly #waiting: ((...answer: Answer) => void)[] = [];
  readonly names = new SystemNames((host, done) => {
    this.questions.push(host);
    this.#waiting.push(done);
  });

  answer(error: Error | null, ...addresses: string[]): void {
    this.#waiting.shift()?.(
      error,
      addresses.map((address) => ({ address })),
    );
  }

  ask(host: string): { heard: Attempt<readonly string[]>[]; cancel: () => void } {
    const heard: Attempt<readonly string[]>[] = [];
    return { heard, cancel: this.names.lookup(host, (attempt) => heard.push(attempt)) };
  }
}

const failure = (code: string): Error => Object.assign(new Error(`getaddrinfo ${code} orders`), { code });

describe('names', () => {
  it('keeps the order of the system and says each address once', () => {
    const system = new Scripted();
    const { heard } = system.ask('orders');
    system.answer(null, '::1', '127.0.0.1', '::1');
    expect(heard).toEqual([{ kind: 'ok', value: ['::1', '127.0.0.1'] }]);
  });

  it.each([
    ['ENOTFOUND', 'name-not-found', 'No address is known for the name orders: correct the name, or its DNS record.'],
    ['ENODATA', 'name-not-found', 'No address is known for the name orders: correct the name, or its DNS record.'],
    [
      'EAI_AGAIN',
      'name-lookup-failed',
      'The name orders could not be looked up: the name server did not answer. It may work in a moment.',
    ],
    ['EAI_FAIL', 'name-lookup-failed', 'The name orders could not be looked up: getaddrinfo EAI_FAIL orders.'],
  ])('%s is %s', (code, kind, text) => {
    const system = new Scripted();
    const { heard } = system.ask('orders');
    system.answer(failure(code));
    expect(heard).toEqual([{ kind: 'fault', fault: { kind, code, text } }]);
  });

  it('an empty answer is a fault', () => {
    const system = new Scripted();
    const { heard } = system.ask('orders');
    system.answer(null);
    expect(heard).toMatchObject([{ kind: 'fault', fault: { kind: 'name-not-found' } }]);
  });

  it('the empty name is not even asked for', async () => {
    const system = new Scripted();
    const { heard } = system.ask('');
    expect(heard).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toMatchObject([{ kind: 'fault', fault: { kind: 'name-not-found' } }]);
    expect(system.questions).toEqual([]);
  });

  it('one question serves all who wait for the same name; the next one is asked anew', () => {
    const system = new Scripted();
    const first = system.ask('orders');
    const second = system.ask('orders');
    const other = system.ask('billing');
    expect(system.questions).toEqual(['orders', 'billing']);
    system.answer(null, '10.0.0.1');
    expect([first.heard.length, second.heard.length, other.heard.length]).toEqual([1, 1, 0]);
    const third = system.ask('orders');
    expect(system.questions).toEqual(['orders', 'billing', 'orders']);
    expect(third.heard).toEqual([]);
  });

  it('who cancelled hears nothing, the others do', () => {
    const system = new Scripted();
    const first = system.ask('orders');
    const second = system.ask('orders');
    first.cancel();
    system.answer(null, '10.0.0.1');
    expect([first.heard.length, second.heard.length]).toEqual([0, 1]);
    second.cancel();
    const lone = system.ask('orders');
    lone.cancel();
    lone.cancel();
    system.answer(null, '10.0.0.1');
    expect(lone.heard).toEqual([]);
  });
});
