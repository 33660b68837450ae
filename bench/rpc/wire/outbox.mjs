/** Octets that go out on one socket, gathered in a slab and written once per event. */

/** Beyond this much the slab is not kept when the kernel takes it late. */
const SLAB_BYTES_MIN = 1024;

export class Outbox {
  #socket;
  bytes = Buffer.allocUnsafeSlow(SLAB_BYTES_MIN);
  length = 0;

  constructor(socket) {
    this.#socket = socket;
  }

  /** Makes room for `size` octets and returns where they begin. */
  reserve(size) {
    const at = this.length;
    this.length += size;
    if (this.length > this.bytes.length) {
      const grown = Buffer.allocUnsafeSlow(2 ** Math.ceil(Math.log2(this.length)));
      grown.set(this.bytes.subarray(0, at));
      this.bytes = grown;
    }
    return at;
  }

  append(octets) {
    const at = this.reserve(octets.length);
    this.bytes.set(octets, at);
    return at;
  }

  frameHeader(length, type, flags, stream) {
    const at = this.reserve(9);
    const { bytes } = this;
    bytes[at] = length >>> 16;
    bytes[at + 1] = length >>> 8;
    bytes[at + 2] = length;
    bytes[at + 3] = type;
    bytes[at + 4] = flags;
    putStream(bytes, at + 5, stream);
  }

  windowUpdate(stream, increment) {
    this.frameHeader(4, 8, 0, stream);
    putStream(this.bytes, this.reserve(4), increment);
  }

  flush() {
    if (this.length === 0 || this.#socket.destroyed) return;
    this.#socket.write(this.bytes.subarray(0, this.length));
    this.length = 0;
    // What the kernel has not taken yet still lies in the slab.
    if (this.#socket.writableLength > 0) this.bytes = Buffer.allocUnsafeSlow(this.bytes.length);
  }
}

export function putStream(bytes, at, value) {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
