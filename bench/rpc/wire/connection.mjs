/**
 * The load generator's HTTP/2 connection: requests of pre-encoded octets, answers checked for what they must hold (grpc-status 0
 * in trailers that end the stream, and the expected number of octets), and as little work as that takes. It honours
 * the server's SETTINGS and windows.
 */
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { HpackDecoder } from '#h2';
import { Outbox, putStream } from './outbox.mjs';
import { FrameParser } from './reader.mjs';
import { RequestHeads } from './request-head.mjs';

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1');
const WINDOW_MAX = 2 ** 31 - 1;
const WINDOW_DEFAULT = 65_535;
/** Credit is given back in portions of this size, far from the window's end. */
const REFILL_BYTES = 2 ** 28;
const END_STREAM = 0x1;
const END_HEADERS = 0x4;
const ACK = 0x1;
/** A stream's window must hold a whole request of the unary loads. */
const FRAME_BYTES_MAX = 16_384;

/** One buffer for the reads of all connections: what comes is used up before the next read. */
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024);

/**
 * `handler`: `opened(connection)`, `answered(connection, slot, nowMs)` for a correct answer, `failed(connection, slot, text)` for a wrong one,
 * `batch(connection, nowMs)` after each piece of input, `closed(connection, text)`; `data(connection, slot, octets)` if octets matter.
 */
export class WireConnection {
  #socket;
  #parser = new FrameParser(this);
  #decoder = new HpackDecoder();
  #okTrailers;
  #heads;
  #options;
  #nextStream = 1;
  #connectionWindow = WINDOW_DEFAULT;
  #consumed = 0;
  #slots;
  #mask;
  #template;
  #fragments = [];
  #settled = false;
  #closed = false;
  initialWindow = WINDOW_DEFAULT;
  maxStreams = Number.POSITIVE_INFINITY;
  nowMs = 0;
  outbox;
  handler;
  /** Streams whose request waits for credit. */
  #waiting = [];

