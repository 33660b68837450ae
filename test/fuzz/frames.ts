/** One direction of a connection: frames from octets, blocks from frames, faults from fields. */
import {
  BlockAssembler,
  type BlockStep,
  ByteBuffer,
  type DataFrame,
  type Frame,
  FrameReader,
  type FrameSink,
  HpackDecoder,
  HpackEncoder,
  headerFaults,
  plausibleFrameHeader,
  type WholeFrame,
  writeContinuation,
  writeData,
  writeFrame,
  writeGoAway,
  writeHeaders,
  writePing,
  writePriority,
  writePushPromise,
  writeRstStream,
  writeSettings,
  writeSettingsAck,
  writeWindowUpdate,
} from '#h2';
import type { FuzzTarget } from './run.ts';

export const fuzzTarget: FuzzTarget = {
  name: 'frames',
  run(bytes) {
    const whole = read(bytes, bytes.length, false);
    const piecewise = read(bytes, 1 + ((bytes[0] ?? 0) % 19), false);
    if (whole.summary !== piecewise.summary) throw new Error('the cut of the octets changes what is read');
    read(bytes, 1 + ((bytes[1] ?? 0) % 47), true);
    for (let at = 0; at < Math.min(bytes.length, 256); at++) {
      plausibleFrameHeader(bytes, at, { maxFrameBytes: 16_384, maxStream: 0x7fffffff });
    }
  },
  seeds: () => [conversation(), split(), oddities()],
};

/** Pushes the octets in pieces; with `holes`, every fifth piece is lost, and reading restarts wherever that leads. */
function read(bytes: Uint8Array, pieceBytes: number, holes: boolean): CheckingSink {
  const sink = new CheckingSink();
  const reader = new FrameReader(sink, 16_384, 4_096);
  for (let at = 0, piece = 0; at < bytes.length; at += pieceBytes, piece++) {
    const end = Math.min(at + pieceBytes, bytes.length);
    if (!reader.synced) {
      sink.interrupt();
      reader.restart();
    }
    if (holes && piece % 5 === 4) reader.gap(end - at);
    else reader.push(bytes, at, end);
  }
  if (sink.frames > bytes.length / 9 + 1) throw new Error(`${sink.frames} frames from ${bytes.length} octets`);
  return sink;
}

class CheckingSink implements FrameSink {
  frames = 0;
  summary = '';
  #open: DataFrame | undefined = undefined;
  #left = 0;
  readonly #assembler = new BlockAssembler();
  readonly #decoder = new HpackDecoder(65_536);

  frame(frame: WholeFrame, fault: unknown, payload: Uint8Array, payloadStart: number): void {
    this.#count(frame, fault);
    if (frame.kind !== 'broken' && frame.kind !== 'goaway' && payloadStart + frame.length > payload.length) {
      throw new Error(`${frame.kind} of ${frame.length} octets reaches beyond its payload`);
    }
    this.#step(this.#assembler.accept(frame, payload, payloadStart));
  }

  dataBegin(frame: DataFrame, fault: unknown): void {
    this.#count(frame, fault);
    this.#open = frame;
    this.#left = frame.bodyLength;
    this.#step(this.#assembler.accept(frame));
  }

  data(frame: DataFrame, _bytes: Uint8Array, start: number, end: number): void {
    this.#take(frame, end - start);
  }

  dataLost(frame: DataFrame, length: number): void {
    this.#take(frame, length);
  }

  dataEnd(frame: DataFrame): void {
    if (frame !== this.#open || this.#left !== 0) throw new Error(`DATA ends with ${this.#left} octets to come`);
    this.#open = undefined;
    this.summary += 'end;';
  }

  interrupt(): void {
    this.#assembler.interrupt();
    this.#decoder.forgetTable();
  }

  #count(frame: Frame, fault: unknown): void {
    this.frames++;
    this.summary += `${JSON.stringify(frame)}${JSON.stringify(fault)};`;
  }

  #take(frame: DataFrame, length: number): void {
    this.#left -= length;
    if (frame !== this.#open || length <= 0 || this.#left < 0) throw new Error('octets of no DATA frame');
  }

  #step(step: BlockStep): void {
    if (step.kind === 'fault') {
      if (step.lostBlock) this.#decoder.forgetTable();
      this.#step(step.next);
    } else if (step.kind === 'lost') {
      this.#decoder.forgetTable();
    } else if (step.kind === 'complete') {
      const block = this.#decoder.decode(step.bytes, step.start, step.end);
      this.summary += block.kind === 'fault' ? block.detail : JSON.stringify(block.fields);
      if (block.kind === 'fault') return;
      for (const role of ['request', 'response', 'trailers', 'unknown'] as const) {
        for (const fault of headerFaults(role, block, step.opening.stream)) this.summary += fault.detail;
      }
    }
  }
}

function headers(names: readonly (readonly [string, string])[]): Uint8Array {
  const buffer = new ByteBuffer();
  new HpackEncoder().encode(
    names.map(([name, value]) => ({ name, value, neverIndexed: false })),
    buffer,
  );
  return buffer.toBytes();
}

const request = headers([
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/a.B/C'],
  [':authority', 'a:1'],
  ['te', 'trailers'],
]);

function conversation(): Uint8Array {
  const to = new ByteBuffer();
  writeSettings(to, [
    { id: 3, value: 100 },
    { id: 4, value: 65_535 },
  ]);
  writeSettingsAck(to);
  writeHeaders(to, 1, request);
  writeData(to, 1, new Uint8Array(20), { endStream: true });
  writeWindowUpdate(to, 0, 20);
  writePing(to, '0001020304050607');
  writeRstStream(to, 1, 8);
  writeGoAway(to, 1, 11, 'too_many_pings');
  return to.toBytes();
}

function split(): Uint8Array {
  const to = new ByteBuffer();
  const middle = request.length >> 1;
  writeHeaders(to, 3, request.subarray(0, 4), { endHeaders: false });
  writeContinuation(to, 3, request.subarray(4, middle), false);
  writeContinuation(to, 3, request.subarray(middle));
  writePushPromise(to, 3, 2, request.subarray(0, 3), { endHeaders: false, padding: 4 });
  writeContinuation(to, 3, request.subarray(3));
  return to.toBytes();
}

function oddities(): Uint8Array {
  const to = new ByteBuffer();
  const priority = { exclusive: true, dependsOn: 3, weight: 16 };
  writeHeaders(to, 5, request, { padding: 9, priority, endStream: true });
  writePriority(to, 5, priority);
  writeData(to, 5, new Uint8Array(7), { padding: 30 });
  writeFrame(to, 0x4d, 0xff, 9, new Uint8Array(12));
  writeFrame(to, 0x1, 0x2c, 9, new Uint8Array(3));
  writeFrame(to, 0x0, 0x8, 0, Uint8Array.of(200, 1));
  return to.toBytes();
}
