/**
 * The checkers must be able to fail: worlds that are good become bad when something is broken on purpose, and the verdict says
 * what. Each canary breaks connections or programs of healthy worlds until one shows it.
 */
import { describe, expect, it } from 'vitest';
import type { Side } from '#base';
import { Timer } from '#drive';
import { ByteBuffer, ErrorCode, Flag, FrameType, writeRstStream } from '#h2';
import { runSeed, type Stage } from '#sim';
import { mangleFrames, type RawFrame } from './mangler.ts';

/** Seeds that are tried: at least one of them must have what the canary breaks. */
const SEEDS = Array.from({ length: 120 }, (_, at) => at + 1);

/** The first problem that says so in healthy worlds that are broken in this way; else all that was said. */
function findProblem(breakIt: (stage: Stage) => void, pattern: RegExp): string {
  const found: string[] = [];
  for (const seed of SEEDS) {
    if (!isGood(seed)) continue;
    const { problems } = runSeed(seed, { onBuilt: breakIt });
    const hit = problems.find((problem) => pattern.test(problem));
    if (hit !== undefined) return hit;
    found.push(...problems);
  }
  return found.join('\n');
}

function expectProblem(breakIt: (stage: Stage) => void, pattern: RegExp): void {
  expect(findProblem(breakIt, pattern)).toMatch(pattern);
}

const known = new Map<number, boolean>();

function isGood(seed: number): boolean {
  let good = known.get(seed);
  if (good === undefined) {
    const { healthy, problems } = runSeed(seed);
    good = healthy && problems.length === 0;
    known.set(seed, good);
  }
  return good;
}

/** Changes frames of one side on every connection. `change` is made anew for each, so that it can count. */
function frames(from: Side, makeChange: () => (frame: RawFrame) => readonly Uint8Array[]) {
  return ({ network }: Stage): void => {
    network.mangle = (_connection, side) =>
      side === from ? mangleFrames(side, makeChange()) : mangleFrames(side, ({ bytes }) => [bytes]);
  };
}

describe('the simulator notices', () => {
  it('nothing when frames only pass through the hook', () => {
    const pass = frames('server', () => ({ bytes }) => [bytes]);
    expect(findProblem(pass, /./)).toBe('');
  });

  it('a WINDOW_UPDATE of a stream that is lost', () => {
    const drop = frames('client', () => ({ type, stream, bytes }) => {
      return type === FrameType.WINDOW_UPDATE && stream !== 0 ? [] : [bytes];
    });
    expectProblem(drop, /it has not ended|nobody reset it/);
  });

  it('WINDOW_UPDATEs of the connection that are lost', () => {
    const drop = frames('client', () => {
      let seen = 0;
      return ({ type, stream, bytes }) => {
        // The first one opens the window.
        if (type !== FrameType.WINDOW_UPDATE || stream !== 0 || seen++ === 0) return [bytes];
        return [];
      };
    });
    expectProblem(drop, /rests, and its server may send|it has not ended/);
  });

  it('a message that comes twice', () => {
    const double = frames('server', () => ({ type, flags, bytes }) => {
      const isWhole = type === FrameType.DATA && (flags & Flag.END_STREAM) === 0 && bytes.length < 2_000;
      return isWhole ? [bytes, bytes] : [bytes];
    });
    const pattern = /messages came|is planned|are planned|differs at octet|octets, \d+ were sent|fails like that/;
    expectProblem(double, pattern);
  });

  it('an octet of a message that changes', () => {
    const damage = frames('client', () => ({ type, bytes }) => {
      if (type === FrameType.DATA && bytes.length > 40) bytes[bytes.length - 1]! ^= 1;
      return [bytes];
    });
    expectProblem(damage, /request message \d+ of call \d+ differs at octet/);
  });

  it('a call that was processed, refused, and so processed twice', () => {
    const refuse = frames('server', () => ({ type, flags, stream, bytes }) => {
      const isAnswer = type === FrameType.HEADERS && (flags & Flag.END_STREAM) !== 0;
      if (!isAnswer) return [bytes];
      const reset = new ByteBuffer();
      writeRstStream(reset, stream, ErrorCode.REFUSED_STREAM);
      return [reset.toBytes(), bytes];
    });
    expectProblem(refuse, /it runs for the 2\. time|claims not to have been processed/);
  });

  it('an acknowledgement of SETTINGS that is lost', () => {
    const drop = frames('server', () => ({ type, flags, bytes }) => {
      return type === FrameType.SETTINGS && (flags & Flag.ACK) !== 0 ? [] : [bytes];
    });
    expectProblem(drop, /SETTINGS/);
  });

  it('a reset that nobody asked for', () => {
    const reset = frames('server', () => {
      let headers = 0;
      return ({ type, stream, bytes }) => {
        if (type !== FrameType.HEADERS || headers++ !== 2) return [bytes];
        const extra = new ByteBuffer();
        writeRstStream(extra, stream, ErrorCode.INTERNAL_ERROR);
        return [extra.toBytes(), bytes];
      };
    });
    expectProblem(reset, /nobody reset it|the server broke/);
  });

  it('a connection that is cut behind its back', () => {
    const cut = ({ network, world }: Stage): void => {
      network.onWire = (wire) => {
        world.after(20, () => {
          wire.cut('both');
          wire.faults.length = 0;
        });
      };
    };
    expectProblem(cut, /nothing had been done to its connection/);
  });

  it('a server that is gone without a fault in the plan', () => {
    const refuse = ({ servers, world }: Stage): void => {
      world.after(1, () => {
        for (const { host } of servers) host.welcome = { kind: 'refuse' };
      });
    };
    expectProblem(refuse, /every server could be reached/);
  });

  it('timers that come too early or too late', () => {
    const skewed =
      (byMs: number) =>
      ({ clients }: Stage): void => {
        for (const { timers } of clients) {
          const set = timers.set.bind(timers);
          timers.set = (timer, dueMs) => set(timer, dueMs + byMs);
        }
      };
    expectProblem(skewed(500), /its deadline had passed [\d.]+ ms ago/);
    expectProblem(skewed(-20), /its deadline was [\d.]+ ms ahead/);
  });

  it('a livelock', () => {
    const spin = ({ world }: Stage): void => {
      const again = (): void => {
        world.at(0, again);
      };
      world.at(10, again);
    };
    expectProblem(spin, /the world does not come to rest: livelock/);
  });

  it('a timer that is left behind', () => {
    const leak = ({ clients }: Stage): void => {
      for (const { timers } of clients) timers.set(new Timer(() => {}), timers.now() + 100 * 3_600_000);
    };
    expectProblem(leak, /timers left/);
  });
});
