import fc from 'fast-check';
import {
  ByteBuffer,
  type Priority,
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

export const streams: fc.Arbitrary<number> = fc.integer({ min: 1, max: 0x7fffffff });
export const u32s: fc.Arbitrary<number> = fc.integer({ min: 0, max: 0xffffffff });
export const bodies: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 60 });
export const paddings: fc.Arbitrary<number | undefined> = fc.option(fc.integer({ min: 0, max: 255 }), {
  nil: undefined,
});
export const priorities: fc.Arbitrary<Priority> = fc.record({
  exclusive: fc.boolean(),
  dependsOn: fc.integer({ min: 0, max: 0x7fffffff }),
  weight: fc.integer({ min: 1, max: 256 }),
});

/** Leaves an option out instead of setting it to `undefined`. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
  const options: { [key in K]?: V } = {};
  if (value !== undefined) options[key] = value;
  return options;
}

const written = (write: (to: ByteBuffer) => void): Uint8Array => {
  const buffer = new ByteBuffer();
  write(buffer);
  return buffer.toBytes();
};

/** One frame's octets: any type, mostly sound, sometimes with any header and payload. */
export const frameOctets: fc.Arbitrary<Uint8Array> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(streams, bodies, fc.boolean(), paddings)
      .map(([stream, body, endStream, padding]) =>
        written((to) => writeData(to, stream, body, { endStream, ...optional('padding', padding) })),
      ),
  },
  fc
    .tuple(streams, bodies, paddings, fc.option(priorities, { nil: undefined }))
    .map(([stream, body, padding, priority]) =>
      written((to) =>
        writeHeaders(to, stream, body, { ...optional('padding', padding), ...optional('priority', priority) }),
      ),
    ),
  fc.tuple(streams, bodies).map(([stream, body]) => written((to) => writeContinuation(to, stream, body))),
  fc
    .tuple(streams, streams, bodies)
    .map(([stream, promised, body]) => written((to) => writePushPromise(to, stream, promised, body))),
  fc.tuple(streams, priorities).map(([stream, priority]) => written((to) => writePriority(to, stream, priority))),
  fc.tuple(streams, u32s).map(([stream, code]) => written((to) => writeRstStream(to, stream, code))),
  fc
    .array(fc.record({ id: fc.integer({ min: 0, max: 12 }), value: u32s }), { maxLength: 5 })
    .map((settings) => written((to) => writeSettings(to, settings))),
  fc.constant(written(writeSettingsAck)),
  fc
    .bigInt({ min: 0n, max: 2n ** 64n - 1n })
    .map((value) => written((to) => writePing(to, value.toString(16).padStart(16, '0')))),
  fc
    .tuple(streams, u32s, fc.string({ maxLength: 30 }))
    .map(([last, code, text]) => written((to) => writeGoAway(to, last, code, text))),
  fc
    .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 0x7fffffff }))
    .map(([stream, increment]) => written((to) => writeWindowUpdate(to, stream, increment))),
  fc
    .tuple(fc.integer({ min: 0, max: 18 }), fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 3 }), bodies)
    .map(([type, flags, stream, body]) => written((to) => writeFrame(to, type, flags, stream, body))),
);