  constructor(options, handler) {
    this.#options = options;
    this.handler = handler;
    this.#slots = new Array(options.slots ?? 8);
    this.#mask = this.#slots.length - 1;
    const { port, tls } = options;
    if (tls) {
      this.#socket = connectTls({
        port,
        host: '127.0.0.1',
        servername: 'localhost',
        ca: tls.ca,
        ALPNProtocols: ['h2'],
      });
      this.#socket.on('data', (chunk) => this.#receive(chunk, chunk.length));
      this.#socket.once('secureConnect', () => this.#greet());
    } else {
      const onread = { buffer: readBuffer, callback: (length, buffer) => this.#receive(buffer, length) };
      this.#socket = connectTcp({ port, host: '127.0.0.1', onread });
      this.#socket.once('connect', () => this.#greet());
    }
    this.#socket.setNoDelay(true);
    this.#socket.on('error', (error) => this.#over(error.message));
    this.#socket.on('close', () => this.#over('the server closed the connection'));
    this.outbox = new Outbox(this.#socket);
  }

  #greet() {
    this.outbox.append(PREFACE);
    this.outbox.frameHeader(12, 4, 0, 0);
    this.outbox.append(Buffer.from([0, 2, 0, 0, 0, 0, 0, 4, 0x7f, 0xff, 0xff, 0xff]));
    this.outbox.windowUpdate(0, WINDOW_MAX - WINDOW_DEFAULT);
    this.outbox.flush();
  }

  close() {
    this.#closed = true;
    this.#socket.destroy();
  }

  get open() {
    return this.#settled && !this.#closed;
  }

  #over(text) {
    if (this.#closed) return;
    this.#closed = true;
    this.#socket.destroy();
    this.handler.closed(this, text);
  }

  #receive(bytes, length) {
    this.nowMs = performance.now();
    try {
      this.#parser.receive(bytes, 0, length);
    } catch (error) {
      this.#over(error.stack);
      return true;
    }
    if (this.#consumed > REFILL_BYTES) {
      this.outbox.windowUpdate(0, this.#consumed);
      this.#consumed = 0;
    }
    this.handler.batch?.(this, this.nowMs);
    this.outbox.flush();
    return true;
  }

  /** Opens a stream with one message that ends the request. `request`: { message, answerBytes, varying }. Call `outbox.flush` later. */
  call(request, startMs) {
    const slot = this.#openSlot(request, startMs);
    if (request.varying || this.#template === undefined || this.#template.request !== request) {
      this.#heads.write(this.outbox, slot.stream, request.varying);
      this.#send(slot, request.message);
      if (!request.varying) this.#learn(request);
      return slot;
    }
    const { message } = request;
    if (message.length > this.#connectionWindow) {
      this.#heads.write(this.outbox, slot.stream, false);
      this.#send(slot, message);
      return slot;
    }
    const { octets, dataAt } = this.#template;
    this.#connectionWindow -= message.length;
    const at = this.outbox.append(octets);
    putStream(this.outbox.bytes, at + 5, slot.stream);
    putStream(this.outbox.bytes, at + dataAt + 5, slot.stream);
    return slot;
  }

  /** Opens a stream whose messages come by `write`. */
  openStream(request, startMs) {
    const slot = this.#openSlot(request, startMs);
    slot.window = this.initialWindow;
    this.#heads.write(this.outbox, slot.stream, false);
    return slot;
  }

  /** Sends a DATA frame if both windows have room for it. */
  write(slot, octets, endStream) {
    if (octets.length > this.#connectionWindow || octets.length > slot.window) return false;
    this.#connectionWindow -= octets.length;
    slot.window -= octets.length;
    this.outbox.frameHeader(octets.length, 0, endStream ? END_STREAM : 0, slot.stream);
    this.outbox.append(octets);
    return true;
  }

  #openSlot(request, startMs) {
    const stream = this.#nextStream;
    this.#nextStream += 2;
    let index = (stream >>> 1) & this.#mask;
    if (this.#slots[index]?.stream > 0) {
      this.#grow();
      index = (stream >>> 1) & this.#mask;
    }
    let slot = this.#slots[index];
    if (slot === undefined) {
      slot = { stream: 0, octets: 0, startMs: 0, request: undefined, window: 0, left: 0 };
      this.#slots[index] = slot;
    }
    slot.stream = stream;
    slot.octets = 0;
    slot.startMs = startMs;
    slot.request = request;
    return slot;
  }

  /** Streams that stay open while later ones come and go: twice the room until no two share a place. */
  #grow() {
    const present = this.#slots.filter((slot) => slot?.stream > 0);
    let size = this.#slots.length;
    do size *= 2;
    while (
      new Set(present.map(({ stream }) => (stream >>> 1) & (size - 1))).size < present.length ||
      this.#taken(present, size)
    );
    this.#slots = new Array(size);
    this.#mask = size - 1;
    for (const slot of present) this.#slots[(slot.stream >>> 1) & this.#mask] = slot;
  }

  #taken(present, size) {
    const next = ((this.#nextStream - 2) >>> 1) & (size - 1);
    return present.some(({ stream }) => ((stream >>> 1) & (size - 1)) === next);
  }

  /** Sends a request's message, in frames, when the connection's window has room. */
  #send(slot, message) {
    if (message.length > this.#connectionWindow) {
      this.#waiting.push(slot);
      return;
    }
    this.#connectionWindow -= message.length;
    let at = 0;
    do {
      const end = Math.min(message.length, at + FRAME_BYTES_MAX);
      this.outbox.frameHeader(end - at, 0, end === message.length ? END_STREAM : 0, slot.stream);
      this.outbox.append(message.subarray(at, end));
      at = end;
    } while (at < message.length);
  }

  /** From the second call on, every field is in the table: the octets of HEADERS and DATA differ in the stream only. */
  #learn(request) {
    const draft = new Outbox(undefined);
    this.#heads.write(draft, 0, false);
    const dataAt = draft.length;
    draft.frameHeader(request.message.length, 0, END_STREAM, 0);
    draft.append(request.message);
    this.#template = { request, dataAt, octets: Buffer.from(draft.bytes.subarray(0, draft.length)) };
  }

  #slot(stream) {
    const slot = this.#slots[(stream >>> 1) & this.#mask];
    return slot?.stream === stream ? slot : undefined;
  }

  data(stream, flags, length) {
    this.#consumed += length;
    const slot = this.#slot(stream);
    if (slot === undefined) throw new Error(`DATA on stream ${stream}, which is not open`);
    slot.octets += length;
    this.handler.data?.(this, slot, length);
    if (flags & END_STREAM) this.#fail(slot, 'the response ended without trailers');
  }

  shortData(stream, flags, bytes, start, end) {
    const slot = this.#slot(stream);
    const expected = slot?.request.answer;
    if (expected !== undefined) {
      const at = slot.octets;
      if (Buffer.compare(bytes.subarray(start, end), expected.subarray(at, at + end - start)) !== 0) {
        this.#fail(slot, `octets from ${at} on are not the expected ones`);
        return;
      }
    }
    this.data(stream, flags, end - start);
  }

  /** Compares every octet of the answers with `request.answer`: for the calls before the load. */
  set checking(checking) {
    this.#parser.whole = checking;
  }

  frame(type, flags, stream, bytes, start, end) {
    switch (type) {
      case 1:
        return this.#headers(flags, stream, bytes, start, end);
      case 3:
        return this.#reset(stream, bytes.readUInt32BE(start));
      case 4:
        return this.#settings(flags, bytes, start, end);
      case 6:
        return this.#ping(flags, bytes, start, end);
      case 7:
        return this.#over(`GOAWAY, code ${bytes.readUInt32BE(start + 4)}: ${bytes.latin1Slice(start + 8, end)}`);
      case 8:
        return this.#credit(stream, bytes.readUInt32BE(start));
      case 9:
        return this.#headers(flags | this.#fragments.flags, stream, bytes, start, end);
      default:
        return undefined;
    }
  }

  #headers(flags, stream, bytes, start, end) {
    if (flags & 0x28) throw new Error('padded or prioritised HEADERS are not expected of a server');
    if (!(flags & END_HEADERS)) {
      this.#fragments.push(Buffer.from(bytes.subarray(start, end)));
      this.#fragments.flags = flags;
      return;
    }
    if (this.#fragments.length > 0) {
      const whole = Buffer.concat([...this.#fragments, bytes.subarray(start, end)]);
      this.#fragments = [];
      this.#block(flags, stream, whole, 0, whole.length);
    } else {
      this.#block(flags, stream, bytes, start, end);
    }
  }

  #block(flags, stream, bytes, start, end) {
    const block = this.#decoder.decode(bytes, start, end);
    if (block.kind === 'fault') throw new Error(block.detail);
    if (!(flags & END_STREAM)) return;
    const slot = this.#slot(stream);
    if (slot === undefined) throw new Error(`trailers on stream ${stream}, which is not open`);
    if (block !== this.#okTrailers) {
      const status = block.fields.find(({ name }) => name === 'grpc-status')?.value;
      if (status !== '0') {
        const message = block.fields.find(({ name }) => name === 'grpc-message')?.value ?? '';
        this.#fail(slot, `grpc-status ${status} ${message}`);
        return;
      }
      this.#okTrailers = block;
    }
    if (slot.octets !== slot.request.answerBytes) {
      this.#fail(slot, `${slot.octets} octets came, not ${slot.request.answerBytes}`);
      return;
    }
    slot.stream = 0;
    this.handler.answered(this, slot, this.nowMs);
  }

  #fail(slot, text) {
    slot.stream = 0;
    this.handler.failed(this, slot, text, this.nowMs);
  }

  #reset(stream, code) {
    const slot = this.#slot(stream);
    // RST_STREAM(NO_ERROR) after a complete response asks nothing of us (RFC 9113 §8.1).
    if (slot !== undefined) this.#fail(slot, `RST_STREAM, code ${code}`);
  }

  #settings(flags, bytes, start, end) {
    if (flags & ACK) return;
    let tableBytes = 4096;
    for (let at = start; at < end; at += 6) {
      const value = bytes.readUInt32BE(at + 2);
      const id = bytes.readUInt16BE(at);
      if (id === 1) tableBytes = value;
      else if (id === 3) this.maxStreams = value;
      else if (id === 4) this.#initialWindow(value);
    }
    this.outbox.frameHeader(0, 4, ACK, 0);
    if (this.#settled) return;
    this.#settled = true;
    const { path, tls, port } = this.#options;
    this.#heads = new RequestHeads({ path, authority: `127.0.0.1:${port}`, secure: Boolean(tls), tableBytes });
    // What comes in the same octets (WINDOW_UPDATE) must count before the first request.
    setImmediate(() => {
      if (!this.#closed) this.handler.opened(this);
    });
  }

  #initialWindow(value) {
    for (const slot of this.#slots) if (slot?.stream > 0) slot.window += value - this.initialWindow;
    this.initialWindow = value;
  }

  #ping(flags, bytes, start, end) {
    if (flags & ACK) return;
    this.outbox.frameHeader(8, 6, ACK, 0);
    this.outbox.append(bytes.subarray(start, end));
  }

  #credit(stream, increment) {
    if (stream !== 0) {
      const slot = this.#slot(stream);
      if (slot !== undefined) slot.window += increment;
      return;
    }
    this.#connectionWindow += increment;
    while (this.#waiting.length > 0 && this.#waiting[0].request.message.length <= this.#connectionWindow) {
      const slot = this.#waiting.shift();
      this.#send(slot, slot.request.message);
    }
  }
}
