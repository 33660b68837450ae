/**
 * One connection of a server that can misbehave: it reads with our frame reader, answers SETTINGS and PING, returns
 * credit at once and keeps to the client's windows; all else, right or wrong, is written by the case that owns it.
 */
import {
  BlockAssembler,
  ByteBuffer,
  Flag,
  FrameReader,
  HpackDecoder,
  HpackEncoder,
  Setting,
  writeData,
  writeGoAway,
  writeHeaderBlock,
  writePing,
  writeRstStream,
  writeSettings,
  writeSettingsAck,
  writeWindowUpdate,
} from 'calmwire/http2';

const PREFACE_BYTES = 24;
const FRAME_BYTES = 16_384;
/** As many octets wait in the socket at most: the cases write up to 17 MB. */
const SOCKET_BYTES = 1_048_576;

/**
 * `testCase` hears of the connection: `request(endpoint, id)` when a request is whole, and if it has them
 * `firstSettings`, `began`, `settingsAcknowledged`, `acknowledged` (a PING) and `finished`.
 */
export class Endpoint {
  /** Streams by id: `{ window, isOpen }`. */
  streams = new Map();
  /** Streams above this are not answered, because the client has been told so. */
  lastStream = Number.POSITIVE_INFINITY;
  problems;
  number;
  #socket;
  #case;
  #preface = 0;
  #decoder = new HpackDecoder();
  #encoder = new HpackEncoder();
  #blocks = new BlockAssembler();
  #reader;
  #window = 65_535;
  #initialWindow = 65_535;
  #waiting = [];
  #isClosed = false;

  constructor(socket, number, testCase, problems) {
    this.#socket = socket;
    this.number = number;
    this.#case = testCase;
    this.problems = problems;
    this.#reader = new FrameReader({
      frame: (frame, fault, payload, at) => this.#frame(frame, fault, payload, at),
      dataBegin: () => {},
      data: () => {},
      dataLost: () => {},
      dataEnd: (frame) => this.#dataEnd(frame),
    });
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.#receive(chunk));
    socket.on('drain', () => this.#wake());
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
    this.settings([{ id: Setting.MAX_FRAME_SIZE, value: FRAME_BYTES }, ...(testCase.firstSettings?.(this) ?? [])]);
  }

  get isClosed() {
    return this.#isClosed;
  }

  /** Streams of the client that are not over. */
  get openStreams() {
    return [...this.streams.values()].filter((stream) => stream.isOpen).length;
  }

  headers(id, fields, endStream = false) {
    const block = new ByteBuffer();
    const list = Object.entries(fields).map(([name, value]) => ({ name, value: String(value) }));
    this.#encoder.encode(list, block);
    if (endStream) this.#over(id);
    this.#write((to) => writeHeaderBlock(to, id, block.bytes.slice(0, block.length), endStream));
  }

  /** Sends octets in frames of at most `chunk`, each with `padding` octets if given, as the client's windows allow. */
  async data(id, bytes, { chunk = FRAME_BYTES, padding } = {}) {
    const stream = this.streams.get(id);
    for (let at = 0; at < bytes.length; at += chunk) {
      const body = bytes.subarray(at, at + chunk);
      // Padding and its length count (RFC 9113 §6.9.1).
      const cost = body.length + (padding === undefined ? 0 : padding + 1);
      while (
        !this.#isClosed &&
        (this.#window < cost || stream.window < cost || this.#socket.writableLength > SOCKET_BYTES)
      ) {
        await new Promise((resolve) => this.#waiting.push(resolve));
      }
      if (this.#isClosed || !stream.isOpen) return;
      this.#window -= cost;
      stream.window -= cost;
      this.#write((to) => writeData(to, id, body, padding === undefined ? {} : { padding }));
    }
  }

  reset(id, errorCode) {
    this.#over(id);
    this.#write((to) => writeRstStream(to, id, errorCode));
  }

  ping(payload) {
    this.#write((to) => writePing(to, payload));
  }

  settings(entries) {
    this.#write((to) => writeSettings(to, entries));
  }

  goaway(lastStream, errorCode) {
    this.lastStream = lastStream;
    this.#write((to) => writeGoAway(to, lastStream, errorCode));
  }

  #write(make) {
    const to = new ByteBuffer();
    make(to);
    if (!this.#isClosed) this.#socket.write(to.bytes.subarray(0, to.length));
  }

  #receive(chunk) {
    // The preface is not looked at: these cases are about what comes later.
    const skip = Math.min(chunk.length, PREFACE_BYTES - this.#preface);
    this.#preface += skip;
    if (skip < chunk.length) this.#reader.push(chunk, skip, chunk.length);
  }

  #frame(frame, fault, payload, at) {
    if (fault !== undefined) this.problems.push(`the client broke a rule: ${JSON.stringify(fault)}`);
    const block = this.#blocks.accept(frame, payload, at);
    if (block.kind === 'complete') this.#request(block);
    switch (frame.kind) {
      case 'settings':
        if (!(frame.flags & Flag.ACK)) this.#clientSettings(frame.settings);
        else this.#case.settingsAcknowledged?.(this);
        break;
      case 'ping':
        if (frame.flags & Flag.ACK) this.#case.acknowledged?.(this, frame.payload);
        else this.#write((to) => writePing(to, frame.payload, true));
        break;
      case 'window-update':
        if (frame.stream === 0) this.#window += frame.increment;
        else if (this.streams.has(frame.stream)) this.streams.get(frame.stream).window += frame.increment;
        this.#wake();
        break;
      case 'rst-stream':
        this.#over(frame.stream);
        this.#wake();
        break;
    }
  }

  #clientSettings(entries) {
    for (const { id, value } of entries) {
      if (id === Setting.INITIAL_WINDOW_SIZE) {
        for (const stream of this.streams.values()) stream.window += value - this.#initialWindow;
        this.#initialWindow = value;
      } else if (id === Setting.HEADER_TABLE_SIZE) this.#encoder.setTableLimit(value);
    }
    this.#write((to) => writeSettingsAck(to));
    this.#wake();
  }

  #request({ opening, bytes, start, end }) {
    const decoded = this.#decoder.decode(bytes, start, end);
    if (decoded.kind !== 'block') this.problems.push('the client sent a header block that cannot be decoded');
    const id = opening.stream;
    if (id > this.lastStream) return;
    this.streams.set(id, { window: this.#initialWindow, isOpen: true });
    this.#case.began?.(this, id);
    if (opening.flags & Flag.END_STREAM) this.#answer(id);
  }

  #dataEnd(frame) {
    if (frame.length > 0) {
      this.#write((to) => writeWindowUpdate(to, 0, frame.length));
      if (frame.stream <= this.lastStream) this.#write((to) => writeWindowUpdate(to, frame.stream, frame.length));
    }
    if (frame.flags & Flag.END_STREAM && this.streams.get(frame.stream)?.isOpen) this.#answer(frame.stream);
  }

  #answer(id) {
    Promise.resolve(this.#case.request(this, id)).catch((error) => this.problems.push(`${error.stack}`));
  }

  #over(id) {
    const stream = this.streams.get(id);
    if (stream !== undefined) stream.isOpen = false;
  }

  #wake() {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
