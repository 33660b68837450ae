/**
 * Large captures made quickly: TCP segments written straight into one buffer as pcap records (Ethernet, IPv4, little
 * endian, microseconds). For benches; the octets of the streams are the caller's.
 */

export interface BulkFlow {
  readonly clientPort: number;
  readonly serverPort: number;
  clientNext: number;
  serverNext: number;
  identification: number;
}

const RECORD_BYTES = 16;
const HEADER_BYTES = 14 + 20 + 32;
const SYN = 0x02;
const ACK = 0x10;
const FIN_ACK = 0x11;

export class BulkCapture {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #segmentBytes: number;
  readonly #stepMicros: number;
  readonly #template: Uint8Array;
  #length = 24;
  #micros = 0;
  packets = 0;

  /** `capacity` octets of file at most; `segmentBytes` of data in a packet at most; `stepMicros` between packets. */
  constructor(capacity: number, segmentBytes: number, stepMicros = 1) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
    this.#segmentBytes = segmentBytes;
    this.#stepMicros = stepMicros;
    this.#template = template();
    this.#bytes.set([0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]);
  }

  /** The file so far. */
  get file(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Octets that can still be written. */
  get room(): number {
    return this.#bytes.length - this.#length;
  }

  /** Opens a connection with its handshake. */
  open(clientPort: number, serverPort = 50_051): BulkFlow {
    const flow = {
      clientPort,
      serverPort,
      clientNext: clientPort * 7919,
      serverNext: clientPort * 104_729,
      identification: 1,
    };
    this.#packet(flow, true, SYN, new Uint8Array(0), 0, 0);
    flow.clientNext++;
    this.#packet(flow, false, SYN | ACK, new Uint8Array(0), 0, 0);
    flow.serverNext++;
    this.#packet(flow, true, ACK, new Uint8Array(0), 0, 0);
    return flow;
  }

  /** Sends `bytes[start, end)` in segments; the other end acknowledges every second one. */
  send(flow: BulkFlow, fromClient: boolean, bytes: Uint8Array, start = 0, end = bytes.length): void {
    let unacknowledged = 0;
    for (let at = start; at < end; at += this.#segmentBytes) {
      const length = Math.min(this.#segmentBytes, end - at);
      this.#packet(flow, fromClient, ACK, bytes, at, length);
      if (fromClient) flow.clientNext += length;
      else flow.serverNext += length;
      if (++unacknowledged % 2 === 0) this.#packet(flow, !fromClient, ACK, bytes, 0, 0);
    }
  }

  /** Ends a connection with a FIN from each end. */
  close(flow: BulkFlow): void {
    this.#packet(flow, true, FIN_ACK, new Uint8Array(0), 0, 0);
    flow.clientNext++;
    this.#packet(flow, false, FIN_ACK, new Uint8Array(0), 0, 0);
    flow.serverNext++;
    this.#packet(flow, true, ACK, new Uint8Array(0), 0, 0);
  }

  #packet(flow: BulkFlow, fromClient: boolean, flags: number, bytes: Uint8Array, start: number, length: number): void {
    const view = this.#view;
    const total = HEADER_BYTES + length;
    const at = this.#length;
    this.#micros += this.#stepMicros;
    this.packets++;
    view.setUint32(at, 1_700_000_000 + Math.floor(this.#micros / 1e6), true);
    view.setUint32(at + 4, this.#micros % 1e6, true);
    view.setUint32(at + 8, total, true);
    view.setUint32(at + 12, total, true);
    const frame = at + RECORD_BYTES;
    this.#bytes.set(this.#template, frame);
    view.setUint16(frame + 16, total - 14);
    view.setUint16(frame + 18, flow.identification++ & 0xffff);
    this.#bytes[frame + 29] = fromClient ? 1 : 2;
    this.#bytes[frame + 33] = fromClient ? 2 : 1;
    view.setUint16(frame + 34, fromClient ? flow.clientPort : flow.serverPort);
    view.setUint16(frame + 36, fromClient ? flow.serverPort : flow.clientPort);
    view.setUint32(frame + 38, fromClient ? flow.clientNext : flow.serverNext);
    view.setUint32(frame + 42, flags === SYN ? 0 : fromClient ? flow.serverNext : flow.clientNext);
    this.#bytes[frame + 47] = flags;
    if (length > 0) this.#bytes.set(bytes.subarray(start, start + length), frame + HEADER_BYTES);
    this.#length = frame + total;
  }
}

/** Ethernet, IPv4 from 10.0.0.x to 10.0.0.y, and TCP with a time stamp option. */
function template(): Uint8Array {
  const frame = new Uint8Array(HEADER_BYTES);
  frame.set([2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0], 0);
  frame.set([0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 0, 0, 0, 10, 0, 0, 0], 14);
  frame.set([0x80, 0, 0x02, 0, 0, 0, 0, 0, 1, 1, 8, 10], 34 + 12);
  return frame;
}
