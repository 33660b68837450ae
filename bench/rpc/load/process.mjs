/** What a process has used, from /proc: CPU time exact to nanoseconds where the kernel tells it, and memory. */
import { readdirSync, readFileSync } from 'node:fs';

/** Kernel ticks a second in /proc/PID/stat; it is 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** CPU microseconds of all threads so far. */
export function cpuUs(pid) {
  try {
    let nanoseconds = 0;
    for (const thread of readdirSync(`/proc/${pid}/task`)) {
      nanoseconds += Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'latin1').split(' ', 1)[0]);
    }
    return nanoseconds / 1000;
  } catch {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ')[1].split(' ');
    return ticks(fields[11]) + ticks(fields[12]);
  }
}

const ticks = (count) => (Number(count) * 1e6) / TICKS_PER_SECOND;

/** Microseconds that these cores spent on processes, anyone's: user, nice and system time. */
export function coresBusyUs(cores) {
  const lines = readFileSync('/proc/stat', 'latin1').split('\n');
  return cores.reduce((sum, core) => {
    const [, user, nice, system] = (lines.find((line) => line.startsWith(`cpu${core} `)) ?? '').split(' ');
    return sum + ticks(user) + ticks(nice) + ticks(system);
  }, 0);
}

/** Resident octets. */
export function residentBytes(pid) {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]) * 1024;
}
