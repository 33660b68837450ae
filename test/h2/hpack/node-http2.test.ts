/**
 * Our wire half beside Node's (nghttp2), over a pair of streams in memory: what its sessions write, we read as its other end
 * does; what we write, it accepts.
 */
import { once } from 'node:events';
import {
  type ClientHttp2Session,
  connect,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type Settings,
  sensitiveHeaders,
} from 'node:http2';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { fromLatin1 } from '#base';
import {
  BlockAssembler,
  ByteBuffer,
  CLIENT_PREFACE,
  type Fault,
  FrameReader,
  type HeaderField,
  HeaderTemplate,
  HpackDecoder,
  HpackEncoder,
  Setting,
  writeData,
  writeHeaderBlock,
  writeSettings,
  writeSettingsAck,
} from '#h2';
import { field, type Pair } from './harness.ts';

interface Section {
  readonly stream: number;
  readonly fields: readonly HeaderField[];
}

/** Reads one direction in the pieces in which it was written. */
class Reading {
  readonly sections: Section[] = [];
  readonly faults: Fault[] = [];
  /** Table limits that this direction's sender has acknowledged, in the order in which the other side set them. */
  readonly #limits: number[];
  readonly #own: number[];
  readonly #reader: FrameReader;
  #preface: number;
  octets = 0;

  constructor(prefaceBytes: number, limits: number[], own: number[]) {
    this.#preface = prefaceBytes;
    this.#limits = limits;
    this.#own = own;
    const assembler = new BlockAssembler();
    const decoder = new HpackDecoder();
    this.#reader = new FrameReader({
      frame: (frame, fault, payload, payloadStart) => {
        if (fault !== undefined) this.faults.push(fault);
        if (frame.kind === 'settings') {
          if (frame.flags !== 0) decoder.setTableLimit(this.#limits.shift() ?? 4_096);
          else this.#own.push(frame.settings.find(({ id }) => id === Setting.HEADER_TABLE_SIZE)?.value ?? 4_096);
        }
        const step = assembler.accept(frame, payload, payloadStart);
        if (step.kind === 'fault') this.faults.push(step.fault);
        if (step.kind !== 'complete') return;
        const block = decoder.decode(step.bytes, step.start, step.end);
        if (block.kind === 'fault') throw new Error(block.detail);
        expect(block.complete).toBe(true);
        this.sections.push({ stream: step.opening.stream, fields: block.fields });
      },
      dataBegin: (frame, fault) => {
        if (fault !== undefined) this.faults.push(fault);
        assembler.accept(frame);
      },
      data: () => undefined,
      dataLost: () => undefined,
      dataEnd: () => undefined,
    });
  }

  push(bytes: Uint8Array): void {
    this.octets += bytes.length;
    const skipped = Math.min(this.#preface, bytes.length);
    this.#preface -= skipped;
    this.#reader.push(bytes, skipped, bytes.length);
  }
}

/** Two ends of a connection; `watch` sees what goes from the first to the second, and back. */
function pair(there: (bytes: Uint8Array) => void, back: (bytes: Uint8Array) => void): [Duplex, Duplex] {
  const end = (watch: (bytes: Uint8Array) => void, other: () => Duplex): Duplex =>
    new Duplex({
      read: () => undefined,
      write: (chunk: Uint8Array, _encoding, done) => {
        watch(chunk);
        other().push(chunk);
        done();
      },
      final: (done) => {
        other().push(null);
        done();
      },
    });
  const first: Duplex = end(there, () => second);
  const second: Duplex = end(back, () => first);
  return [first, second];
}

interface Exchange {
  readonly request: OutgoingHttpHeaders;
  readonly response: OutgoingHttpHeaders;
  readonly trailers: OutgoingHttpHeaders;
}

async function call(
  client: ClientHttp2Session,
  server: Http2Server,
  exchange: Exchange,
): Promise<IncomingHttpHeaders[]> {
  server.once('stream', (stream) => {
    stream.respond(exchange.response, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers(exchange.trailers));
    stream.end('body');
  });
  const stream = client.request(exchange.request);
  const received: IncomingHttpHeaders[] = [];
  stream.on('response', (headers) => received.push(headers));
  stream.on('trailers', (headers) => received.push(headers));
  stream.resume();
  await once(stream, 'close');
  return received;
}

