import { describe, expect, it } from 'vitest';
import { defaultLimits } from '#capture';
import { Wire } from './wire.ts';

const A = '10.0.0.1:40000';
const B = '10.0.0.2:50051';

describe('the life of a connection', () => {
  it('is told in order', () => {
    const wire = new Wire().shakeHands().send('a', 'ping').ack('b').send('b', 'pong').fin('a').fin('b').ack('a');
    expect(wire.lines()).toEqual([
      `1 opened ${A} ${B} seen`,
      '2 established',
      '4 a 4 octets',
      '6 b 4 octets',
      '7 a fin',
      '8 b fin',
      'done closed',
    ]);
  });

  it('ends on both sides at once', () => {
    const wire = new Wire().shakeHands().fin('a').fin('b', '', { ack: 1 }).ack('a').ack('b');
    expect(wire.lines().slice(2)).toEqual(['4 a fin', '5 b fin', 'done closed']);
  });

  it('ends with data in the FIN', () => {
    const wire = new Wire().shakeHands().fin('a', 'bye').fin('b', 'bye too');
    expect(wire.lines().slice(2)).toEqual(['4 a 3 octets', '4 a fin', '5 b 7 octets', '5 b fin', 'done closed']);
  });

  it('stays half open until the capture ends', () => {
    const wire = new Wire().shakeHands().fin('a').ack('b').send('b', 'still here');
    expect(wire.lines().slice(2)).toEqual(['4 a fin', '6 b 10 octets', 'done capture-ended']);
  });

  it('is an attempt where nobody answers the SYN', () => {
    const wire = new Wire().syn('a').wait(1000).syn('a').wait(2000).syn('a');
    expect(wire.lines()).toEqual([
      `1 opened ${A} ${B} seen`,
      '2 a syn-retransmission',
      '3 a syn-retransmission',
      'done capture-ended',
    ]);
  });

  it('is an attempt where a RST answers the SYN', () => {
    const wire = new Wire().syn('a').rst('b', { at: 5, ttl: 63 });
    expect(wire.lines()).toEqual([`1 opened ${A} ${B} seen`, '2 b rst 63 usually undefined', 'done closed']);
  });

  it('has data in its SYN (TCP Fast Open)', () => {
    const wire = new Wire().syn('a', 'early').synAck('b').ack('a').send('a', ' and late');
    expect(wire.read().flows[0]!.streams.a).toEqual([...Buffer.from('early and late')]);
  });

  it('is established by data where the SYN-ACK was not captured', () => {
    const fromA = new Wire().syn('a').synAck('b').miss().ack('a');
    expect(fromA.lines()[1]).toBe('2 established');
    const fromB = new Wire().syn('a').synAck('b').miss().ack('a').miss().send('b', 'hello');
    expect(fromB.lines()[1]).toBe('2 established');
  });

  it('is not established by the challenge acknowledgment of an older one', () => {
    const wire = new Wire().syn('a').ack('b', { at: 99, ack: 70_000 }).rst('a', { at: 1 });
    expect(wire.lines().some((line) => line.includes('established'))).toBe(false);
  });

  it('may be opened by both ends at once', () => {
    const wire = new Wire().syn('a').syn('b').synAck('a').synAck('b').send('a', 'hi');
    expect(wire.lines().filter((line) => !line.includes('syn-'))).toEqual([
      `1 opened ${A} ${B} seen`,
      '4 established',
      '5 a 2 octets',
      'done capture-ended',
    ]);
  });
});

