/** A sequence diagram of one connection as SVG; its words are those of the protocol, so it serves every language. */

const WIDTH = 760;
const CLIENT_X = 150;
const SERVER_X = 690;
const ROW = 26;
const TOP = 58;
/** More rows than this are no picture any more. */
const ROWS_MAX = 40;
/** How a connection always begins, and credit: they explain nothing here. */
const SILENT = new Set(['settings', 'window-update']);
const CODES = { 1: 'PROTOCOL_ERROR', 8: 'CANCEL', 11: 'ENHANCE_YOUR_CALM' };

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

/** `source` is named below the picture. */
export function sequence(events, source) {
  const rows = rowsOf(events).slice(0, ROWS_MAX);
  const height = TOP + rows.length * ROW + 40;
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escaped(source)}</title><style>${STYLE}</style>`,
    `<rect class="ground" width="${WIDTH}" height="${height}"/>`,
    `<text class="side" x="${CLIENT_X}" y="24" text-anchor="middle">client</text>`,
    `<text class="side" x="${SERVER_X}" y="24" text-anchor="middle">server</text>`,
    `<line x1="${CLIENT_X}" y1="34" x2="${CLIENT_X}" y2="${height - 32}"/>`,
    `<line x1="${SERVER_X}" y1="34" x2="${SERVER_X}" y2="${height - 32}"/>`,
    ...rows.map(arrow),
    `<text class="source" x="12" y="${height - 10}">${escaped(source)}</text>`,
    '</svg>',
  ].join('\n')}\n`;
}

function rowsOf(events) {
  const fields = new Map();
  for (const event of events) if (event.kind === 'headers') fields.set(event.index, event);
  return events.flatMap((event) => rowOf(event, fields) ?? []);
}

function rowOf(event, fields) {
  const { kind, timeMs, from } = event;
  if (kind === 'frame' && !SILENT.has(event.frame.kind)) {
    const { text, bad } = labelOf(event.frame, fields.get(event.index));
    return { timeMs, from, text, bad };
  }
  if (kind === 'end')
    return { timeMs, from, text: event.how === 'rst' ? 'TCP RST' : 'TCP FIN', bad: from === 'server' };
  return undefined;
}

const labels = {
  headers(frame, block) {
    const value = (name) => block?.fields.find(([field]) => field === name)?.[1];
    const said = {
      request: value(':path'),
      trailers: status(value('grpc-status')),
      response: `:status ${value(':status')}`,
    };
    const text = `HEADERS(${frame.stream}) ${said[block?.role] ?? ''}${end(frame)}`;
    return { text, bad: block?.role === 'trailers' && block.from === 'client' };
  },
  data: (frame) => ({ text: `DATA(${frame.stream}) ${frame.length} octets${end(frame)}` }),
  ping: (frame) => ({ text: frame.flags === 0 ? 'PING' : 'PING ACK' }),
  'rst-stream': (frame) => ({ text: `RST_STREAM(${frame.stream}) ${code(frame)}`, bad: true }),
  goaway: (frame) => ({
    text: `GOAWAY last=${frame.lastStream} ${code(frame)} ${frame.debugData}`,
    bad: frame.errorCode !== 0,
  }),
};

const labelOf = (frame, block) => labels[frame.kind]?.(frame, block) ?? { text: frame.kind.toUpperCase() };
const status = (value) => (value === undefined ? '' : `grpc-status ${value}`);
const end = ({ flags }) => ((flags & 1) === 0 ? '' : ', END_STREAM');
const code = ({ errorCode }) => (errorCode === 0 ? 'NO_ERROR' : (CODES[errorCode] ?? errorCode));

function arrow({ timeMs, from, text, bad = false }, row) {
  const y = TOP + row * ROW;
  const toServer = from === 'client';
  const [x1, x2] = toServer ? [CLIENT_X, SERVER_X] : [SERVER_X, CLIENT_X];
  const head = toServer ? -8 : 8;
  const mark = bad ? ' class="bad"' : '';
  return [
    `<text class="time" x="${CLIENT_X - 48}" y="${y + 4}" text-anchor="end">${(timeMs / 1_000).toFixed(3)} s</text>`,
    `<line${mark} x1="${x1}" y1="${y}" x2="${x2}" y2="${y}"/>`,
    `<path${mark} d="M${x2 + head} ${y - 4} L${x2} ${y} L${x2 + head} ${y + 4}"/>`,
    `<text${mark} x="${(CLIENT_X + SERVER_X) / 2}" y="${y - 5}" text-anchor="middle">${escaped(text)}</text>`,
  ].join('\n');
}

const escaped = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
