import { describe, expect, it } from 'vitest';
import { Redactor } from '#base';
import type { HeaderField } from '#h2';
import { eventRedactor, secretWatch, type TraceEvent } from '#trace';

const SECRET = 'Q9zkT47hWmB2xLpV83';
const place = { connection: 1, timeMs: 0, packet: 1, index: 1 } as const;
const field = (name: string, value: string): HeaderField => ({ name, value, neverIndexed: false, unknown: 'nothing' });
const headers = (fields: readonly HeaderField[], role: 'request' | 'trailers' = 'request'): TraceEvent => ({
  ...place,
  kind: 'headers',
  from: 'client',
  stream: 1,
  role,
  fields,
  endStream: false,
  complete: true,
});
const farewell = (debugData: string): TraceEvent => ({
  ...place,
  kind: 'frame',
  from: 'server',
  frame: { kind: 'goaway', type: 7, flags: 0, stream: 0, length: 8, lastStream: 0, errorCode: 0, debugData },
  streamWindow: undefined,
  connectionWindow: undefined,
});

describe('eventRedactor', () => {
  it('hides credentials and keeps their scheme, and all else of the list', () => {
    const redact = eventRedactor(new Redactor());
    const event = headers([field(':path', '/a.B/C'), field('authorization', `Bearer ${SECRET}`)]);
    const shown = redact(event);
    expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(shown).toMatchObject({ fields: [field(':path', '/a.B/C'), { value: expect.stringMatching(/^Bearer ./) }] });
  });

  it('hides a secret in fields that passed before it was known', () => {
    const redact = eventRedactor(new Redactor());
    const path = field(':path', '/orders/blue-horse-7/view');
    const list = [path, field('x-trace', 'one')];
    expect(JSON.stringify(redact(headers(list)))).toContain('blue-horse-7');
    const named = redact(headers([path, field('x-api-key', 'blue-horse-7')]));
    expect(JSON.stringify(named)).not.toContain('blue-horse-7');
    expect(JSON.stringify(redact(headers(list)))).not.toContain('blue-horse-7');
  });

  it('gives the same object where nothing is secret, and the same list for a list that repeats', () => {
    const redact = eventRedactor(new Redactor());
    const plain = headers([field(':path', '/a.B/C')]);
    expect(redact(plain)).toBe(plain);
    const list = [field('x-api-key', SECRET)];
    const [one, other] = [redact(headers(list)), redact(headers(list))];
    expect(one.kind === 'headers' && other.kind === 'headers' && one.fields === other.fields).toBe(true);
  });

  it('finds a secret of the headers again in texts that come later', () => {
    const redact = eventRedactor(new Redactor());
    redact(headers([field('x-api-key', SECRET)]));
    const later: TraceEvent[] = [
      farewell(`no such key: ${SECRET}`),
      headers([field('grpc-message', `bad key ${SECRET}`)], 'trailers'),
      { ...place, kind: 'violation', by: 'client', rule: 'headers/bad-te', stream: 1, detail: `te: ${SECRET}` },
      { ...place, kind: 'protocol', side: 'client', protocol: 'http/1', text: `GET /${SECRET} HTTP/1.1` },
    ];
    for (const event of later) expect(JSON.stringify(redact(event))).not.toContain(SECRET);
    expect(JSON.stringify(redact(farewell('too_many_pings')))).toContain('too_many_pings');
  });

  it('leaves events without texts alone', () => {
    const redact = eventRedactor(new Redactor());
    const event: TraceEvent = { kind: 'established', connection: 1, timeMs: 0, packet: 2 };
    expect(redact(event)).toBe(event);
  });
});

describe('secretWatch', () => {
  it('makes the redactor know what passed: credentials and each cookie, and no open field', () => {
    const redactor = new Redactor();
    const watch = secretWatch(redactor);
    const cookie = 'Zw7pLq39VtXb52Kc';
    const list = [field('authorization', `Bearer ${SECRET}`), field('cookie', `a=1; session=${cookie}`)];
    watch(headers(list));
    watch(headers(list));
    watch(farewell(''));
    const text = redactor.text(`token ${SECRET}, session ${cookie}, path /a.B/C`);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain(cookie);
    expect(text).toContain('/a.B/C');
  });
});
