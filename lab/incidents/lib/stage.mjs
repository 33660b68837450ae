/**
 * Where one step of an incident plays: programs that end with it, a capture around them, `calmwire explain` on what was recorded,
 * and checks that are written down as they are made.
 */
import { isDeepStrictEqual } from 'node:util';
import { explain, failuresOf, startCapture, withConsequences } from '../../lib/capture.mjs';
import { Programs, run } from '../../lib/programs.mjs';

/** Captured ports, a hundred for each incident, so that two of them can play at once; none of the lab's other commands uses them. */
const FIRST_PORT = 18_600;
const PORTS = 100;

/** One for all steps: each ends what it started. */
const programs = new Programs();

export class Stage {
  #name;
  #nextPort;
  #endOfPorts;
  /** Whether to wait as long as the report did. */
  long;
  /** `{ what, ok, seen }`, in the order in which they were made. */
  checks = [];
  /** Captures made, by name: file and packets that tcpdump lost. */
  captures = new Map();

  /** `place`: which of the incidents this is. */
  constructor(name, { long, place }) {
    this.#name = name;
    this.#nextPort = FIRST_PORT + place * PORTS;
    this.#endOfPorts = this.#nextPort + PORTS;
    this.long = long;
  }

  /** A port of loopback that the capture sees. */
  port() {
    if (this.#nextPort === this.#endOfPorts) throw new Error(`a step has ${PORTS} ports`);
    return this.#nextPort++;
  }

  /** Starts a server: see `Programs.start`. */
  start(name, command, options) {
    return programs.start(`${this.#name}-${name}`, command, options);
  }

  /** Runs a client to its end: see `run` of lab/lib/programs.mjs. */
  run(command, options) {
    return run(command, options);
  }

  /** Records what `ports` carry while `play` runs; answers with the file. */
  async record(name, ports, play) {
    const filter = ports.map((port) => `tcp port ${port}`).join(' or ');
    const capture = await startCapture(filter, `${this.#name}-${name}`);
    try {
      await play();
    } finally {
      this.captures.set(name, await capture.stop());
    }
    return this.captures.get(name).file;
  }

  /** The report on files, and all its findings in one list. */
  async explain(files, options) {
    const report = await explain(files, options);
    return { ...report, all: report.findings.flatMap(withConsequences) };
  }

  /**
   * Writes down whether something is as it must be. `seen` is what was there instead, or a figure that readers want. Ports are left out:
   * they are others in each run.
   */
  check(what, ok, seen = '') {
    this.checks.push({ what, ok: ok === true, seen: String(seen).replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:PORT') });
    process.stdout.write(`    ${ok === true ? 'ok  ' : 'FAIL'}  ${what}${seen === '' ? '' : `: ${seen}`}\n`);
  }

  /** Checks that a report holds a finding with these members (`id`, `culprit`, `certainty`, `variant` ...), and answers with it. */
  checkFinding(report, wanted) {
    const found = report.all.find((finding) =>
      Object.entries(wanted).every(([name, value]) => isDeepStrictEqual(finding[name], value)),
    );
    const seen = report.all.map(({ id, certainty, culprit }) => `${id} (${certainty}, ${culprit})`).join('; ');
    const members = Object.entries(wanted).map(([name, value]) => `${name} ${value}`);
    this.check(`explain finds ${members.join(', ')}`, found !== undefined, found === undefined ? seen || 'nothing' : '');
    return found;
  }

  /** Checks that the first remedy of a finding is this one: the one that the next step applies. */
  checkRemedy(finding, { stack, setting }) {
    const first = finding?.remedies[0];
    const seen = first === undefined ? 'no remedy' : `${first.stack}: ${first.setting} ${first.value}`.trim();
    this.check(`its first remedy is ${setting} of ${stack}`, first?.stack === stack && first?.setting === setting, seen);
  }

  /** Checks that a report has no finding above `info`. */
  checkCalm(report) {
    const failures = failuresOf(report.all);
    const { calls } = report.summary;
    this.check('explain finds no failure', failures.length === 0, failures.map(({ id }) => id).join(', ') || `${calls} calls`);
  }

  async end() {
    await programs.stopAll();
  }
}
