/** Events of a trace as the rows of a sequence diagram: what was said, when, by whom. */

/** How a connection always begins, and credit: they explain nothing here. */
const SILENT = new Set(['settings', 'window-update']);
const CODES = { 1: 'PROTOCOL_ERROR', 2: 'INTERNAL_ERROR', 8: 'CANCEL', 11: 'ENHANCE_YOUR_CALM' };

/** `{ timeMs, from, text, bad, data }` for each event that a reader needs; `data` is there on DATA frames, to join them. */
export function rowsOf(events) {
  const fields = new Map();
  for (const event of events) if (event.kind === 'headers') fields.set(event.index, event);
  return events.flatMap((event) => rowOf(event, fields) ?? []);
}

function rowOf(event, fields) {
  const { kind, timeMs, from } = event;
  if (kind === 'frame' && !SILENT.has(event.frame.kind)) {
    const label = labels[event.frame.kind]?.(event.frame, fields.get(event.index), from);
    return { timeMs, from, ...(label ?? { text: event.frame.kind.toUpperCase() }) };
  }
  if (kind === 'end')
    return { timeMs, from, text: event.how === 'rst' ? 'TCP RST' : 'TCP FIN', bad: from === 'server' };
  return undefined;
}

/** Neighbours that are DATA of one stream in one direction become one row, at the time of the first. */
export function joined(rows) {
  const out = [];
  for (const row of rows) {
    const last = out.at(-1);
    const goesOn = row.data && last?.data && row.lane === last.lane && row.from === last.from && row.data.stream === last.data.stream;
    if (!goesOn || last.data.end !== '') out.push(row);
    else {
      const data = { ...row.data, octets: last.data.octets + row.data.octets, frames: last.data.frames + 1 };
      out[out.length - 1] = { ...last, data, text: dataText(data) };
    }
  }
  return out;
}

const dataText = ({ stream, octets, frames, end: ends }) =>
  `DATA(${stream}) ${octets.toLocaleString('en')} octets${frames > 1 ? `, ${frames} frames` : ''}${ends}`;

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
  data(frame, _, from) {
    const data = { stream: frame.stream, octets: frame.length, frames: 1, end: end(frame) };
    // An end of its own: the request ended late.
    return { data, text: dataText(data), bad: from === 'client' && frame.length === 0 };
  },
  ping: (frame) => ({ text: frame.flags === 0 ? 'PING' : 'PING ACK' }),
  'rst-stream': (frame) => ({ text: `RST_STREAM(${frame.stream}) ${code(frame)}`, bad: frame.errorCode !== 0 }),
  goaway: (frame) => ({
    text: `GOAWAY last=${frame.lastStream} ${code(frame)} ${frame.debugData}`.trim(),
    bad: frame.errorCode !== 0,
  }),
};

const status = (value) => (value === undefined ? '' : `grpc-status ${value}`);
const end = ({ flags }) => ((flags & 1) === 0 ? '' : ', END_STREAM');
const code = ({ errorCode }) => (errorCode === 0 ? 'NO_ERROR' : (CODES[errorCode] ?? errorCode));