/** One name to one value or a list, as Node gives headers. */
function asObject(fields: readonly HeaderField[]): Record<string, string | string[]> {
  const object: Record<string, string | string[]> = {};
  for (const { name, value } of fields) {
    const before = object[name];
    object[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return object;
}

const plain = (headers: object): Record<string, unknown> => ({ ...Object.fromEntries(Object.entries(headers)) });

function exchanges(): Exchange[] {
  return Array.from({ length: 30 }, (_, index) => ({
    request: {
      ':method': 'POST',
      ':path': `/pkg.Service/Method${index % 4}`,
      'content-type': 'application/grpc',
      te: 'trailers',
      'x-bytes': String.fromCharCode(...Array.from({ length: 120 }, (_value, at) => 0x80 + ((at + index) % 0x80))),
      'x-punctuation': `!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ ${index}`,
      'x-long': 'l'.repeat(index * 40),
      ...(index === 7 ? { 'x-very-long': '~\\'.repeat(20_000) } : {}),
      authorization: `token-${index}`,
      [sensitiveHeaders]: ['authorization'],
    },
    response: { ':status': 200, 'content-type': 'application/grpc', 'x-index': `${index % 5}` },
    trailers: { 'grpc-status': `${index % 17}`, 'grpc-message': `it's ${index} o'clock` },
  }));
}

const tableSettings: readonly (readonly [string, Settings, Settings])[] = [
  ['default tables', {}, {}],
  ['no tables', { headerTableSize: 0 }, { headerTableSize: 0 }],
  ['small tables', { headerTableSize: 128 }, { headerTableSize: 200 }],
  ['large tables', { headerTableSize: 65_536 }, { headerTableSize: 16_384 }],
];

it.each(tableSettings)(
  'reads what its client and its server write: %s',
  async (_name, clientSettings, serverSettings) => {
    const forClient: number[] = [];
    const forServer: number[] = [];
    const there = new Reading(CLIENT_PREFACE.length, forClient, forServer);
    const back = new Reading(0, forServer, forClient);
    const [near, far] = pair(
      (bytes) => there.push(bytes),
      (bytes) => back.push(bytes),
    );
    const maxHeaderListPairs = 100;
    const limits = { maxSendHeaderBlockLength: 200_000, maxHeaderListPairs };
    const server = createServer({ settings: { ...serverSettings, maxHeaderListSize: 100_000 }, ...limits });
    server.emit('connection', far);
    const client = connect('http://localhost', { createConnection: () => near, settings: clientSettings, ...limits });
    const seen: IncomingHttpHeaders[] = [];
    server.on('stream', (_stream, headers) => seen.push(headers));
    const received: IncomingHttpHeaders[] = [];
    for (const [index, exchange] of exchanges().entries()) {
      if (index === 15) {
        client.settings({ headerTableSize: 64 });
        await once(client, 'localSettings');
      }
      received.push(...(await call(client, server, exchange)));
    }
    client.destroy();
    server.close();
    expect(there.faults).toEqual([]);
    expect(back.faults).toEqual([]);
    expect(there.sections.map(({ fields }) => asObject(fields))).toEqual(seen.map(plain));
    const answered = back.sections.map(({ fields }) => asObject(fields));
    expect(answered).toEqual(received.map((headers) => textValues(headers)));
    expect(
      there.sections.every(({ fields }) => fields.find(({ name }) => name === 'authorization')?.neverIndexed),
    ).toBe(true);
  },
);

/** Node gives `:status` as a number. */
function textValues(headers: IncomingHttpHeaders): Record<string, unknown> {
  const object = plain(headers);
  if (object[':status'] !== undefined) object[':status'] = String(object[':status']);
  return object;
}

it('writes what its server reads', async () => {
  const [near, far] = pair(
    () => undefined,
    () => undefined,
  );
  const server = createServer({ settings: { headerTableSize: 256, maxHeaderListSize: 200_000 } });
  const requests: Pair[][] = Array.from({ length: 20 }, (_, index) => [
    [':method', 'POST'],
    [':scheme', 'http'],
    [':path', `/a.B/C${index % 3}`],
    [':authority', 'localhost'],
    ['authorization', `secret-${index}`],
    ['grpc-timeout', `${index}S`],
    ['x-punctuation', `!"#$%&'()*+,-./:;<=>?@[\\]^_\`{|}~ ${index}`],
    ['x-long', 'long'.repeat(index * 300)],
  ]);
  const templates = requests.slice(0, 3).map((list) => new HeaderTemplate(list.slice(0, 4).map(field)));
  const seen: Record<string, unknown>[] = [];
  const all = new Promise<void>((resolve, reject) => {
    server.on('stream', (stream, headers) => {
      stream.on('error', reject);
      seen.push(plain(headers));
      stream.respond({ ':status': 200 }, { endStream: true });
      if (seen.length === requests.length) resolve();
    });
    server.on('sessionError', reject);
  });
  server.emit('connection', far);
  const to = new ByteBuffer();
  to.append(fromLatin1(CLIENT_PREFACE));
  writeSettings(to, []);
  writeSettingsAck(to);
  const encoder = new HpackEncoder();
  encoder.setTableLimit(256);
  requests.forEach((list, index) => {
    const block = new ByteBuffer();
    // In pairs of templates and plain lists, so that each meets tables that the other has changed.
    if (index % 4 < 2) encoder.encode(list.map(field), block);
    else encoder.encodeTemplate(templates[index % 3]!, list.slice(4).map(field), block);
    writeHeaderBlock(to, 2 * index + 1, block.toBytes(), index % 2 === 0);
    if (index % 2 === 1) writeData(to, 2 * index + 1, new Uint8Array(10), { endStream: true, padding: index });
  });
  near.resume();
  near.write(to.toBytes());
  await all;
  near.destroy();
  server.close();
  expect(seen).toEqual(requests.map((list) => Object.fromEntries(list.map(([name, value]) => [name, value]))));
});
