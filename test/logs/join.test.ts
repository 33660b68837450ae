/** Logs beside captures of the same run: lines find their findings by address or by time. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Capture } from '#capture';
import { Diagnosis, type Report } from '#diagnose';
import { join } from '#logs';
import { Tracer } from '#trace';
import { align } from '../../src/logs/join/align.ts';
import { diagnose } from './support.ts';

const folder = fileURLToPath(new URL('../../fixtures/logs/', import.meta.url));

function reportOf(name: string): Report {
  const diagnosis = new Diagnosis();
  const capture = new Capture(new Tracer(diagnosis.event));
  capture.push(readFileSync(`${folder}${name}.pcap`));
  capture.end();
  const { startEpochMs, packets, lastTimeMs: durationMs } = capture.summary;
  const input = { name, format: 'pcap', packets, bytes: 0, startEpochMs, durationMs, problems: [] };
  return { input, ...diagnosis.finish() };
}

describe.each([
  ['grpc-go-client-idle-pings', 'keepalive/too-many-pings', 'assumed'],
  ['grpc-js-idle-pings', 'keepalive/too-many-pings', 'zoned'],
  ['grpc-go-client-abrupt-exit', 'connection/abrupt-close', 'assumed'],
  ['vertx-4.3-late-write', 'goaway/late-write', 'zoned'],
] as const)('%s', (name, id, clock) => {
  const report = reportOf(name);
  const log = diagnose(readFileSync(`${folder}${name}.log`));

  it(`adds its lines to ${id}`, () => {
    const joined = join(report, { name: 'app.log', log });
    expect(joined.alignment.kind).toBe(clock);
    const finding = joined.report.findings.find((one) => one.id === id);
    const lines = finding?.evidence.filter(({ input }) => input === 'app.log') ?? [];
    expect(lines.length).toBeGreaterThan(0);
    for (const { line } of lines) expect(joined.lines.has(line ?? 0)).toBe(true);
    expect(log.findings(joined.lines).some((one) => one.id === id)).toBe(false);
    expect(joined.report.findings.map(({ certainty }) => certainty)).toEqual(
      report.findings.map(({ certainty }) => certainty),
    );
  });
});

it('a log of another day joins nothing', () => {
  const report = reportOf('grpc-js-idle-pings');
  const text = readFileSync(`${folder}grpc-js-idle-pings.log`, 'utf8').replaceAll('2026-11-21', '2026-10-02');
  const joined = join(report, { name: 'app.log', log: diagnose(text) });
  expect(joined.lines.size).toBe(0);
  expect(joined.report).toBe(report);
});

it('a line about another server joins nothing', () => {
  const report = reportOf('grpc-js-idle-pings');
  const text = readFileSync(`${folder}grpc-js-idle-pings.log`, 'utf8').replaceAll('127.0.0.1:17101', '10.9.9.9:443');
  expect(join(report, { name: 'app.log', log: diagnose(text) }).lines.size).toBe(0);
});

it('a line that names the very connection needs no clock', () => {
  const report = reportOf('grpc-go-client-abrupt-exit');
  const { port } = report.connections[0]!.client;
  const line = `rpc error: code = Unavailable desc = error reading from server: read tcp 127.0.0.1:${port}->127.0.0.1:15111: read: connection reset by peer`;
  const joined = join(report, { name: 'app.log', log: diagnose(line) });
  expect(joined.alignment.kind).toBe('unknown');
  expect([...joined.lines]).toEqual([1]);
});

describe('clocks', () => {
  const base = { zone: 'none', startMs: 1_000_000_000_000, yearless: false } as const;

  it('a zone is taken when one alone makes lines meet', () => {
    const east8 = 8 * 3_600_000;
    const found = align(base, 1_000_000_000_000 - east8, (shiftMs) => (shiftMs === 0 ? 3 : 0));
    expect(found).toEqual({ kind: 'assumed', shiftMs: 0, eastMinutes: 480, lines: 3 });
  });

  it('two that do equally well are no answer', () => {
    expect(align(base, 1_000_000_000_000, (shiftMs) => (shiftMs === 0 || shiftMs === 3_600_000 ? 1 : 0)).kind).toBe(
      'unknown',
    );
  });

  it('without a clock on one side there is none', () => {
    expect(align({ ...base, startMs: undefined }, 1, () => 1).kind).toBe('unknown');
    expect(align(base, undefined, () => 1).kind).toBe('unknown');
  });

  it('a year that is missing is the one of the capture', () => {
    const log = { zone: 'none', startMs: Date.UTC(2000, 10, 21, 13), yearless: true } as const;
    const found = align(log, Date.UTC(2026, 10, 21, 13), (shiftMs) => (shiftMs === 0 ? 1 : 0));
    expect(found).toMatchObject({ kind: 'assumed', eastMinutes: 0 });
  });
});
