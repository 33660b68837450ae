import { describe, expect, it } from 'vitest';
import { toHex } from '#base';
import {
  BlockAssembler,
  type BlockStep,
  ByteBuffer,
  FrameReader,
  writeContinuation,
  writeData,
  writeFrame,
  writeHeaders,
  writePing,
  writePushPromise,
} from '#h2';

/** Runs frames through a reader and an assembler; one line a step that says something. */
function assemble(write: (to: ByteBuffer) => void, assembler = new BlockAssembler(), maxHeldBytes?: number): string[] {
  const buffer = new ByteBuffer();
  write(buffer);
  const lines: string[] = [];
  const note = (step: BlockStep): void => {
    lines.push(...show(step));
  };
  const reader = new FrameReader(
    {
      frame: (frame, _fault, payload, payloadStart) => note(assembler.accept(frame, payload, payloadStart)),
      dataBegin: (frame) => note(assembler.accept(frame)),
      data: () => undefined,
      dataLost: () => undefined,
      dataEnd: () => undefined,
    },
    undefined,
    maxHeldBytes,
  );
  reader.push(buffer.bytes, 0, buffer.length);
  return lines;
}

function show(step: BlockStep): string[] {
  switch (step.kind) {
    case 'complete':
      return [`${step.opening.kind} ${step.opening.stream}: ${toHex(step.bytes, step.start, step.end)}`];
    case 'lost':
      return [`lost ${step.stream}`];
    case 'fault':
      return [
        `${step.fault.rule} ${step.fault.stream}: ${step.fault.detail}${step.lostBlock ? ' (lost)' : ''}`,
        ...show(step.next),
      ];
    default:
      return [step.kind];
  }
}

const octets = (...values: number[]): Uint8Array => Uint8Array.from(values);

describe('a block', () => {
  it('in one frame is the frame, not a copy of it', () => {
    const buffer = new ByteBuffer();
    const priority = { exclusive: false, dependsOn: 0, weight: 1 };
    writeHeaders(buffer, 1, octets(0x82, 0x84), { padding: 3, priority });
    let bytes: Uint8Array | undefined;
    const assembler = new BlockAssembler();
    new FrameReader({
      frame(frame, _fault, payload, payloadStart) {
        const step = assembler.accept(frame, payload, payloadStart);
        if (step.kind !== 'complete') throw new Error(step.kind);
        bytes = step.bytes;
        expect(toHex(step.bytes, step.start, step.end)).toBe('8284');
      },
      dataBegin: () => undefined,
      data: () => undefined,
      dataLost: () => undefined,
      dataEnd: () => undefined,
    }).push(buffer.bytes, 0, buffer.length);
    expect(bytes).toBe(buffer.bytes);
  });

  it('in several frames is joined', () => {
    expect(
      assemble((to) => {
        writeHeaders(to, 3, octets(1, 2), { endHeaders: false, padding: 2 });
        writeContinuation(to, 3, octets(), false);
        writeContinuation(to, 3, octets(3), false);
        writeContinuation(to, 3, octets(4, 5));
        writePushPromise(to, 3, 2, octets(6), { endHeaders: false, padding: 1 });
        writeContinuation(to, 3, octets(7));
        writeHeaders(to, 5, octets(8));
      }),
    ).toEqual(['open', 'open', 'open', 'headers 3: 0102030405', 'open', 'push-promise 3: 0607', 'headers 5: 08']);
  });

  it('may be empty', () => {
    expect(assemble((to) => writeHeaders(to, 1, octets()))).toEqual(['headers 1: ']);
  });
});

it('other frames have no part in it', () => {
  expect(
    assemble((to) => {
      writePing(to, '0000000000000000');
      writeData(to, 1, octets(1));
      writeFrame(to, 0x4d, 0, 0, octets());
    }),
  ).toEqual(['none', 'none', 'none']);
});

