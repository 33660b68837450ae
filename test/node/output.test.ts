import { describe, expect, it } from 'vitest';
import { Output } from '#node';
import { TestStream } from './support.ts';

describe('Output', () => {
  it('collects lines into one write', async () => {
    const stream = new TestStream();
    const output = new Output(stream);
    for (let line = 0; line < 1000; line++) output.write(`${line}\n`);
    expect(stream.parts).toHaveLength(0);
    await output.flush();
    expect(stream.parts).toHaveLength(1);
    expect(stream.text.split('\n')).toHaveLength(1001);
  });

  it('asks for a flush when much has been collected', async () => {
    const output = new Output(new TestStream());
    output.write('x'.repeat(1 << 17));
    expect(output.full).toBe(false);
    output.write('x'.repeat(1 << 17));
    expect(output.full).toBe(true);
    await output.flush();
    expect(output.full).toBe(false);
  });

  it('keeps any amount of text, whatever its characters', async () => {
    const stream = new TestStream();
    const output = new Output(stream);
    const text = '\u9519\u8bef \ud83d\ude00 plain '.repeat(100_000);
    output.write(text);
    output.write('end');
    await output.flush();
    expect(stream.text === `${text}end`).toBe(true);
  });

  it('takes ASCII text and octets in between, in order', async () => {
    const stream = new TestStream();
    const output = new Output(stream);
    const octets = new Uint8Array(700_000).fill(0x62);
    output.write('\u9519 ');
    output.writeAscii('a'.repeat(600_000));
    output.writeBytes(octets);
    octets.fill(0);
    output.write('\u8bef');
    await output.flush();
    expect(stream.text === `\u9519 ${'a'.repeat(600_000)}${'b'.repeat(700_000)}\u8bef`).toBe(true);
  });

  it('takes text while a write is under way', async () => {
    const stream = new TestStream();
    const output = new Output(stream);
    output.write('one ');
    const first = output.flush();
    output.write('two ');
    await first;
    await output.flush();
    output.write('three');
    await output.flush();
    expect(stream.text).toBe('one two three');
  });

  it('closes quietly when the reader leaves', async () => {
    const stream = new TestStream(3);
    const output = new Output(stream);
    output.write('four');
    await output.flush();
    expect(output.closed).toBe(true);
    expect(output.failure).toBeUndefined();
    output.write('more');
    await output.flush();
    expect(stream.text).toBe('four');
  });

  it('keeps any other failure', async () => {
    const output = new Output(new TestStream(3, 'ENOSPC'));
    output.write('four');
    await output.flush();
    expect(output.failure).toBe('write ENOSPC');
  });
});
