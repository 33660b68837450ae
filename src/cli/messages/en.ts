/** What the commands themselves say, in English. The other languages have the same shape: see `Messages`. */

import { describeProblem } from '#capture';
import type { TraceProblem } from '#trace';

/** What was found in place of HTTP/2, as counted by the survey of an input. */
export type SeenProtocol = 'tls' | 'http1' | 'other' | 'silent';

/** Connections, the first of them by number. */
interface Counted {
  readonly connections: number;
  readonly first: readonly number[];
}

/** Why a TLS connection stayed closed although there are secrets. */
export type KeyTrouble =
  | 'no-keys'
  | 'missing-secret'
  | 'wrong-keys'
  | 'unsupported'
  | 'handshake-not-captured'
  | 'lost-place';

const keyTroubles: Readonly<Record<KeyTrouble, (sessions: number) => string>> = {
  'no-keys': (sessions) =>
    `no line of the key log has their client random; it holds ${counted(sessions, 'other connection')}`,
  'missing-secret': () => 'the key log has lines of them, but not those of the application data of both sides',
  'wrong-keys': () => 'the secrets that the key log has for them open no record',
  unsupported: () =>
    'their TLS version or cipher suite is not decrypted here (TLS 1.2 and 1.3 with GCM, ChaCha20 or CBC are)',
  'handshake-not-captured': () => 'part of their handshake was not captured',
  'lost-place': () => 'packets are missing, and the next whole record was not found',
};

/** Why an option's value is refused. */
type Numeric = 'whole' | 'seconds' | 'width';

const seen: Readonly<Record<SeenProtocol, (count: number, ports: string) => string>> = {
  tls: (count, ports) => `${counted(count, 'TLS connection')} on ${ports}`,
  http1: (count, ports) => `${counted(count, 'HTTP/1 connection')} on ${ports}`,
  other: (count, ports) => `${counted(count, 'connection')} of another protocol on ${ports}`,
  silent: (count, ports) => `${counted(count, 'connection')} without data on ${ports}`,
};

