#!/usr/bin/env node
/**
 * Holds our decoding against tshark's on every capture: for each TCP connection and direction the frame types, stream
 * ids, lengths and decoded header fields must be the same, wherever tshark decodes HTTP/2 from its preface on. TLS is undone
 * by both with the secrets in the file.
 *
 *   npm run build && node lab/differential/run.mjs [FILE...]      (default: fixtures/captures and examples)
 *
 * Where tshark cannot decode (a connection joined in the middle, an upgrade on a port it does not know), the reason is
 * printed and counted, never passed over in silence.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

const root = new URL('../..', import.meta.url).pathname;
const main = join(root, 'dist', 'bin', 'calmwire.js');
/** Separates the values of one field; no header of the corpus contains it. */
const SEPARATOR = '\x1e';
const BUFFER_MAX = 1 << 30;
const captureName = /\.(pcap|pcapng)(\.gz)?$/;

const files = process.argv.length > 2 ? process.argv.slice(2) : ['fixtures/captures', 'examples'].flatMap(listCaptures);
const totals = { captures: 0, connections: 0, frames: 0, fields: 0, skipped: 0, failed: 0 };
for (const file of files) compareFile(file);
process.stdout.write(
  `\n${totals.captures} captures, ${totals.connections} connections: ${totals.frames} frames and ${totals.fields} header fields equal tshark's; ` +
    `${totals.skipped} directions not decoded by tshark\n`,
);
process.stdout.write(`differential: ${totals.captures - totals.failed} passed, ${totals.failed} failed\n`);
process.exit(totals.failed === 0 && totals.captures > 0 ? 0 : 1);

function listCaptures(folder) {
  return readdirSync(join(root, folder))
    .filter((name) => captureName.test(name))
    .map((name) => join(root, folder, name));
}

function compareFile(file) {
  const ours = readOurs(file);
  const theirs = readTheirs(file, ours);
  const problems = [];
  totals.captures++;
  for (const [key, mine] of ours.directions) {
    const skip = reasonToSkip(mine, theirs.get(key));
    if (skip !== undefined) {
      totals.skipped++;
      process.stdout.write(`  ${basename(file)} ${key}: ${skip}\n`);
      continue;
    }
    const problem = firstDifference(mine, theirs.get(key));
    if (problem !== undefined) problems.push(`${key}: ${problem}`);
    else {
      totals.frames += mine.frames.length;
      totals.fields += mine.fields.length;
    }
  }
  totals.connections += ours.connections;
  if (problems.length > 0) totals.failed++;
  process.stdout.write(`${problems.length === 0 ? 'ok  ' : 'DIFF'} ${basename(file)}\n${problems.map((line) => `     ${line}\n`).join('')}`);
}

function reasonToSkip(mine, theirs) {
  if (mine.joined !== 'h2') return `${mine.joined}: tshark needs the preface`;
  if (mine.lost) return 'packets are missing: tshark stops at the hole';
  if (theirs === undefined || theirs.frames.length === 0) return 'tshark decoded no frame';
  if (theirs.malformed && differs(mine.fields.slice(0, theirs.fields.length), theirs.fields) === undefined) {
    return 'tshark gave up inside a packet (Malformed Packet); equal until there';
  }
  const unknown = theirs.fields.findIndex((field) => field.startsWith('<unknown>'));
  if (unknown >= 0 && differs(mine.fields.slice(0, unknown), theirs.fields.slice(0, unknown)) === undefined) {
    return 'tshark shows fields of a block that is no HPACK as <unknown>; equal until there';
  }
  return undefined;
}

function firstDifference(mine, theirs) {
  // DATA is told when it begins; tshark tells a frame when it is whole, and the capture may end inside the last one.
  const isCut = mine.frames.length === theirs.frames.length + 1 && mine.frames.at(-1).startsWith('0 ');
  const frames = differs(isCut ? mine.frames.slice(0, -1) : mine.frames, theirs.frames);
  if (frames !== undefined) return `frame ${frames}`;
  const fields = differs(mine.fields, theirs.fields);
  return fields === undefined ? undefined : `header field ${fields}`;
}