describe('a capture out of order', () => {
  it('shows what a segment acknowledges before the segment', () => {
    const wire = new Wire().shakeHands().send('a', 'ask').send('b', 'tell').swap();
    expect(wire.lines().slice(2)).toEqual(['5 a 3 octets', '5 b 4 octets', 'done capture-ended']);
  });

  it('shows which FIN came first', () => {
    const wire = new Wire().shakeHands().fin('a').fin('b').swap();
    expect(wire.lines().slice(2)).toEqual(['5 a fin', '5 b fin', 'done closed']);
    expect(wire.read().flows[0]!.unacknowledged).toEqual([
      ['a fin', 0],
      ['b fin', 0],
    ]);
  });

  it('waits no longer than for any hole', () => {
    const wire = new Wire().shakeHands().send('a', 'lost').miss().send('b', 'one').wait(100).send('b', 'two');
    expect(wire.lines().slice(2)).toEqual(['4 a gap 4', '4 b 3 octets', '5 b 3 octets', 'done capture-ended']);
  });

  it('does not hold what nobody can wait for: a forged RST', () => {
    const wire = new Wire().shakeHands().send('a', 'x').rst('b', { at: 90_000, ack: 60_000 }).send('a', 'y');
    expect(wire.lines().slice(2)).toEqual(['4 a 1 octets', '6 a 1 octets', 'done capture-ended']);
  });

  it('tells held segments before a RST', () => {
    const wire = new Wire().shakeHands().send('a', 'lost').miss().send('b', 'one').rst('b');
    expect(wire.lines().slice(2)).toEqual(['4 a gap 4', '4 b 3 octets', '5 b rst 57 usually 57', 'done capture-ended']);
  });

  it('holds a bounded number of segments, and all of them come out in order', () => {
    const wire = new Wire().shakeHands().send('a', 'lost').miss();
    for (let count = 0; count < 300; count++) wire.send('b', 'x', { window: count + 1 });
    const [flow] = wire.read().flows;
    expect(flow!.streams.b).toHaveLength(300);
    expect(flow!.gaps).toEqual({ a: [{ start: 0, end: 4 }], b: [] });
  });

  it('takes data that was captured before its SYN into the same connection', () => {
    const wire = new Wire().syn('a').synAck('b').ack('a').send('a', 'x').ack('b').send('b', 'y');
    expect(wire.lines()).toHaveLength(5);
    const late = new Wire().send('a', 'x', { at: 1, ack: 1 }).syn('a', '', { at: 0 }).synAck('b').send('b', 'y');
    expect(late.lines()).toEqual([
      `1 opened ${A} ${B} unseen`,
      '1 a 1 octets',
      '3 established',
      '4 b 1 octets',
      'done capture-ended',
    ]);
  });
});

describe('one direction alone', () => {
  it('tells by its acknowledgments what the other one sent', () => {
    const wire = new Wire()
      .syn('a')
      .ack('a', { ack: 1 })
      .send('a', 'ask')
      .ack('a', { ack: 41 })
      .wait(100)
      .fin('a', '', { ack: 41 });
    const [flow] = wire.read().flows;
    expect(flow!.gaps.b).toEqual([{ start: 0, end: 40 }]);
    expect(flow!.unseen).toBe('b');
  });

  it('is not silence: without an acknowledgment nothing is known to be missing', () => {
    const [flow] = new Wire().syn('a').wait(1000).syn('a').read().flows;
    expect([flow!.gaps.b, flow!.unseen]).toEqual([[], undefined]);
  });

  it('where the SYN-ACK and what followed it are missing, they are known to be', () => {
    const wire = new Wire().syn('a').ack('a', { ack: 1 }).send('b', 'tell', { at: 31, ack: 1 }).ack('a', { ack: 35 });
    expect(wire.read().flows[0]!.gaps.b).toEqual([{ start: 0, end: 30 }]);
  });

  it('a RST tells how far its sender had come', () => {
    const wire = new Wire().syn('a').ack('a', { ack: 1 }).send('a', 'ask').rst('b', { at: 31, ack: 4 });
    expect(wire.read().flows[0]!.gaps.b).toEqual([{ start: 0, end: 30 }]);
  });
});

