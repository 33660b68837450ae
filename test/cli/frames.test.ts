import { describe, expect, it } from 'vitest';
import { cut, pieces } from '../node/support.ts';
import { captureBytes, capturePath, FAILING } from './fixtures.ts';
import { calmwire } from './support.ts';

async function frames(...args: readonly string[]): Promise<string[]> {
  const { code, stdout, stderr } = await calmwire(['frames', capturePath(FAILING), ...args]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [heading, ...lines] = stdout.trimEnd().split('\n');
  expect(heading).toMatch(/^ +frame +time s +packet conn {4}type/);
  return lines;
}

describe('calmwire frames', () => {
  it('lists the frames of a recording', async () => {
    const lines = await frames('--connection', '1', '--until', '2.5');
    expect(lines.map((line) => line.replace(/ +/g, ' ').trim())).toEqual([
      '- 0.000000 1 1 -- OPEN - - - 127.0.0.1:35720 -> 127.0.0.1:17101',
      '- 0.000025 2 1 -- ESTABLISHED - - -',
      '1 0.002850 4 1 -> SETTINGS 0 6 - INITIAL_WINDOW_SIZE=65535',
      '2 0.003588 6 1 <- SETTINGS 0 24 - INITIAL_WINDOW_SIZE=4194304 MAX_FRAME_SIZE=4194304 MAX_HEADER_LIST_SIZE=16384 UNKNOWN(0xfe03)=1',
      '3 0.003588 6 1 <- WINDOW_UPDATE 0 4 - +4128769 connection window 4194304',
      '4 0.003717 8 1 <- SETTINGS 0 0 ACK',
      '5 0.008802 10 1 -> SETTINGS 0 0 ACK',
      '6 0.008802 10 1 -> HEADERS 1 110 END_HEADERS request POST /lab.Echo/Unary',
      '7 0.008802 10 1 -> DATA 1 7 END_STREAM stream window 4194297, connection window 4194297 message 2',
      '8 0.009035 11 1 <- PING 0 8 - e5bb032039ee6426',
      '9 0.009726 12 1 -> PING 0 8 ACK e5bb032039ee6426',
      '10 0.010133 13 1 <- HEADERS 1 78 END_HEADERS response :status=200',
      '11 0.010133 13 1 <- DATA 1 15 - stream window 65520, connection window 65520 message 10',
      '12 0.010133 13 1 <- HEADERS 1 30 END_STREAM|END_HEADERS trailers grpc-status=0 OK',
      '13 0.010133 13 1 <- WINDOW_UPDATE 0 4 - +7 connection window 4194304',
      '14 1.005677 15 1 -> PING 0 8 - 2775046339020000',
      '15 1.005892 16 1 <- PING 0 8 ACK 2775046339020000',
      '16 2.007772 18 1 -> PING 0 8 - 30fdbe9e39020000',
      '17 2.008025 19 1 <- PING 0 8 ACK 30fdbe9e39020000',
    ]);
  });

  it('filters', async () => {
    const ends = await frames('--type', 'goaway,fin,rst', '--from', 'server');
    expect(ends.map((line) => line.slice(34, 50).trim())).toEqual([
      '<- GOAWAY',
      '<- FIN',
      '<- RST',
      '<- GOAWAY',
      '<- FIN',
      '<- RST',
    ]);
    expect(await frames('--stream', '1', '--connection', '2')).toHaveLength(5);
    expect(await frames('--since', '4', '--until', '4.1', '--type', 'goaway')).toHaveLength(3);
    expect(await frames('--limit', '7')).toHaveLength(7);
  });

  it('lists all header fields', async () => {
    const lines = await frames('--headers', '--stream', '1', '--connection', '1', '--type', 'headers');
    const fields = lines.filter((line) => line.startsWith(' '.repeat(37))).map((line) => line.trim());
    expect(fields).toContain(':path: /lab.Echo/Unary');
    expect(fields).toContain('grpc-status: 0');
  });

  it('writes what a live pipe has shown, at once', async () => {
    const [first, second] = cut(captureBytes(FAILING), 2000);
    let shownBefore = '';
    const result = await calmwire(['frames', '-'], {
      stdin: (async function* () {
        yield first!;
        shownBefore = 'asked for more';
        yield second!;
      })(),
    });
    expect(shownBefore).toBe('asked for more');
    expect(result.writes.length).toBeGreaterThanOrEqual(2);
    expect(result.writes[0]).toMatch(/HEADERS .*POST \/lab.Echo\/Unary\n/);
    expect(result.writes[0]).toMatch(/\n$/);
  });

  it('prints the same for every chunking', async () => {
    const expected = (await frames()).join('\n');
    for (const size of [1, 77]) {
      const { stdout } = await calmwire(['frames', '-'], { stdin: pieces(...cut(captureBytes(FAILING), size)) });
      expect(stdout.trimEnd().split('\n').slice(1).join('\n')).toBe(expected);
    }
  });

  it('stops reading when its reader leaves', async () => {
    let asked = 0;
    const bytes = captureBytes(FAILING);
    const { code, stderr } = await calmwire(['frames', '-'], {
      stdoutLimit: 10,
      stdin: (async function* () {
        for (const part of cut(bytes, 1000)) {
          asked++;
          yield part;
        }
      })(),
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(asked).toBe(1);
  });

  it('stops reading at its limit, and does not call the rest missing', async () => {
    const parts = cut(captureBytes(FAILING), 1000);
    const { code, stdout, stderr } = await calmwire(['frames', '-', '--limit', '3'], { stdin: pieces(...parts) });
    expect({ code, stderr, lines: stdout.split('\n').length }).toEqual({ code: 0, stderr: '', lines: 5 });
  });

  it('parts the files', async () => {
    const path = capturePath(FAILING);
    const { stdout } = await calmwire(['frames', path, path, '--limit', '1']);
    expect(stdout.split('\n').filter((line) => line.startsWith('==>'))).toEqual([`==> ${path} <==`, `==> ${path} <==`]);
  });

  it('says why there is nothing, and exits with 2', async () => {
    const { code, stdout, stderr } = await calmwire(['frames', capturePath('node-tls-only.pcapng'), 'nowhere']);
    expect(stderr).toContain('no HTTP/2 in clear text: 1 TLS connection on port 443');
    expect(stderr).toContain('nowhere: there is no such file');
    expect(stdout).toContain('PROTOCOL');
    expect(code).toBe(2);
  });
});