const numeric: Readonly<Record<Numeric, string>> = {
  whole: 'It must be a whole number from 1 on.',
  seconds: 'It must be a number of seconds since the first packet, such as 12.5.',
  width: 'It must be a number of columns from 48 to 1000.',
};

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export const en = {
  help: {
    titles: { 'Usage:': 'Usage:', 'Arguments:': 'Arguments:', 'Options:': 'Options:', 'Commands:': 'Commands:' },
    program: 'Says why a gRPC or HTTP/2 connection died, with the frames that prove it and the setting that fixes it.',
    programAfter: `
Examples:
  calmwire explain trace.pcapng
  tcpdump -i any -U -w - tcp | calmwire explain -     Ctrl-C ends the capture and shows the report
  calmwire frames trace.pcapng --connection 3

"calmwire <command> --help" tells more.`,
    explain: 'say what went wrong in a capture, whose fault it is and what to change',
    explainAbout:
      'Says what went wrong in a capture: the cause, who caused it, the frames that prove it, the calls that were hit, and the setting to change.',
    explainAfter: `
FILE is a packet capture (pcap or pcapng) or a trace written by "calmwire frames --format json",
gzip allowed; "-" is standard input. All TCP ports are searched for HTTP/2, none must be named.
Or it is a log: the connection errors that gRPC libraries and proxies write are found in it.
Beside a capture of the same time, its lines stand with the frames that they belong to.

Exit code: 0 fine, 1 findings at or above --fail-on, 2 wrong usage or nothing that can be judged.

Examples:
  calmwire explain trace.pcapng           what went wrong, whose fault it is, what to change
  calmwire explain app.log                what its lines prove, and what they do not
  calmwire explain trace.pcapng app.log   both, joined by address and time
  calmwire explain --fail-on warning *.pcap
                                          for scripts: exit code 1 if anything did
  calmwire explain --format json trace.pcap | jq .findings
  calmwire explain --compare client-side.pcapng server-side.pcapng
                                          what a proxy lost, changed or delayed between its sides
  tcpdump -i any -U -w - tcp port 50051 | calmwire explain -
  kubectl exec POD -- tcpdump -i any -U -w - tcp | calmwire explain -
  ssh HOST sudo tcpdump -i any -U -w - tcp | calmwire explain -
                                          live; Ctrl-C ends the capture and shows the report`,
    frames: 'list the frames of a capture, one a line',
    framesAbout:
      'Lists the HTTP/2 frames of a capture, one a line, decoded, with flow-control windows, header fields and gRPC status.',
    framesAfter: `
FILE is a packet capture (pcap or pcapng) or a trace, gzip allowed; "-" is standard input.
"->" is client to server. Besides frames there are lines OPEN, ESTABLISHED, PROTOCOL, TLS,
VIOLATION, LOST, TCP, FIN and RST; --type takes these words and the names of frame types.

Examples:
  calmwire frames trace.pcapng --type goaway,rst_stream,fin,rst
                                          how things ended
  calmwire frames trace.pcapng --connection 3 --stream 7 --headers
                                          one call with all its header fields
  calmwire frames trace.pcapng --type ping --since 40 --until 60
  calmwire frames trace.pcapng --connection 3 --format json > connection-3.ndjson
                                          a small trace to pass on; "calmwire explain" reads it
  tcpdump -i any -U -w - tcp port 50051 | calmwire frames -`,
    file: 'captures, traces or logs; - is standard input',
    format: {
      explain:
        'text for people, json for programs, sarif for code scanning, html with a timeline, markdown for a channel',
      frames: 'text for people, tsv: a row a frame for other tools, json: a trace file that explain reads',
    },
    lang: 'language, by default that of the environment',
    output: 'write the report to this file',
    annotate: 'also write the capture to this pcapng file, with the findings as packet comments for Wireshark',
    failOn: 'exit with code 1 if there is a finding of this severity or a worse one',
    color: 'colours; auto is for terminals only, and NO_COLOR is honoured',
    width: 'columns of the report, by default those of the terminal',
    all: 'show everything: findings of severity info in full, and full reports for several files',
    connection: 'only this connection',
    stream: 'only this stream (0: the frames of the connection itself)',
    type: 'only these types, such as goaway,rst_stream,fin,rst',
    from: 'only what this side sent',
    since: 'from this time on, in seconds since the first packet',
    until: 'up to this time',
    headers: 'all header fields, one a line',
    proto:
      'decode messages by this .proto file, folder of them or descriptor set (protoc -o, buf build -o); repeatable',
    protoPath: 'look here first for what .proto files import; repeatable',
    decodeRaw: 'guess the contents of messages that no --proto describes, by field number',
    compare: 'the FILEs are two hops of the same calls, before and behind a proxy: show what happened between them',
    showSecrets:
      'show secrets as they are: tokens, cookies, passwords, values of queries and messages are hidden otherwise',
    limit: 'stop after this many lines',
    keylog: 'secrets of TLS connections as SSLKEYLOGFILE holds them; those inside a pcapng file are used anyway',
    byDefault: (value: string) => ` (default: ${value})`,
    version: 'print the version',
    help: 'print this help',
    helpCommand: 'print the help of a command',
  },
  usage: {
    unknownOption: (option: string, suggestion: string) =>
      `unknown option ${option}${suggestion === '' ? '' : ` (did you mean ${suggestion}?)`}`,
    unknownCommand: (command: string, suggestion: string) =>
      `unknown command "${command}"${suggestion === '' ? '' : ` (did you mean ${suggestion}?)`}`,
    missingFile: () => 'no FILE given; "-" is standard input',
    missingValue: (option: string) => `option ${option} needs a value`,
    badValue: (option: string, value: string, reason: string) => `option ${option} cannot be "${value}". ${reason}`,
    annotateOne: () => '--annotate writes one capture; give it one FILE',
    annotateTwice: () =>
      '--annotate reads the capture twice, and standard input can be read only once; save it to a file first',
    compareWithout: (option: string) => `--compare judges two inputs as one, so ${option} does not go with it`,
    compareTwo: (files: number) =>
      `--compare takes two FILEs, one from each side of the proxy, or one that holds both hops; ${files} were given`,
    standardInputTwice: () => 'standard input ("-") can be read only once',
    oneTraceFile: () => 'with --format json, frames writes one trace file; give it one FILE',
    see: (command: string) => `Try "${command} --help".`,
    oneOf: (words: readonly string[]) => `It must be ${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}.`,
    numeric,
    types: (word: string, known: readonly string[]) =>
      `"${word}" is no type. Frame types: ${known.join(', ')}; or a number such as 0x4d. Other lines: OPEN, ESTABLISHED, PROTOCOL, TLS, VIOLATION, LOST, TCP, FIN, RST, EVICTED.`,
  },
  proto: {
    'not-found': (path: string) => `--proto ${path}: there is no such file or folder`,
    'no-permission': (path: string) => `--proto ${path}: no permission to read it`,
    'not-descriptors': (path: string) =>
      `--proto ${path}: this is neither a .proto file nor a descriptor set; make one with "protoc --include_imports -o FILE ..." or "buf build -o FILE.binpb"`,
    'no-files': (path: string) => `--proto ${path}: there is no .proto file in this folder`,
    unreadable: (path: string, detail: string) => `--proto ${path}: it cannot be read: ${detail}`,
    tooLarge: (path: string, bytesMax: number) => `--proto ${path}: it is larger than ${bytesMax} bytes`,
    tooMany: (path: string, filesMax: number) =>
      `--proto ${path}: there are more than ${filesMax} .proto files in this folder; name the one of the service`,
    syntax: (place: string, detail: string) =>
      `${place}: ${detail}. Correct the file, or give a descriptor set instead (protoc --include_imports -o FILE ...)`,
    import: (path: string, name: string, types: readonly string[]) =>
      `${path}: its import "${name}" was not found, so these types are not known: ${types.join(', ')}. Name its folder with --proto-path`,
  },
  input: {
    'not-found': () => 'there is no such file',
    'no-permission': () => 'no permission to read it (captures written by root often need sudo, or chown)',
    'is-directory': () => 'it is a directory; name the capture files in it',
    unreadable: (detail: string) => `it cannot be read: ${detail}`,
    'gzip-truncated': () => 'the compressed file ends too early; what could be decompressed was read',
    'gzip-damaged': (detail: string) =>
      `the compressed file is damaged; what stands before the damage was read (${detail})`,
    terminal: () =>
      'standard input is the keyboard; pipe a capture into it: tcpdump -i any -U -w - tcp | calmwire explain -',
  },
  output: {
    isInput: () => 'this file is already in use as an input or another output, and would be overwritten; name another',
    refused: (reason: string) => `it cannot be written: ${reason}`,
    notCapture: () => 'this is no packet capture, so there are no packets to annotate',
    annotated: (packets: number, left: number) =>
      `${counted(packets, 'packet')} with comments${left > 0 ? `, ${left} more without a place for one` : ''}`,
  },
  capture: describeProblem,
  trace: ({ kind, line, detail }: TraceProblem) => {
    if (kind === 'not-a-trace') return `this is neither a packet capture nor a trace file: ${detail}`;
    if (kind === 'unsupported-version') return `this trace file cannot be read: ${detail}`;
    return `line ${line} was passed over: ${detail}`;
  },
  traceNewer: (lines: number) =>
    `${counted(lines, 'line')} of kinds that only a newer version of calmwire knows ${lines === 1 ? 'was' : 'were'} passed over`,
  moreProblems: (problems: number) => `${problems} more of this kind`,
  joined: {
    unaligned: (capture: string) =>
      `its times cannot be compared with those of ${capture}: they name no zone, and no single zone makes lines meet events; lines were joined by addresses only`,
    assumedZone: (capture: string, zone: string, lines: number) =>
      `its times name no zone; taken as ${zone}, because ${counted(lines, 'line')} then ${lines === 1 ? 'meets' : 'meet'} events of ${capture}`,
  },
  content: {
    noTcp: (packets: number) =>
      `no TCP in ${counted(packets, 'packet')}; HTTP/2 runs over TCP, so the capture filter or the interface was another one`,
    noKnownLine: (lines: number, timed: boolean) =>
      timed
        ? `none of its ${counted(lines, 'line')} is a connection error that is known; lines of other kinds are not explained`
        : `This is a text file, not a packet capture; as a log, none of its ${counted(lines, 'line')} has a time or a known connection error`,
    noHttp2: (parts: readonly string[]) => `no HTTP/2 in clear text: ${parts.join(', ')}`,
    noConnection: () => 'no HTTP/2 in clear text, and no TCP connection that could be followed',
    seen,
    ports: (ports: readonly number[], more: number) =>
      `port${ports.length + more === 1 ? '' : 's'} ${ports.join(', ')}${more === 0 ? '' : ` and ${more} more`}`,
    tlsAdvice: () =>
      'TLS hides the frames. Give the secrets with --keylog FILE (SSLKEYLOGFILE), or capture where the traffic is in clear text: behind the proxy or sidecar that ends TLS, often on its loopback interface (tcpdump -i lo).',
    portAdvice: () =>
      'All ports were searched. Is the traffic on another interface, or did the connections open before the capture began and stay idle?',
  },
  keys: {
    notAKeyLog: (lines: number) =>
      `this is no key log: none of its ${counted(lines, 'line')} is "LABEL CLIENT_RANDOM SECRET" in hexadecimal, as SSLKEYLOGFILE writes it`,
    empty: () => 'this key log is empty: no TLS connection was made while it was set, or the program does not write it',
    standardInput: () => 'the key log must be a file; standard input is for captures',
    noTls: (sessions: number) =>
      `the key log has secrets of ${counted(sessions, 'connection')}, and there is no TLS connection here`,
    closed: (kind: KeyTrouble, { connections, first }: Counted, sessions: number) =>
      `${counted(connections, 'TLS connection')} (number ${first.join(', ')}${connections > first.length ? ', ...' : ''}) could not be decrypted: ${keyTroubles[kind](sessions)}`,
  },
  summary: {
    file: 'file',
    connections: 'connections',
    errors: 'errors',
    warnings: 'warnings',
    infos: 'notes',
    worst: 'worst finding',
    outcome: { judged: 'no failure found', nothing: 'nothing to judge', unreadable: 'not readable' },
  },
};

/** The shape that every language has. */
export type Messages = typeof en;