describe('a capture that joins later', () => {
  it('starts at the first octet that it sees', () => {
    const wire = new Wire().send('b', 'lo', { at: 503 }).send('a', 'x', { at: 90 }).send('b', 'hel', { at: 500 });
    expect(wire.lines()).toEqual([
      `1 opened ${B} ${A} unseen`,
      '1 a 2 octets',
      '2 established',
      '2 b 1 octets',
      'done capture-ended',
    ]);
  });

  it('knows who connected from a SYN-ACK alone', () => {
    const wire = new Wire().syn('a').miss().synAck('b').ack('a').send('a', 'x');
    expect(wire.lines()).toEqual([`1 opened ${A} ${B} partial`, '1 established', '3 a 1 octets', 'done capture-ended']);
  });

  it('takes a SYN that was captured after its SYN-ACK into the same connection', () => {
    const wire = new Wire().syn('a').synAck('b').swap().ack('a').send('a', 'x');
    expect(wire.lines().at(-2)).toBe('4 a 1 octets');
  });

  it('makes nothing of a RST that belongs to no connection', () => {
    expect(new Wire().rst('a').read().flows).toEqual([]);
  });

  it('recognises a keepalive by what the other end acknowledges', () => {
    const wire = new Wire()
      .ack('b', { at: 700, ack: 900 })
      .ack('a', { at: 899 })
      .wait(9)
      .send('a', 'x', { at: 899 })
      .send('a', 'y', { at: 900 });
    expect(wire.lines().slice(2)).toEqual(['2 b keepalive', '3 b keepalive', '4 b 1 octets', 'done capture-ended']);
  });
});

describe('RST', () => {
  it('is told with the time to live beside the usual one', () => {
    const wire = new Wire().shakeHands().send('a', 'x').rst('b', { ttl: 250 });
    expect(wire.lines().slice(3)).toEqual(['5 b rst 250 usually 57', 'done closed']);
  });

  it('is usual with either time to live of a capture on both sides of a hop', () => {
    const wire = new Wire().shakeHands();
    wire.ack('b', { ttl: 57, id: 9 }).ack('b', { ttl: 56, id: 9 }).rst('b', { ttl: 57 });
    expect(wire.lines().at(-2)).toBe('6 b rst 57 usually 57');
  });

  it('is told once an end', () => {
    const wire = new Wire().shakeHands().rst('b').rst('b').rst('a');
    expect(wire.lines().slice(2)).toEqual(['4 b rst 57 usually 57', '6 a rst 64 usually 64', 'done closed']);
  });

  it('is ignored far outside the window', () => {
    const wire = new Wire()
      .shakeHands()
      .rst('b', { at: 2 ** 30 })
      .rst('b', { at: -(2 ** 20) })
      .send('a', 'x');
    expect(wire.lines().slice(2)).toEqual(['6 a 1 octets', 'done capture-ended']);
  });

  it('is ignored where it does not answer the SYN', () => {
    const wire = new Wire().syn('a').rst('b', { ack: 500 });
    expect(wire.lines()).toEqual([`1 opened ${A} ${B} seen`, 'done capture-ended']);
  });

  it('does not hide data that crossed it', () => {
    const wire = new Wire().shakeHands().rst('b').send('a', 'request').wait(4000).renew().shakeHands();
    expect(wire.read().flows[0]!.lines.slice(2)).toEqual(['4 b rst 57 usually 57', '5 a 7 octets', 'done closed']);
  });

  it('delivers what waits behind a hole first', () => {
    const wire = new Wire().shakeHands().send('b', 'lost').miss().send('b', 'kept').rst('b');
    expect(wire.lines().slice(2)).toEqual(['4 b gap 4', '4 b 4 octets', '5 b rst 57 usually 57', 'done closed']);
  });
});

