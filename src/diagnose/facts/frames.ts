/** What each kind of frame adds to the facts of its connection. Header blocks come decoded, as events of their own. */
import { ErrorCode, Flag, GOAWAY_FIXED_BYTES } from '#h2';
import type { FrameEvent } from '#trace';
import type { ConnectionFacts } from './connection.ts';
import { at } from './mark.ts';
import { named, stackOfDebugData } from './stack.ts';

export function handleFrame(connection: ConnectionFacts, event: FrameEvent): void {
  switch (event.frame.kind) {
    case 'data':
      onData(connection, event);
      break;
    case 'window-update':
      onWindowUpdate(connection, event);
      break;
    case 'rst-stream':
      onReset(connection, event);
      break;
    case 'settings':
      connection.applySettings(event);
      break;
    case 'ping':
      onPing(connection, event);
      break;
    case 'goaway':
      onGoAway(connection, event);
      break;
  }
}

function onData(connection: ConnectionFacts, event: FrameEvent): void {
  const { frame, from } = event;
  if (frame.kind !== 'data') return;
  if (from === 'client') {
    connection.lastData.client = event;
  } else {
    connection.lastData.server = event;
    connection.pings.serverWrote('data', event);
  }
  const call = connection.call(frame.stream, event);
  connection.flow.of(from).data(connection, event, frame, call);
  if (call === undefined) return;
  const half = call.half(from);
  const ends = (frame.flags & Flag.END_STREAM) !== 0;
  if (half.dataBytes === half.framedBytes) half.messageSinceMs = event.timeMs;
  if (frame.bodyLength > 0) half.lastData = event;
  half.dataBytes += frame.bodyLength;
  if (!ends) return;
  half.endedEmpty = frame.bodyLength === 0;
  connection.ended(from, call, event);
}

function onWindowUpdate(connection: ConnectionFacts, event: FrameEvent): void {
  const { frame, from } = event;
  if (frame.kind === 'window-update')
    connection.flow.towards(from).granted(connection, event, frame.stream, frame.increment);
}

function onReset(connection: ConnectionFacts, event: FrameEvent): void {
  const { frame, from } = event;
  if (frame.kind !== 'rst-stream') return;
  if (from === 'client' && frame.errorCode !== ErrorCode.NO_ERROR) connection.calls.clientReset(event);
  const call = connection.call(frame.stream, event);
  if (call === undefined) return;
  if (call.reset === undefined) for (const direction of connection.flow.seen()) direction.reset(call, event);
  connection.calls.reset(call, from, frame.errorCode, event);
}

function onPing(connection: ConnectionFacts, event: FrameEvent): void {
  const { frame, from } = event;
  if (frame.kind !== 'ping') return;
  if (frame.flags & Flag.ACK) {
    const ping = connection.pings.acknowledged(from, frame.payload, event);
    if (ping !== undefined) connection.roundTrip.answered(from, event.timeMs - ping.timeMs);
    return;
  }
  const other = from === 'client' ? 'server' : 'client';
  const peer = { lastDataMs: connection.lastData[other]?.timeMs, bytes: connection.bytes[other] };
  connection.pings.ping(from, frame.payload, event, connection.calls.active, peer);
  const implementation = connection.pings.implementation[from];
  if (implementation !== undefined) {
    connection.stacks.learn(from, named(implementation, undefined, 'ping-payload'));
  }
}

function onGoAway(connection: ConnectionFacts, event: FrameEvent): void {
  const { frame, from } = event;
  if (frame.kind !== 'goaway') return;
  connection.goaway({
    ...at(event),
    from,
    lastStream: frame.lastStream,
    errorCode: frame.errorCode,
    debugData: frame.debugData,
    debugBytes: frame.length - GOAWAY_FIXED_BYTES,
  });
  connection.stacks.learn(from, stackOfDebugData(frame.debugData));
}
