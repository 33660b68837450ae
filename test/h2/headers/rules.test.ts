import { describe, expect, it } from 'vitest';
import { type HeaderField, type HeadersRole, headerFaults } from '#h2';
import { nameProblem, quoted, valueProblem } from '../../../src/h2/headers/characters.ts';

type Unknown = HeaderField['unknown'];
type Line = readonly [name: string, value: string, unknown?: Unknown];

function faults(role: HeadersRole, lines: readonly Line[]): string[] {
  const fields = lines.map(
    ([name, value, unknown]): HeaderField => ({ name, value, neverIndexed: false, unknown: unknown ?? 'nothing' }),
  );
  const complete = fields.every(({ unknown }) => unknown === 'nothing');
  return headerFaults(role, { fields, complete }, 7).map(({ rule, stream, detail }) => {
    expect(stream).toBe(7);
    return `${rule}: ${detail}`;
  });
}

const request: readonly Line[] = [
  [':method', 'POST'],
  [':scheme', 'http'],
  [':path', '/a.B/C'],
  [':authority', 'a:1'],
];
const ok: Line = [':status', '200'];

describe('sound', () => {
  it.each<[string, HeadersRole, readonly Line[]]>([
    ['request', 'request', [...request, ['te', 'trailers'], ['content-type', 'application/grpc'], ['x-empty', '']]],
    ['request without authority', 'request', request.slice(0, 3)],
    ['CONNECT', 'request', [[':method', 'CONNECT'], request[3]!]],
    ['extended CONNECT', 'request', [[':method', 'CONNECT'], [':protocol', 'websocket'], ...request.slice(1)]],
    ['promise', 'promise', request],
    ['response', 'response', [ok, ['content-length', '12'], ['x', '\x80\t\xff']]],
    [
      'informational',
      'informational',
      [
        [':status', '103'],
        ['link', '</a>'],
      ],
    ],
    [
      'trailers',
      'trailers',
      [
        ['grpc-status', '0'],
        ['grpc-message', ''],
      ],
    ],
    ['unknown, of a request', 'unknown', request.slice(2)],
    ['unknown, of a response', 'unknown', [ok]],
    ['unknown, of trailers', 'unknown', [['grpc-status', '0']]],
    ['repeated length', 'response', [ok, ['content-length', '12'], ['content-length', '12']]],
    ['TE in other letters', 'request', [...request, ['te', 'Trailers']]],
    ['HTTP/1 fields that concern no connection', 'request', [...request, ['host', 'a'], ['expect', '100-continue']]],
  ])('%s', (_name, role, lines) => {
    expect(faults(role, lines)).toEqual([]);
  });
});