describe('the same ports again', () => {
  it('are a new connection after a close', () => {
    const wire = new Wire().shakeHands().fin('a').fin('b').ack('a').renew().shakeHands().send('a', 'x');
    const { flows } = wire.read();
    expect(flows.map((flow) => flow.how)).toEqual(['closed', 'capture-ended']);
    expect(flows[1]!.lines).toEqual([
      `7 opened ${A} ${B} seen`,
      '8 established',
      '10 a 1 octets',
      'done capture-ended',
    ]);
  });

  it('are a new connection after a RST', () => {
    const wire = new Wire().shakeHands().rst('a').renew().shakeHands();
    expect(wire.read().flows.map((flow) => flow.how)).toEqual(['closed', 'capture-ended']);
  });

  it('are a new connection where the end of the old one was not captured', () => {
    const wire = new Wire().shakeHands().renew().shakeHands();
    expect(wire.read().flows.map((flow) => flow.how)).toEqual(['capture-ended', 'capture-ended']);
  });

  it('may be used from the other end', () => {
    const wire = new Wire().shakeHands().fin('a').fin('b').ack('a').renew().syn('b').synAck('a');
    expect(wire.read().flows[1]!.info.a.port).toBe(50_051);
  });

  it('are no new connection for stragglers', () => {
    const wire = new Wire()
      .shakeHands()
      .send('a', 'x')
      .fin('a')
      .fin('b')
      .ack('a')
      .fin('b', '', { at: 1 })
      .send('a', 'x', { at: 1 });
    expect(wire.lines().at(-1)).toBe('done closed');
  });

  it('are a new connection without its SYN when the numbers are others, or after a minute', () => {
    const closed = () => new Wire().shakeHands().fin('a').fin('b').ack('a');
    expect(closed().renew().send('a', 'x').read().flows).toHaveLength(2);
    expect(closed().wait(61_000).send('a', 'x').read().flows).toHaveLength(2);
    expect(closed().wait(59_000).send('a', 'x').read().flows).toHaveLength(1);
  });

  it('are the same connection for a second SYN-ACK with another number', () => {
    const wire = new Wire().syn('a').synAck('b').synAck('b', { at: 77 }).ack('a', { ack: 1 }).send('b', 'x', { at: 1 });
    expect(wire.lines().slice(2)).toEqual(['5 b 1 octets', 'done capture-ended']);
  });
});

describe('notes', () => {
  it('tell retransmissions', () => {
    const wire = new Wire()
      .shakeHands()
      .send('a', 'data')
      .wait(200)
      .send('a', 'data', { at: 1 })
      .wait(400)
      .send('a', 'da', { at: 1 });
    expect(wire.lines().slice(3, -1)).toEqual(['5 a retransmission', '6 a retransmission']);
  });

  it('tell a retransmission of what waits behind a hole', () => {
    const wire = new Wire().shakeHands().send('a', 'lost').miss().send('a', 'data').send('a', 'data', { at: 5 });
    expect(wire.lines().slice(2)).toEqual(['5 a retransmission', '5 a gap 4', '5 a 4 octets', 'done capture-ended']);
  });

  it('tell a retransmitted FIN, once a segment', () => {
    const wire = new Wire()
      .shakeHands()
      .fin('a', 'x')
      .wait(200)
      .fin('a', 'x', { at: 1 })
      .wait(200)
      .fin('a', '', { at: 2 });
    expect(wire.lines().slice(4, -1)).toEqual(['5 a retransmission', '6 a retransmission']);
  });

  it('are silent about packets that were captured twice', () => {
    const wire = new Wire().syn('a').copy().synAck('b').copy().ack('a').copy().send('a', 'data').copy().wait(9000);
    wire.ack('b', { at: 0 }).copy().fin('a').copy().fin('b').copy();
    expect(wire.lines()).toEqual([
      `1 opened ${A} ${B} seen`,
      '3 established',
      '7 a 4 octets',
      '9 b keepalive',
      '11 a fin',
      '13 b fin',
      'done closed',
    ]);
  });

  it('tell keepalives with and without an octet', () => {
    const wire = new Wire()
      .shakeHands()
      .send('a', 'data')
      .ack('b')
      .wait(9000)
      .ack('a', { at: 4 })
      .wait(9000)
      .send('a', '?', { at: 4 });
    expect(wire.lines().slice(3, -1)).toEqual(['6 a keepalive', '7 a keepalive']);
  });

  it('tell a window that closes, and take the probes that follow for no keepalives', () => {
    const wire = new Wire().shakeHands().send('a', 'data').ack('b', { window: 0 }).ack('b', { window: 0 });
    wire.wait(200).ack('a', { at: 4 }).ack('b').ack('b', { window: 0 });
    expect(wire.lines().slice(3, -1)).toEqual(['5 b zero-window', '9 b zero-window']);
  });
});

