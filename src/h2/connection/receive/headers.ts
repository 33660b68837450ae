/** Whole header blocks: what opens a stream, what the block is, whether it may stand there, and who gets it. */
import { ErrorCode, Flag, FrameType } from '../../frames/codes.ts';
import type { PushPromiseFrame } from '../../frames/frame.ts';
import { type BlockFacts, type ReadBlock, readBlock } from '../../headers/block-facts.ts';
import type { HeadersRole } from '../../headers/field.ts';
import type { HeaderBlock } from '../../hpack/decoder.ts';
import { StreamInput, streamStates } from '../../stream/state.ts';
import { LENGTH_OPEN } from '../../stream/stream.ts';
import type { Core } from '../core.ts';
import type { ActiveStream } from '../stream.ts';
import { endPeerHalf } from './data.ts';
import type { Receiver } from './receiver.ts';
import { reach } from './stream-frames.ts';

export function onHeaders(receiver: Receiver, id: number, flags: number, block: HeaderBlock): void {
  const { core } = receiver;
  const endStream = (flags & Flag.END_STREAM) !== 0;
  const read = readBlock(block);
  core.substanceMs = core.nowMs;
  if (core.side === 'server' && id > core.streams.highestOfClient) {
    onRequest(receiver, id, endStream, read);
    return;
  }
  const input = endStream ? StreamInput.HEADERS_END : StreamInput.HEADERS;
  const stream = reach(receiver, { type: FrameType.HEADERS, flags, stream: id, length: 0 }, input);
  if (core.isOver) return;
  const role = stream === undefined ? 'unknown' : roleOf(core, stream, read.facts);
  core.log?.headers(core.peerSide, id, role, block.fields, undefined, endStream, block.complete);
  if (stream === undefined || !stream.state.live) {
    // It crossed our RST_STREAM, or the stream is long forgotten.
    core.spendOverhead();
    return;
  }
  if (!isSound(core, stream, role, endStream, read)) return;
  note(core, stream, role, read.facts);
  const { handler } = stream;
  handler?.headers(stream, block, role, endStream);
  if (endStream && stream.id === id && stream.state.live && !core.isOver) endPeerHalf(receiver, stream, input);
}

/** RFC 9113 §8.4: we announced SETTINGS_ENABLE_PUSH 0, and a client cannot push. */
export function onPushPromise(receiver: Receiver, frame: PushPromiseFrame): void {
  const { core } = receiver;
  const rule = core.side === 'server' ? 'push/from-client' : 'push/disabled';
  core.violate(rule, 0, `PUSH_PROMISE of stream ${frame.promisedStream} on stream ${frame.stream}`);
}

/** A new stream. */
function onRequest(receiver: Receiver, id: number, endStream: boolean, read: ReadBlock): void {
  const { core } = receiver;
  const { block } = read;
  if ((id & 1) === 0) {
    core.violate('stream/even-id-from-client', 0, `HEADERS opens stream ${id} with an even identifier`);
    return;
  }
  core.log?.headers('client', id, 'request', block.fields, undefined, endStream, block.complete);
  core.streams.use(id);
  // After the GOAWAY that names the last stream later ones are not processed (§6.8); the client knows that from the frame.
  // Its DATA may follow, and is as legal as what crosses a RST_STREAM.
  if (core.sentFarewell !== undefined && id > core.sentFarewell.lastStream) {
    core.streams.hold(id, streamStates['reset-by-server']).prepare(undefined);
    core.spendOverhead();
    return;
  }
  if (core.openStreams >= core.config.maxConcurrentStreams) {
    refuse(core, id);
    return;
  }
  const stream = core.streams.hold(id, endStream ? streamStates['half-closed-client'] : streamStates.open);
  stream.prepare(undefined);
  const faults = read.faults('request', id);
  const fault = faults[0];
  if (fault !== undefined) {
    core.violate(fault.rule, id, fault.detail);
    return;
  }
  note(core, stream, 'request', read.facts);
  if (endStream && stream.client.lengthDeclared > 0) {
    const detail = `content-length ${stream.client.lengthDeclared} and no DATA on stream ${id}`;
    core.violate('headers/content-length-mismatch', id, detail);
    return;
  }
  const handler = core.handler.request(stream, block, endStream);
  if (stream.id !== id) return;
  if (stream.endedUnowned === undefined) stream.handler = handler;
  else handler.closed(stream, stream.endedUnowned);
  core.afterClose();
}

function refuse(core: Core, id: number): void {
  const detail = `${core.openStreams} streams are open, ${core.config.maxConcurrentStreams} are allowed`;
  core.log?.violation({ rule: 'stream/over-limit', by: 'client', stream: id, detail });
  const stream = core.streams.hold(id, streamStates['reset-by-server']);
  stream.prepare(undefined);
  stream.resetCode = ErrorCode.REFUSED_STREAM;
  core.writeReset(id, ErrorCode.REFUSED_STREAM);
  core.spendReset();
}

function roleOf(core: Core, stream: ActiveStream, facts: BlockFacts): HeadersRole {
  if (core.side === 'server') return 'trailers';
  const { part } = stream.server;
  if (part === 'content' || part === 'trailers') return 'trailers';
  return facts.status >= 100 && facts.status < 200 ? 'informational' : 'response';
}

/** Whether the block may stand where it does and is well-formed; a breach has been reported when not. */
function isSound(core: Core, stream: ActiveStream, role: HeadersRole, endStream: boolean, read: ReadBlock): boolean {
  const { id } = stream;
  if (role === 'trailers' && !endStream) {
    const detail = `HEADERS without END_STREAM on stream ${id} after the header section`;
    core.violate('headers/trailers-not-last', id, detail);
    return false;
  }
  if (role === 'informational' && endStream) {
    core.violate('headers/informational-ended', id, `1xx response with END_STREAM on stream ${id}`);
    return false;
  }
  if (role === 'informational') core.spendOverhead();
  const fault = read.faults(role, id)[0];
  if (fault === undefined) return !core.isOver;
  core.violate(fault.rule, id, fault.detail);
  return false;
}

/** Remembers how far the peer's message has come. */
function note(core: Core, stream: ActiveStream, role: HeadersRole, facts: BlockFacts): void {
  const half = stream.half(core.peerSide);
  if (role === 'informational') {
    half.part = 'informational';
  } else if (role === 'trailers') {
    half.part = 'trailers';
  } else {
    half.part = 'content';
    const binds = role === 'request' || !(facts.status === 204 || facts.status === 304);
    half.lengthDeclared = binds ? facts.length : LENGTH_OPEN;
  }
}
