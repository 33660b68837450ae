/** Problems as plain English: what was read, where, and what to do. */
import { type CaptureProblem, groupDigits, type ProblemKind } from './problem.ts';

/** `{at}`, `{packet}` and the names of the problem's parameters stand for their values. */
const sentences: Readonly<Record<ProblemKind, string>> = {
  'not-a-capture': 'This is {what}, not a packet capture. {advice}',
  compressed: 'The capture is still compressed with gzip. Decompress it first: `gzip -d FILE`.',
  'truncated-file':
    'The file ends inside the {part} at offset {at}, {missing} octets too early. Packets read before it: {read}. ' +
    'It was copied while it was being written, or the disk was full. Stop the capturing program before copying its file.',
  'absurd-length':
    'The record at offset {at} claims {length} octets, where {limit} is the most that any program writes. ' +
    'Packets read before it: {read}; after it, none can be found. The file is damaged: copy it again in binary mode, or ' +
    'capture again.',
  'damaged-file':
    'At offset {at} the file holds {what}. Packets read before it: {read}; after it, none can be found. ' +
    'The file is damaged: copy it again in binary mode, or capture again.',
  'bad-block':
    'The pcapng block of type {type} at offset {at} was passed over because {reason}. The blocks after it were read. ' +
    'The program that wrote the file is at fault.',
  'unknown-interface':
    'Packet {packet} at offset {at} belongs to interface {interface}, which the file does not describe, so it was passed over. ' +
    'The file was probably pieced together; use `mergecap` for that.',
  'too-many-interfaces':
    'From offset {at} on, the file describes more than {limit} interfaces; packets of the further ones were passed over.',
  'unknown-link-type':
    'Packets of link type {linkType} ({name}), first packet {packet} at offset {at}, cannot be read and were passed over. ' +
    'Capture on an Ethernet or loopback interface, or on `any`.',
  'snapped-packets':
    'Packets cut short when they were captured: {count} of {of}, the first being packet {packet}. What is missing from ' +
    'their TCP data is reported as lost. Capture whole packets: `tcpdump -s 0`.',
  'dropped-packets':
    'Packets dropped while capturing, by the own count of the capturing program: {count}. Narrow its filter to the port ' +
    'in question, or enlarge its buffer: `tcpdump -B 16384`.',
  'no-packets':
    'The file is a {format} capture without any packet. Check the interface and the filter of the capturing program, and that ' +
    'there was traffic while it ran.',
};

/** One problem as one paragraph of plain text. */
export function describeProblem(problem: CaptureProblem): string {
  const values: Readonly<Record<string, string | number>> = {
    ...problem.params,
    at: problem.at,
    packet: problem.packet,
  };
  return sentences[problem.kind].replace(/\{(\w+)\}/g, (_, name: string) => formatValue(values[name] ?? '')).trimEnd();
}

function formatValue(value: string | number): string {
  return typeof value === 'string' ? value : groupDigits(value);
}