describe('holes', () => {
  /** `a` sends "one", which the capture misses, and "two"; `b` acknowledges both. */
  const missing = () => new Wire().shakeHands().send('a', 'one').miss().send('a', 'two').ack('b');

  it('fill when packets were only captured in another order', () => {
    const wire = new Wire().shakeHands().send('a', 'one').send('a', 'two').swap().ack('b');
    expect(wire.lines().slice(2)).toEqual(['5 a 3 octets', '5 a 3 octets', 'done capture-ended']);
  });

  it('fill while the acknowledgment is not older than 64 segments', () => {
    const wire = missing();
    for (let count = 1; count < 64; count++) wire.wait(-0.9).ack('b');
    expect(wire.send('a', 'one', { at: 1 }).read().flows[0]!.gaps.a).toEqual([]);
  });

  it('are declared after 64 more segments, with the moment of what follows them', () => {
    const wire = missing();
    for (let count = 1; count <= 64; count++) wire.wait(-0.9).ack('b');
    wire.send('a', 'one', { at: 1 });
    expect(wire.lines().slice(2, 4)).toEqual(['4 a gap 3', '4 a 3 octets']);
  });

  it('are declared 50 ms after the acknowledgment', () => {
    expect(missing().wait(45).send('a', 'one', { at: 1 }).read().flows[0]!.gaps.a).toEqual([]);
    expect(missing().wait(50).ack('b').send('a', 'one', { at: 1 }).read().flows[0]!.gaps.a).toEqual([
      { start: 0, end: 3 },
    ]);
  });

  it('are not declared while the receiver waits for them too', () => {
    const wire = new Wire().shakeHands().send('a', 'one').miss().send('a', 'two');
    for (let count = 0; count < 100; count++) wire.ack('b', { ack: 1 });
    expect(wire.wait(5000).send('a', 'one', { at: 1 }).read().flows[0]!.gaps.a).toEqual([]);
  });

  it('at the end of a stream are declared with the moment of the acknowledgment', () => {
    const wire = new Wire().shakeHands().send('a', 'one').miss().ack('b').wait(100).ack('b');
    expect(wire.lines().slice(2)).toEqual(['4 a gap 3', 'done capture-ended']);
  });

  it('before a FIN are declared before it', () => {
    const wire = new Wire().shakeHands().send('a', 'one').miss().fin('a').ack('b').wait(100).ack('b');
    expect(wire.lines().slice(2)).toEqual(['4 a gap 3', '4 a fin', 'done capture-ended']);
  });

  it('are declared when the capture ends', () => {
    const wire = new Wire().shakeHands().send('a', 'one').miss().send('a', 'two', { ack: 1 }).fin('b');
    expect(wire.lines().slice(2)).toEqual(['4 a gap 3', '4 a 3 octets', '5 b fin', 'done capture-ended']);
  });

  it('are declared when too much waits behind them', () => {
    const wire = new Wire().shakeHands().send('a', 'lost').miss();
    for (let count = 0; count < 5; count++) wire.send('a', 'data');
    const lines = wire.lines({ ...defaultLimits, pendingPieces: 3 });
    expect(lines.slice(2)).toEqual([
      '4 a gap 4',
      '4 a 4 octets',
      '5 a 4 octets',
      '6 a 4 octets',
      '7 a 4 octets',
      '8 a 4 octets',
      'done capture-ended',
    ]);
    expect(wire.lines({ ...defaultLimits, pendingBytesPerHalf: 400 })).toEqual(lines);
    expect(wire.lines({ ...defaultLimits, pendingBytesTotal: 400 })).toEqual(lines);
  });

  it('may be larger than 2 GiB', () => {
    const wire = new Wire()
      .shakeHands()
      .send('a', 'x')
      .send('a', 'y', { at: 2 ** 31 + 9 });
    expect(wire.lines().slice(3)).toEqual([`5 a gap ${2 ** 31 + 7}`, '5 a 1 octets', 'done capture-ended']);
  });

  it('are not made by an acknowledgment of what cannot have been sent', () => {
    const wire = new Wire()
      .shakeHands()
      .ack('b', { ack: 2 ** 30 + 100 })
      .wait(100)
      .ack('b')
      .send('a', 'x', { at: 1 });
    expect(wire.lines().slice(2)).toEqual(['6 a 1 octets', 'done capture-ended']);
  });
});

