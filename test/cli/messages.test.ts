/** `--proto` on recordings of a real service: types from files, folders and descriptor sets; what is said when they do not fit. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { pieces } from '../node/support.ts';
import { capturePath } from './fixtures.ts';
import { calmwire } from './support.ts';

const protos = fileURLToPath(new URL('../../fixtures/protos', import.meta.url));
const GZIP = capturePath('grpc-go-messages-gzip.pcapng');
const LARGE = capturePath('grpc-go-messages-large.pcapng.gz');
const DETAILS = capturePath('grpc-go-messages-details.pcapng');
const EXIT = capturePath('grpc-go-messages-exit.pcapng');
const folder = mkdtempSync(join(tmpdir(), 'calmwire-protos-'));

async function contents(capture: string, ...args: readonly string[]): Promise<string[]> {
  const { stdout, stderr, code } = await calmwire(['frames', capture, '--type', 'data,headers', ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter((line) => line.startsWith(' '.repeat(37)))
    .map((line) => line.trim());
}

const ORDER =
  'shop.v1.Order {order_id: "A-1007", customer_email: "anna@example.org", items: [{sku: "tea-green-250", quantity: 2, ' +
  'price: {currency: "EUR", units: 7, nanos: 900000000}}, {sku: "cup-blue", quantity: 1, price: {currency: "EUR", units: 12}}], ' +
  'total: {currency: "EUR", units: 27, nanos: 800000000}, state: STATE_PLACED, placed_at: 2026-11-21T13:16:40.25Z, labels: {';

describe('frames --proto', () => {
  it.each([
    ['a folder', protos],
    ['a file with imports', join(protos, 'shop/v1/orders.proto')],
    ['a descriptor set', join(protos, 'orders.binpb')],
  ])('takes its types from %s', async (_about, path) => {
    const [request, answer] = await contents(GZIP, '--proto', path, '--show-secrets');
    expect(request).toBe('shop.v1.GetOrderRequest {order_id: "A-1007", with_notes: true}');
    expect(answer).toContain(ORDER);
    expect(answer).toContain(
      'coupon_percents: [5, 10], card_token: "tok_4f1a93b26c0d", signature: bytes(4) 0102feff, discount: 1.25}',
    );
  });

  it('hides payload unless it is asked for; shape, numbers and enums stay', async () => {
    const lines = await contents(GZIP, '--proto', protos);
    expect(lines[0]).toMatch(
      /^shop\.v1\.GetOrderRequest \{order_id: \*{3}\(6-chars,id-[0-9a-f]{6}\), with_notes: true\}$/,
    );
    expect(lines.slice(-3)).toEqual([
      'shop.v1.OrderEvent {number: 1, state: STATE_PLACED, since_placed: 0.004s}',
      'shop.v1.OrderEvent {number: 2, state: STATE_PLACED, since_placed: 60s}',
      'shop.v1.OrderEvent {number: 3, state: STATE_SHIPPED, since_placed: 86400.5s}',
    ]);
    expect(lines.join('\n')).not.toMatch(/anna|tea-green|tok_4f1a|ring twice|EUR/);
  });

  it('joins messages over DATA frames, and says of which it has the beginning only', async () => {
    const lines = await contents(LARGE, '--proto', protos);
    expect(lines.filter((line) => line.includes('notes: ***(41800-chars'))).toHaveLength(1);
    expect(lines.find((line) => line.includes('beginning'))).toMatch(
      /\(only its beginning was kept: 65,?536 of 95,?190 octets\)$/,
    );
  });

  it('always decodes status details, and hides the key that they repeat', async () => {
    const [details = ''] = await contents(DETAILS);
    expect(details).toMatch(
      /^google\.rpc\.Status \{code: INVALID_ARGUMENT, message: "order refused for key \*{3}\(18-chars/,
    );
    expect(details).toContain('{field: "items[0].quantity", description: "must be at least 1"}');
    expect(details).toContain('google.rpc.RetryInfo {retry_delay: 1.5s}');
    expect(details).not.toContain('north-2');
  });

  it('writes the same to rows and traces', async () => {
    const rows = await calmwire(['frames', GZIP, '--proto', protos, '--format', 'tsv']);
    expect(rows.stdout).toContain(
      '\tmessage: shop.v1.OrderEvent {number: 1, state: STATE_PLACED, since_placed: 0.004s}\n',
    );
    const trace = await calmwire(['frames', GZIP, '--proto', protos, '--format', 'json']);
    const decoded = trace.stdout
      .split('\n')
      .filter((line) => line.includes('"decoded"'))
      .map((line) => JSON.parse(line).decoded);
    expect(decoded.at(-1)).toEqual({
      type: 'shop.v1.OrderEvent',
      value: { number: 3, state: 'STATE_SHIPPED', since_placed: '86400.5s' },
    });
    const again = await calmwire(['frames', '-', '--proto', protos], { stdin: pieces(Buffer.from(trace.stdout)) });
    expect(again.stdout).toContain('(a trace file holds no message contents; read the capture itself)');
  });

  it('guesses without types when asked', async () => {
    const [request] = await contents(GZIP, '--decode-raw', '--show-secrets');
    expect(request).toBe('guess {1: "A-1007", 2: 1}');
    expect(await contents(GZIP)).toEqual([]);
  });

  it('says which service or method is missing', async () => {
    const other = file(
      'other.proto',
      'syntax = "proto3"; package shop.v1; message A {} service OrderService { rpc Other(A) returns (A); }',
    );
    expect((await contents(GZIP, '--proto', other))[0]).toBe(
      'message (service shop.v1.OrderService of the --proto files has no method GetOrder)',
    );
    const none = file('none.proto', 'syntax = "proto3"; message A {}');
    expect((await contents(GZIP, '--proto', none))[0]).toBe(
      'message (no --proto file describes service shop.v1.OrderService)',
    );
  });
});

describe('explain --proto', () => {
  it('shows what the calls that were hit had said', async () => {
    const { stdout } = await calmwire(['explain', EXIT, '--proto', protos]);
    expect(stdout).toMatch(
      /Messages\n {4}stream 3, from the client, frame \d+: shop\.v1\.GetOrderRequest\n {6}\{order_id: \*{3}\(5-chars/,
    );
    const zh = await calmwire(['explain', EXIT, '--proto', protos, '--lang', 'zh', '--show-secrets']);
    expect(zh.stdout).toContain('{order_id: "never", with_notes: true}');
  });

  it('has them as data in JSON, and none unless they were asked for', async () => {
    const { stdout } = await calmwire(['explain', EXIT, '--proto', protos, '--format', 'json', '--show-secrets']);
    const { messages } = JSON.parse(stdout).findings[0];
    expect(messages[0]).toMatchObject({
      stream: 3,
      from: 'client',
      type: 'shop.v1.GetOrderRequest',
      value: { order_id: 'never' },
    });
    const without = await calmwire(['explain', EXIT, '--format', 'json']);
    expect(JSON.parse(without.stdout).findings[0].messages).toEqual([]);
  });
});

describe('--proto', () => {
  it.each([
    ['a file that is not there', () => '/no/such.proto', 'there is no such file or folder'],
    ['a folder without any', () => made('empty'), 'there is no .proto file in this folder'],
    ['what is no descriptor set', () => GZIP, 'this is neither a .proto file nor a descriptor set; make one with'],
    [
      'a syntax error',
      () => file('bad.proto', 'syntax = "proto3";\nmessage A {\n  string x 1;\n}'),
      "bad.proto:3: illegal token '1', '=' expected. Correct the file",
    ],
  ])('refuses %s, and says what to do', async (_about, path, sentence) => {
    const { code, stderr, stdout } = await calmwire(['frames', GZIP, '--proto', path()]);
    expect(stderr).toContain(sentence);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('goes on without an import, and says which types are not known', async () => {
    const path = file(
      'gap.proto',
      'syntax = "proto3"; package shop.v1; import "far/away.proto"; service OrderService { rpc GetOrder(far.A) returns (far.B); }',
    );
    const { code, stderr, stdout } = await calmwire(['frames', GZIP, '--proto', path]);
    expect(stderr).toContain(
      'its import "far/away.proto" was not found, so these types are not known: far.A, far.B. Name its folder with --proto-path',
    );
    expect(stdout).toContain('message (no --proto file describes type far.A)');
    expect(code).toBe(0);
  });

  it('finds imports below --proto-path', async () => {
    made('roots/far');
    file('roots/far/away.proto', 'syntax = "proto3"; package far; message A { string first = 1; bool second = 2; }');
    const path = file(
      'near.proto',
      'syntax = "proto3"; package shop.v1; import "far/away.proto"; service OrderService { rpc GetOrder(far.A) returns (far.A); rpc WatchOrder(far.A) returns (far.A); }',
    );
    const [request] = await contents(GZIP, '--proto', path, '--proto-path', join(folder, 'roots'), '--show-secrets');
    expect(request).toBe('far.A {first: "A-1007", second: true}');
  });
});

function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

function made(name: string): string {
  mkdirSync(join(folder, name), { recursive: true });
  return join(folder, name);
}