describe('an interruption', () => {
  it.each([
    ['DATA on stream 3', (to: ByteBuffer) => writeData(to, 3, octets(1)), 'none'],
    ['PING on stream 0', (to: ByteBuffer) => writePing(to, '0000000000000000'), 'none'],
    ['HEADERS on stream 5', (to: ByteBuffer) => writeHeaders(to, 5, octets(9)), 'headers 5: 09'],
    ['UNKNOWN(0x4d) on stream 0', (to: ByteBuffer) => writeFrame(to, 0x4d, 0, 0, octets()), 'none'],
    ['CONTINUATION on stream 5', (to: ByteBuffer) => writeContinuation(to, 5, octets(9)), 'lost 5'],
  ])('by %s loses the block', (name, write, next) => {
    expect(
      assemble((to) => {
        writeHeaders(to, 3, octets(1), { endHeaders: false });
        write(to);
        writeHeaders(to, 7, octets(2));
      }),
    ).toEqual([
      'open',
      `headers/interrupted-block 3: ${name} within the header block of stream 3 (lost)`,
      next,
      'headers 7: 02',
    ]);
  });
});

describe('CONTINUATION without a block', () => {
  const stray = (to: ByteBuffer): void => {
    writeContinuation(to, 3, octets(1), false);
    writeContinuation(to, 3, octets(2));
    writeHeaders(to, 5, octets(9));
  };

  it('is a fault, told once', () => {
    expect(assemble(stray)).toEqual([
      'headers/unexpected-continuation 3: CONTINUATION on stream 3 without a header block to continue',
      'open',
      'lost 3',
      'headers 5: 09',
    ]);
  });

  it('is none at the beginning of what was seen', () => {
    expect(assemble(stray, new BlockAssembler(true))).toEqual(['open', 'lost 3', 'headers 5: 09']);
  });

  it('is none after lost octets, but is one after any other frame', () => {
    const assembler = new BlockAssembler();
    expect(assembler.interrupt()).toBe(false);
    expect(assemble(stray, assembler)).toEqual(['open', 'lost 3', 'headers 5: 09']);
    assembler.interrupt();
    expect(assemble((to) => writePing(to, '0000000000000000'), assembler)).toEqual(['none']);
    expect(assemble(stray, assembler)[0]).toContain('headers/unexpected-continuation');
  });
});

describe('a block of which octets are missing', () => {
  it('is lost at its end', () => {
    const long = new Uint8Array(20);
    expect(
      assemble(
        (to) => {
          writeHeaders(to, 3, long);
          writeHeaders(to, 3, octets(1), { endHeaders: false });
          writeContinuation(to, 3, long, false);
          writeContinuation(to, 3, octets(2));
          writeHeaders(to, 5, long, { endHeaders: false });
          writeContinuation(to, 5, octets(2), false);
          writeContinuation(to, 5, long);
          writeHeaders(to, 7, octets(9));
        },
        undefined,
        10,
      ),
    ).toEqual(['lost 3', 'open', 'open', 'lost 3', 'open', 'open', 'lost 5', 'headers 7: 09']);
  });

  it('is lost when sync is lost within it', () => {
    const assembler = new BlockAssembler();
    assemble((to) => writeHeaders(to, 3, octets(1), { endHeaders: false }), assembler);
    expect(assembler.interrupt()).toBe(true);
    expect(assemble((to) => writeHeaders(to, 5, octets(9)), assembler)).toEqual(['headers 5: 09']);
  });
});

describe('a block without end', () => {
  it('of many frames is cut', () => {
    const lines = assemble((to) => {
      writeHeaders(to, 3, octets(1), { endHeaders: false });
      for (let frame = 0; frame < 1_030; frame++) writeContinuation(to, 3, octets(2), false);
      writeContinuation(to, 3, octets(2));
      writeHeaders(to, 5, octets(9));
    });
    expect(lines.filter((line) => line !== 'open')).toEqual([
      'headers/block-too-large 3: header block on stream 3 goes on after 1025 octets and 1025 CONTINUATION frames, where 1048576 and 1024 are allowed (lost)',
      'lost 3',
      'headers 5: 09',
    ]);
  });

  it('of many octets is cut', () => {
    const lines = assemble((to) => {
      writeHeaders(to, 3, new Uint8Array(600_000), { endHeaders: false });
      writeContinuation(to, 3, new Uint8Array(448_576), false);
      writeContinuation(to, 3, octets(2));
    });
    expect(lines).toEqual([
      'open',
      'open',
      'headers/block-too-large 3: header block on stream 3 goes on after 1048576 octets and 2 CONTINUATION frames, where 1048576 and 1024 are allowed (lost)',
      'lost 3',
    ]);
  });
});
