/** A sequence diagram as SVG; its words are those of the protocol, so it serves every language. */

const WIDTH = 760;
const FIRST_X = 110;
const LAST_X = 715;
const TOP = 58;
const ROW = 26;
/** A further line of one text. */
const LINE = 16;
/** Of the font below, a little more than it needs. */
const CHARACTER = 8;
/** More rows than this are no picture any more. */
const ROWS_MAX = 40;
/** From here on times are in seconds. */
const SECONDS_MS = 1_000;

const STYLE = `
  text { font: 13px ui-monospace, monospace; fill: #1f2328; }
  .time, .source { fill: #656d76; font-size: 12px; }
  .side { font-weight: 600; }
  line, path { stroke: #57606a; stroke-width: 1.4; fill: none; }
  .bad { stroke: #cf222e; stroke-width: 2; } text.bad { fill: #cf222e; stroke: none; }
  .ground { fill: #ffffff; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .time, .source { fill: #9198a1; } line, path { stroke: #8b949e; }
    .bad { stroke: #ff7b72; } text.bad { fill: #ff7b72; } .ground { fill: #0d1117; }
  }`;

/**
 * `sides` are the names above the lifelines, `rows` what is said (rows.mjs): from the left to the right of `lane` where `from` is the client,
 * lane 0 being that between the first two. `source` is named below the picture.
 */
export function sequence({ sides, rows: all, source }) {
  const rows = all.slice(0, ROWS_MAX);
  const xs = sides.map((_, at) => FIRST_X + ((LAST_X - FIRST_X) * at) / (sides.length - 1));
  const timeOf = clock(rows);
  let y = TOP;
  const arrows = rows.map((row) => {
    const lines = wrapped(row.text, (xs[1] - xs[0]) / CHARACTER - 2);
    y += (lines.length - 1) * LINE;
    const drawn = arrow(row, { y, lines, left: xs[row.lane ?? 0], right: xs[(row.lane ?? 0) + 1], time: timeOf(row) });
    y += ROW;
    return drawn;
  });
  const height = y + 40;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escaped(source)}</title><style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    ...sides.map((side, at) => `<text class="side" x="${xs[at]}" y="24" text-anchor="middle">${escaped(side)}</text>`),
    ...xs.map((x) => `<line x1="${x}" y1="34" x2="${x}" y2="${height - 32}"/>`),
    ...arrows,
    `<text class="source" x="12" y="${height - 10}">${escaped(source)}</text>`,
    '</svg>',
  ].join('\n')}\n`;
}

/** How times are written: in milliseconds where all is over within a second. */
function clock(rows) {
  const short = rows.every(({ timeMs }) => timeMs < SECONDS_MS);
  return ({ timeMs }) => (short ? `${timeMs.toFixed(2)} ms` : `${(timeMs / 1_000).toFixed(3)} s`);
}

/** Lines of at most so many characters, broken between words. */
function wrapped(text, characters) {
  const lines = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= characters) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

function arrow({ from, bad = false }, { y, lines, left, right, time }) {
  const toServer = from === 'client';
  const [x1, x2] = toServer ? [left, right] : [right, left];
  const head = toServer ? -8 : 8;
  const mark = bad ? ' class="bad"' : '';
  return [
    `<text class="time" x="${FIRST_X - 14}" y="${y + 4}" text-anchor="end">${time}</text>`,
    `<line${mark} x1="${x1}" y1="${y}" x2="${x2}" y2="${y}"/>`,
    `<path${mark} d="M${x2 + head} ${y - 4} L${x2} ${y} L${x2 + head} ${y + 4}"/>`,
    ...lines.map((line, at) => {
      const above = y - 5 - (lines.length - 1 - at) * LINE;
      return `<text${mark} x="${(left + right) / 2}" y="${above}" text-anchor="middle">${escaped(line)}</text>`;
    }),
  ].join('\n');
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
