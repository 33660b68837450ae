/** The architecture as a test: what the compiler does not catch. The sources are read as text. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = new URL('../..', import.meta.url).pathname;
const source = join(root, 'src');

/** Which layers a layer may import, by its `#name`; see ARCHITECTURE.md. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  base: [],
  h2: ['base'],
  grpc: ['base', 'h2'],
  trace: ['base', 'h2', 'grpc'],
  transport: ['base'],
  drive: ['base', 'h2', 'trace', 'transport'],
  client: ['base', 'h2', 'grpc', 'trace', 'transport', 'drive'],
  server: ['base', 'h2', 'grpc', 'trace', 'transport', 'drive'],
  sim: ['base', 'h2', 'grpc', 'trace', 'transport', 'drive', 'client', 'server'],
  tls: ['base', 'trace'],
  capture: ['base', 'trace'],
  diagnose: ['base', 'h2', 'grpc', 'trace'],
  logs: ['base', 'h2', 'diagnose'],
  compare: ['base', 'h2', 'grpc', 'trace', 'diagnose'],
  node: ['base', 'trace', 'capture', 'transport', 'tls'],
  rpc: ['base', 'h2', 'grpc', 'transport', 'client', 'server'],
  runtime: ['base', 'h2', 'grpc', 'trace', 'diagnose', 'transport', 'drive', 'client', 'server', 'node', 'rpc'],
  'report-page': ['diagnose'],
  proto: ['grpc'],
  cli: ['base', 'h2', 'grpc', 'trace', 'tls', 'capture', 'diagnose', 'compare', 'logs', 'node', 'proto'],
};
const portable = [
  'base',
  'h2',
  'grpc',
  'trace',
  'transport',
  'drive',
  'client',
  'server',
  'sim',
  'tls',
  'capture',
  'diagnose',
  'logs',
  'compare',
];
/** Tables of texts and settings: snippets for other programs stand in them, and their folder says what they are. */
const isTable = (path: string): boolean => /^diagnose\/(remedies|render\/(messages|params))\//.test(path);
/** A file longer than this holds more than one concept. */
const LINES_MAX = 600;

const files = listFiles(source).map((path) => ({
  path: relative(source, path),
  layer: relative(source, path).split('/')[0] ?? '',
  text: readFileSync(path, 'utf8'),
}));

function listFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return listFiles(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:from|import)\s+'([^']+)'/g)].map((match) => match[1] ?? '');
}

describe('layers', () => {
  it('every source file belongs to a known layer', () => {
    expect(files.filter(({ layer }) => !(layer in allowed)).map(({ path }) => path)).toEqual([]);
  });

  it('import each other only downwards and only through their index', () => {
    const wrong = files.flatMap(({ path, layer, text }) =>
      importsOf(text)
        .filter((name) => name.startsWith('#') && !allowed[layer]?.includes(name.slice(1)))
        .map((name) => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('never reach into another layer by a relative path', () => {
    const wrong = files.flatMap(({ path, layer, text }) =>
      importsOf(text)
        .filter((name) => name.startsWith('.'))
        .filter((name) => relative(source, join(source, path, '..', name)).split('/')[0] !== layer)
        .map((name) => `${path} imports ${name}`),
    );
    expect(wrong).toEqual([]);
  });

  it('the project references say the same as this table', () => {
    for (const [layer, names] of Object.entries(allowed)) {
      const config = JSON.parse(readFileSync(join(source, layer, 'tsconfig.json'), 'utf8')) as {
        references: { path: string }[];
      };
      expect(config.references.map(({ path }) => path.slice('../'.length)).sort(), layer).toEqual([...names].sort());
    }
  });
});

describe('portable layers', () => {
  const bans: readonly (readonly [RegExp, string])[] = [
    [/\bDate\.now\b|\bnew Date\(\)/, 'takes time from the caller, not from a clock'],
    [/\bMath\.random\b/, 'takes randomness from the caller'],
    [/\bperformance\.now\b/, 'takes time from the caller, not from a clock'],
    [/\bglobalThis\b/, 'knows no platform'],
    [/from 'node:/, 'knows no platform'],
  ];
  for (const [pattern, reason] of bans) {
    it(`${pattern.source}: the engine ${reason}`, () => {
      const wrong = files.filter(
        ({ path, layer, text }) => portable.includes(layer) && !isTable(path) && pattern.test(text),
      );
      expect(wrong.map(({ path }) => path)).toEqual([]);
    });
  }
});

describe('files', () => {
  it(`have at most ${LINES_MAX} lines`, () => {
    const long = files.filter(({ text }) => text.split('\n').length > LINES_MAX);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  it('open with a comment that says what they are', () => {
    const bare = files.filter(
      ({ path, text }) => !isTable(path) && !/^(#!.*\n)?(import [^;]*;\n|\n)*\/\*\*/.test(text),
    );
    expect(bare.map(({ path }) => path)).toEqual([]);
  });

  it('leave nothing for later and switch no check off', () => {
    const marks = /\b(TODO|FIXME|XXX)\b|biome-ignore|@ts-ignore|@ts-expect-error|\bas any[;,)\]]/;
    expect(files.filter(({ text }) => marks.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
