/**
 * The server that every client under test calls: raw sockets, pre-encoded answers, so that the client is what is measured. It decodes no
 * header block: its kind says what every call is answered with. It honours the client's windows.
 *
 *   node bench/rpc/wire/responder.mjs echo-100B | echo-10KB | fetch-250KB | watch | upload
 */
import { createServer } from 'node:net';
import { listening } from '../load/server-end.mjs';
import { recordMessage, STREAM_MESSAGES, summaryMessage } from './messages.mjs';
import { Outbox } from './outbox.mjs';
import { FrameParser } from './reader.mjs';

const WINDOW_DEFAULT = 65_535;
const FRAME_BYTES_MAX = 16_384;
/** What uploads may have under way, as grpc-go's windows grow to; credit is given back by halves. */
const STREAM_WINDOW = 1 << 20;
const CONNECTION_WINDOW = 1 << 24;
const END_STREAM = 0x1;
const END_HEADERS = 0x4;
const ACK = 0x1;

const [kind = 'echo-100B'] = process.argv.slice(2);

/** An answer's DATA, the octets of a frame, and what the request must amount to. */
function answerOf() {
  const [call, size] = kind.split('-');
  if (call === 'watch') {
    const one = recordMessage('streamed');
    const body = Buffer.concat(Array.from({ length: STREAM_MESSAGES }, () => one));
    return { body, frameBytes: one.length };
  }
  if (call === 'upload') {
    const requestBytes = recordMessage('streamed').length * STREAM_MESSAGES;
    return { body: summaryMessage(STREAM_MESSAGES), frameBytes: FRAME_BYTES_MAX, requestBytes };
  }
  const body = recordMessage(size);
  return { body, frameBytes: FRAME_BYTES_MAX, requestBytes: call === 'echo' ? body.length : undefined };
}
const answer = answerOf();

const literal = (name, value) =>
  Buffer.concat([Buffer.from([0x40, name.length]), Buffer.from(name), Buffer.from([value.length]), Buffer.from(value)]);
/** The first head and the first trailers add their fields to the dynamic table; after that an answer is two octets and one. */
const firstHead = Buffer.concat([Buffer.from([0x88]), literal('content-type', 'application/grpc')]);
const firstTrailers = literal('grpc-status', '0');
const headBeforeTrailers = Buffer.from([0x88, 0xbe]);
const laterHead = Buffer.from([0x88, 0xbf]);
const laterTrailers = Buffer.from([0xbe]);
/** Never indexed, so that it needs no table. */
const badTrailers = Buffer.concat([
  Buffer.from([0x10, 11]),
  Buffer.from('grpc-status'),
  Buffer.from([2]),
  Buffer.from('13'),
]);

class Responder {
  #parser = new FrameParser(this);
  #outbox;
  #connectionWindow = WINDOW_DEFAULT;
  #initialWindow = WINDOW_DEFAULT;
  #received = 0;
  #streams = new Map();
  /** Streams whose answer is under way, in the order of their turns. */
  #sending = [];
  #headsSent = 0;
  #trailersSent = 0;
  #preface = 24;

  constructor(socket) {
    this.#outbox = new Outbox(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', (bytes) => this.#receive(bytes));
    this.#outbox.frameHeader(12, 4, 0, 0);
    this.#outbox.append(Buffer.from([0, 3, 0, 1, 0, 0, 0, 4, 0, 0x10, 0, 0]));
    this.#outbox.windowUpdate(0, CONNECTION_WINDOW - WINDOW_DEFAULT);
    this.#outbox.flush();
  }

  #receive(bytes) {
    const skipped = Math.min(this.#preface, bytes.length);
    this.#preface -= skipped;
    this.#parser.receive(bytes, skipped, bytes.length);
    if (this.#received >= CONNECTION_WINDOW / 2) {
      this.#outbox.windowUpdate(0, this.#received);
      this.#received = 0;
    }
    this.#pump();
    this.#outbox.flush();
  }