describe('overlaps', () => {
  it('keep the first copy of an octet', () => {
    const wire = new Wire().shakeHands().send('a', 'cd', { at: 3 }).send('a', 'gh', { at: 7 });
    wire.send('a', 'BCDEFGHI', { at: 2 }).send('a', 'AB', { at: 1 });
    expect(Buffer.from(wire.read().flows[0]!.streams.a).toString()).toBe('ABcdEFghI');
  });

  it('deliver only what is new of a longer retransmission', () => {
    const wire = new Wire().shakeHands().send('a', 'abc').send('a', 'XXXdef', { at: 1 });
    expect(Buffer.from(wire.read().flows[0]!.streams.a).toString()).toBe('abcdef');
  });

  it('ignore data behind a FIN', () => {
    const wire = new Wire().shakeHands().fin('a').send('a', 'more', { at: 2 }).send('a', 'most', { at: 50 });
    expect(wire.lines().slice(2)).toEqual(['4 a fin', 'done capture-ended']);
  });
});

describe('packets that were cut short', () => {
  it('lose exactly what was cut off', () => {
    const wire = new Wire().shakeHands().send('a', 'abcdef', { snap: 42 }).send('a', 'ghi');
    expect(wire.lines().slice(2)).toEqual(['4 a 2 octets', '4 a gap 4', '5 a 3 octets', 'done capture-ended']);
  });

  it('lose all data where only the header was kept', () => {
    const wire = new Wire().shakeHands().send('a', 'abcdef', { snap: 40 }).send('a', 'ghi');
    expect(wire.lines().slice(2)).toEqual(['4 a gap 6', '5 a 3 octets', 'done capture-ended']);
  });

  it('lose it also when they come early', () => {
    const wire = new Wire().shakeHands().send('a', 'abc').send('a', 'def', { snap: 41 }).swap().send('a', 'ghi');
    expect(wire.lines().slice(2)).toEqual([
      '5 a 3 octets',
      '5 a 1 octets',
      '5 a gap 2',
      '6 a 3 octets',
      'done capture-ended',
    ]);
  });

  it('tells what the sender of a FIN or RST had not got', () => {
    const crossed = new Wire().shakeHands().send('a', 'request').fin('b', '', { ack: 1 }).ack('a').rst('b');
    expect(crossed.read().flows[0]?.unacknowledged).toEqual([
      ['b fin', 7],
      ['b rst', 0],
    ]);
    const seen = new Wire().shakeHands().send('a', 'request').fin('b').fin('a');
    expect(seen.read().flows[0]?.unacknowledged).toEqual([
      ['b fin', 0],
      ['a fin', 0],
    ]);
  });
});