describe('malformed', () => {
  it.each<[HeadersRole, readonly Line[], string]>([
    ['request', [...request, ['Te', 'trailers']], "headers/uppercase-name: field name 'Te'"],
    ['trailers', [['', 'x']], "headers/bad-character: field name ''"],
    ['trailers', [['a b', 'x']], "headers/bad-character: field name 'a b'"],
    ['trailers', [['a:b', 'x']], "headers/bad-character: field name 'a:b'"],
    ['trailers', [['a\x7f', 'x']], "headers/bad-character: field name 'a\\x7f'"],
    ['trailers', [['a\xe9', 'x']], "headers/bad-character: field name 'a\\xe9'"],
    ['trailers', [['a', 'x\0y']], "headers/bad-character: field 'a' with value 'x\\x00y'"],
    ['trailers', [['a', 'x\ny']], "headers/bad-character: field 'a' with value 'x\\x0ay'"],
    ['trailers', [['a', 'x\r']], "headers/bad-character: field 'a' with value 'x\\x0d'"],
    ['trailers', [['a', ' x']], "headers/bad-character: field 'a' with value ' x'"],
    ['trailers', [['a', 'x\t']], "headers/bad-character: field 'a' with value 'x\\x09'"],
    ['unknown', [[':path', '/\n']], "headers/bad-character: field ':path' with value '/\\x0a'"],
    ['response', [ok, ['connection', 'close']], "headers/connection-specific: field 'connection' with value 'close'"],
    ['response', [ok, ['keep-alive', '5']], "headers/connection-specific: field 'keep-alive' with value '5'"],
    ['request', [...request, ['proxy-connection', 'x']], 'headers/connection-specific: '],
    ['request', [...request, ['transfer-encoding', 'chunked']], 'headers/connection-specific: '],
    ['request', [...request, ['upgrade', 'h2c']], 'headers/connection-specific: '],
    ['request', [...request, ['te', 'trailers, deflate']], "headers/bad-te: te: 'trailers, deflate'"],
    ['request', [...request, ['content-length', '-1']], "headers/bad-content-length: content-length: '-1'"],
    ['request', [...request, ['content-length', '']], "headers/bad-content-length: content-length: ''"],
    ['request', [...request, ['content-length', '1, 1']], "headers/bad-content-length: content-length: '1, 1'"],
    [
      'request',
      [...request, ['content-length', '1'], ['content-length', '2']],
      "headers/bad-content-length: content-length: '1' and '2'",
    ],
    ['request', request.slice(1), 'headers/pseudo-missing: no :method in a request'],
    ['request', [request[0]!, request[2]!], 'headers/pseudo-missing: no :scheme in a request'],
    ['request', request.slice(0, 2), 'headers/pseudo-missing: no :path in a request'],
    ['request', [request[0]!, request[1]!, [':path', '']], "headers/pseudo-missing: :path '' in a request"],
    ['promise', [], 'headers/pseudo-missing: no :method in a promised request'],
    ['request', [[':method', 'CONNECT']], 'headers/pseudo-missing: no :authority in a CONNECT request'],
    [
      'request',
      [
        [':method', 'CONNECT'],
        [':authority', 'a:1'],
        [':path', '/'],
      ],
      'headers/pseudo-unknown: :path in a CONNECT request',
    ],
    ['response', [], 'headers/pseudo-missing: no :status in a response'],
    ['response', [[':status', '20']], "headers/pseudo-missing: :status '20' in a response"],
    ['informational', [[':status', '1xx']], "headers/pseudo-missing: :status '1xx' in an informational response"],
    ['response', [ok, ok], "headers/pseudo-duplicate: field ':status' with value '200', a second time"],
    ['response', [['a', 'b'], ok], "headers/pseudo-late: field ':status' with value '200' after other fields"],
    ['request', [...request, ok], "headers/pseudo-unknown: field ':status' with value '200' in a request"],
    ['response', [ok, request[2]!], "headers/pseudo-unknown: field ':path' with value '/a.B/C' in a response"],
    ['unknown', [[':what', '']], "headers/pseudo-unknown: field ':what' with value '' in a header block"],
    ['trailers', [ok], "headers/pseudo-in-trailers: field ':status' with value '200' in trailers"],
  ])('%s %j', (role, lines, expected) => {
    const [only, ...more] = faults(role, lines);
    expect(more).toEqual([]);
    if (expected.endsWith(': ')) expect(only?.startsWith(expected)).toBe(true);
    else expect(only).toBe(expected);
  });

  it('in several ways is told once a rule', () => {
    const lines: Line[] = [
      ['B', ''],
      ['A', ''],
      [':path', '/'],
      [':scheme', 'http'],
      ['connection', ''],
      ['upgrade', ''],
    ];
    expect(faults('request', lines).map((line) => line.split(':')[0])).toEqual([
      'headers/uppercase-name',
      'headers/pseudo-late',
      'headers/connection-specific',
      'headers/pseudo-missing',
    ]);
  });
});

describe('unknown fields', () => {
  it('are not judged, and nothing is called missing that may be among them', () => {
    expect(faults('request', [['', '', 'field']])).toEqual([]);
    expect(faults('response', [['', ' x\n', 'name']])).toEqual([]);
  });

  it('do not hide what others break', () => {
    expect(
      faults('request', [
        ['', '', 'field'],
        ['te', 'x'],
      ]),
    ).toEqual(["headers/bad-te: te: 'x'"]);
    expect(
      faults('request', [
        ['a', ''],
        ['', '', 'field'],
        [':path', '/'],
      ])[0],
    ).toContain('headers/pseudo-late');
  });
});

describe('characters', () => {
  it('of names are judged octet by octet', () => {
    for (let code = 0; code < 256; code++) {
      const upper = code >= 0x41 && code <= 0x5a;
      const forbidden = code <= 0x20 || code >= 0x7f || code === 0x3a;
      const expected = forbidden ? 'forbidden' : upper ? 'upper-case' : 'none';
      expect(nameProblem(`a${String.fromCharCode(code)}`), `octet ${code}`).toBe(expected);
    }
    expect(nameProblem('A B')).toBe('forbidden');
  });

  it('of values are judged octet by octet', () => {
    for (let code = 0; code < 256; code++) {
      const text = String.fromCharCode(code);
      expect(valueProblem(`a${text}a`), `octet ${code}`).toBe([0, 10, 13].includes(code));
      expect(valueProblem(text), `octet ${code} alone`).toBe([0, 9, 10, 13, 32].includes(code));
    }
    expect(valueProblem('')).toBe(false);
  });

  it('are quoted as printable ASCII, and cut', () => {
    expect(quoted("it's\x00\x1b[31m\xff")).toBe("'it's\\x00\\x1b[31m\\xff'");
    expect(quoted('x'.repeat(61))).toBe(`'${'x'.repeat(60)}...'`);
  });
});