function differs(mine, theirs) {
  const at = Array.from({ length: Math.max(mine.length, theirs.length) }).findIndex((_, index) => mine[index] !== theirs[index]);
  return at < 0 ? undefined : `${at + 1}: ours ${mine[at]}, tshark's ${theirs[at]} (of ${mine.length} and ${theirs.length})`;
}

/** Frames as `type stream length`, header fields as `name: value`, by the sender's and the receiver's endpoint. */
function readOurs(file) {
  const { stdout } = spawnSync('node', [main, 'frames', '--format', 'json', '--show-secrets', file], { encoding: 'latin1', maxBuffer: BUFFER_MAX });
  const connections = new Map();
  const directions = new Map();
  for (const line of stdout.split('\n').filter((text) => text !== '').slice(1)) {
    const event = JSON.parse(Buffer.from(line, 'latin1').toString('utf8'));
    if (event.kind === 'opened') connections.set(event.connection, event);
    const opened = connections.get(event.connection);
    if (opened === undefined) continue;
    const direction = (side) => {
      const from = opened[side];
      const to = opened[side === 'client' ? 'server' : 'client'];
      const key = `${from.address}:${from.port}>${to.address}:${to.port}`;
      if (!directions.has(key)) directions.set(key, { frames: [], fields: [], joined: 'none', lost: false });
      return directions.get(key);
    };
    if (event.kind === 'protocol') direction(event.side).joined = event.protocol;
    if (event.kind === 'tls') opened.tls = true;
    if (event.kind === 'lost') direction(event.from).lost = true;
    if (event.kind === 'frame') direction(event.from).frames.push(`${event.frame.type} ${event.frame.stream} ${event.frame.length}`);
    if (event.kind === 'headers') for (const [name, value] of event.fields) direction(event.from).fields.push(`${name}: ${value}`);
  }
  for (const [key, { joined }] of directions) if (!joined.startsWith('h2')) directions.delete(key);
  // tshark takes the secrets from the same file, and finds HTTP/2 behind TLS by ALPN.
  const ports = new Map([...connections.values()].map((event) => [event.server.port, event.tls === true ? 'tls' : 'http2']));
  return { directions, ports, connections: connections.size };
}

function readTheirs(file, { ports }) {
  const fields = ['ip.src', 'ipv6.src', 'tcp.srcport', 'ip.dst', 'ipv6.dst', 'tcp.dstport', 'http2.type', 'http2.streamid', 'http2.length', 'http2.header.name', 'http2.header.value', '_ws.malformed'];
  const args = ['-n', '-r', file, ...[...ports].flatMap(([port, protocol]) => ['-d', `tcp.port==${port},${protocol}`]), '-Y', 'http2', '-T', 'fields'];
  args.push('-E', 'separator=/t', '-E', `aggregator=${SEPARATOR}`, ...fields.flatMap((name) => ['-e', name]));
  const { stdout } = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: BUFFER_MAX });
  const directions = new Map();
  for (const line of stdout.split('\n').filter((text) => text !== '')) {
    const [ip, ip6, port, toIp, toIp6, toPort, ...lists] = line.split('\t');
    const [types, streams, lengths, names, values, malformed] = lists.map((list) => (list === undefined || list === '' ? [] : list.split(SEPARATOR)));
    const key = `${ip || ip6}:${port}>${toIp || toIp6}:${toPort}`;
    if (!directions.has(key)) directions.set(key, { frames: [], fields: [], malformed: false });
    const direction = directions.get(key);
    if (malformed.length > 0) direction.malformed = true;
    for (const [index, type] of types.entries()) direction.frames.push(`${Number(type)} ${Number(streams[index])} ${lengths[index]}`);
    for (const [index, name] of names.entries()) direction.fields.push(`${name}: ${values[index] ?? ''}`);
  }
  return directions;
}