  #stream(id) {
    let stream = this.#streams.get(id);
    if (stream === undefined) {
      stream = { id, window: this.#initialWindow, octets: 0, owed: 0, at: -1 };
      this.#streams.set(id, stream);
    }
    return stream;
  }

  data(id, flags, length) {
    const stream = this.#stream(id);
    this.#received += length;
    stream.octets += length;
    stream.owed += length;
    if (flags & END_STREAM) this.#answer(stream);
    else if (stream.owed >= STREAM_WINDOW / 2) {
      this.#outbox.windowUpdate(id, stream.owed);
      stream.owed = 0;
    }
  }

  shortData(id, flags, _, start, end) {
    this.data(id, flags, end - start);
  }

  frame(type, flags, id, bytes, start, end) {
    if (type === 1) {
      const stream = this.#stream(id);
      if (flags & END_STREAM) this.#answer(stream);
    } else if (type === 3) {
      this.#streams.delete(id);
      this.#sending = this.#sending.filter((stream) => stream.id !== id);
    } else if (type === 4 && !(flags & ACK)) this.#settings(bytes, start, end);
    else if (type === 6 && !(flags & ACK)) {
      this.#outbox.frameHeader(8, 6, ACK, 0);
      this.#outbox.append(bytes.subarray(start, end));
    } else if (type === 8) this.#credit(id, bytes.readUInt32BE(start));
  }

  #settings(bytes, start, end) {
    for (let at = start; at < end; at += 6) {
      if (bytes.readUInt16BE(at) !== 4) continue;
      const value = bytes.readUInt32BE(at + 2);
      for (const stream of this.#streams.values()) stream.window += value - this.#initialWindow;
      this.#initialWindow = value;
    }
    this.#outbox.frameHeader(0, 4, ACK, 0);
  }

  #credit(id, increment) {
    if (id === 0) this.#connectionWindow += increment;
    else {
      const stream = this.#streams.get(id);
      if (stream !== undefined) stream.window += increment;
    }
  }

  #headers(id, block, flags) {
    this.#outbox.frameHeader(block.length, 1, flags, id);
    this.#outbox.append(block);
  }

  #answer(stream) {
    const later = this.#trailersSent > 0 ? laterHead : headBeforeTrailers;
    this.#headers(stream.id, this.#headsSent++ === 0 ? firstHead : later, END_HEADERS);
    if (answer.requestBytes !== undefined && stream.octets !== answer.requestBytes) {
      this.#headers(stream.id, badTrailers, END_HEADERS | END_STREAM);
      this.#streams.delete(stream.id);
      return;
    }
    stream.at = 0;
    this.#sending.push(stream);
  }

  #pump() {
    let waiting = 0;
    while (this.#sending.length > waiting) {
      const stream = this.#sending.shift();
      const { body, frameBytes } = answer;
      const length = Math.min(frameBytes, body.length - stream.at, Math.max(0, stream.window), this.#connectionWindow);
      if (length <= 0 || (length < frameBytes && stream.at + length < body.length && frameBytes < FRAME_BYTES_MAX)) {
        this.#sending.push(stream);
        waiting++;
        continue;
      }
      waiting = 0;
      this.#outbox.frameHeader(length, 0, 0, stream.id);
      this.#outbox.append(body.subarray(stream.at, stream.at + length));
      stream.at += length;
      stream.window -= length;
      this.#connectionWindow -= length;
      if (stream.at < body.length) this.#sending.push(stream);
      else {
        this.#headers(stream.id, this.#trailersSent++ === 0 ? firstTrailers : laterTrailers, END_HEADERS | END_STREAM);
        this.#streams.delete(stream.id);
      }
    }
  }
}

const server = createServer((socket) => new Responder(socket));
server.listen(0, '127.0.0.1', () => listening(server.address().port));
