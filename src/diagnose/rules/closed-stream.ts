/** Frames on streams that have ended. For a round trip they are normal: they cross the end (RFC 9113 §5.1). */
import { otherSide } from '#base';
import { ErrorCode, type RuleId } from '#h2';
import type { ViolationEvent } from '#trace';
import { type Draft, draft, evidence, streamKey, victims } from '../draft.ts';
import type { Call } from '../facts/call.ts';
import type { ConnectionFacts, GoAwayFact } from '../facts/connection.ts';
import type { Mark } from '../facts/mark.ts';
import { causedBy, diedWith, goawayEvidence, resetEvidence, retryAfterGoAway } from './common.ts';
import { faultEvidence } from './reset.ts';

const RULES: ReadonlySet<RuleId> = new Set([
  'stream/closed-frame',
  'stream/half-closed-frame',
  'stream/frame-after-reset',
]);

/** Details of these rules begin with the name of the frame. */
const FRAME_NAME = /^[A-Z_]+/;

/** A side goes on with a stream that has ended, as it knows or must know. */
export function frameAfterClose(connection: ConnectionFacts): Draft[] {
  return (['client', 'server'] as const).flatMap((by) => {
    const faults = connection.violations.toArray().filter((one) => one.by === by && RULES.has(one.rule));
    const [fault] = faults;
    if (fault === undefined) return [];
    const call = connection.calls.ended(fault.stream);
    const ended = call === undefined ? undefined : endBefore(call, fault);
    if (call === undefined || ended === undefined) return [];
    return [lateFrame(connection, fault, faults.length, call, ended)];
  });
}

/** What the frame came after: the reset by the other side, or the sender's own end. */
function endBefore(call: Call, { by, packet }: ViolationEvent): Mark | undefined {
  const own = call.half(by).ended;
  const ends = [call.reset, own].filter((mark) => mark !== undefined && mark.packet <= packet);
  return ends[0];
}

function lateFrame(connection: ConnectionFacts, fault: ViolationEvent, frames: number, call: Call, ended: Mark): Draft {
  const { by } = fault;
  const goaway = connection
    .goawaysOf(otherSide(by))
    .find(({ errorCode, packet }) => errorCode !== ErrorCode.NO_ERROR && packet >= fault.packet);
  const refused =
    call.reset?.by === otherSide(by) && call.reset.packet >= fault.packet && call.reset.code !== ErrorCode.NO_ERROR;
  const died = goaway === undefined ? (refused ? [call] : []) : diedWith(goaway);
  return draft({
    id: 'stream/frame-after-close',
    severity: goaway !== undefined || refused ? 'error' : 'warning',
    certainty: 'certain',
    culprit: by,
    connections: [connection],
    streams: [call.stream],
    params: {
      stream: call.stream,
      frameType: FRAME_NAME.exec(fault.detail)?.[0] ?? 'a frame',
      by,
      sinceCloseMs: fault.timeMs - ended.timeMs,
      reaction: goaway === undefined ? (refused ? 'rst' : undefined) : 'goaway',
      roundTripMs: connection.roundTrip.ms,
      frames,
    },
    evidence: [
      evidence(connection, ended, 'none', 'stream-ended', { stream: call.stream }),
      faultEvidence(connection, fault),
      ...(refused ? resetEvidence(connection, call) : []),
      ...(goaway === undefined ? [] : [goawayEvidence(connection, goaway)]),
    ],
    victims: victims(connection, died, goaway === undefined ? () => 'unknown' : retryAfterGoAway(goaway)),
    about: [`late ${connection.id} ${by} ${call.stream}`],
    explains: [...effects(connection, goaway), ...(refused ? [streamKey(connection, call.stream)] : [])],
  });
}

function effects(connection: ConnectionFacts, goaway: GoAwayFact | undefined): string[] {
  return goaway === undefined ? [] : causedBy(connection, goaway);
}
