/** The table of the incidents in lab/README.md, from what the runs kept. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lab } from '../../lib/programs.mjs';

const BEGIN = '<!-- incidents: made by `npm run lab -- all --write` -->';
const END = '<!-- end of incidents -->';
/** The chapters of an incident, in the order of the table's columns. */
export const chapters = ['before', 'explained', 'after', 'with Calmwire'];

export function writeTable(names) {
  const file = join(lab, 'README.md');
  const text = readFileSync(file, 'utf8');
  const begin = text.indexOf(BEGIN);
  const end = text.indexOf(END);
  if (begin < 0 || end < begin) throw new Error(`${file} has no place for the table of incidents`);
  writeFileSync(file, `${text.slice(0, begin + BEGIN.length)}\n\n${table(names)}\n\n${text.slice(end)}`);
}

/** One row for each variant of versions that a step names. */
function table(names) {
  const rows = names.flatMap((name) => {
    const file = join(lab, 'incidents', name, 'results.json');
    return existsSync(file) ? rowsOf(JSON.parse(readFileSync(file, 'utf8'))) : [];
  });
  const heads = ['incident', 'versions', ...chapters, 'run'];
  return [heads, heads.map(() => '---'), ...rows].map((cells) => `| ${cells.map(cell).join(' | ')} |`).join('\n');
}

function rowsOf({ name, date, steps }) {
  const variants = [...new Set(steps.map(({ versions }) => versions))];
  return variants.map((versions) => {
    const own = steps.filter((step) => step.versions === versions);
    const outcomes = chapters.map((chapter) => {
      const told = own.filter((step) => step.chapter === chapter);
      return told.map(({ long, ...step }) => (long === undefined ? tell(step) : `${tell(step)}; with --long ${tell(long)}`)).join('; ');
    });
    return [name, versions, ...outcomes, date];
  });
}

const tell = ({ outcome, checks }) => (checks.every(({ ok }) => ok) ? outcome : `**failed**: ${outcome}`);
const cell = (text) => String(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
