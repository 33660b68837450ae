import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TraceEvent } from '#trace';
import { pageAssets } from '../../../src/cli/explain/page-assets.ts';
import type { Finding } from '../../../src/diagnose/finding.ts';
import { embeddedJson, escapeHtml } from '../../../src/diagnose/render/html/escape.ts';
import { renderHtml } from '../../../src/diagnose/render/html.ts';
import { TimelineCollector } from '../../../src/diagnose/timeline/collector.ts';
import * as samples from './samples.ts';

const assets = pageAssets();
const client = { address: '10.0.0.1', port: 40_000 };
const server = { address: '10.0.0.2', port: 50_051 };

/** A connection whose every text comes from a hostile peer. */
function hostileTimeline(text: string): TimelineCollector {
  const timeline = new TimelineCollector();
  const at = { connection: 1, timeMs: 1, packet: 1, index: 1, from: 'client' } as const;
  const none = { streamWindow: undefined, connectionWindow: undefined };
  const field = { neverIndexed: false, unknown: 'nothing' } as const;
  const events: TraceEvent[] = [
    {
      kind: 'opened',
      connection: 1,
      timeMs: 0,
      packet: 1,
      client: { ...client, address: text },
      server,
      handshake: 'seen',
      sidesBy: 'syn',
    },
    {
      kind: 'frame',
      ...at,
      ...none,
      frame: {
        kind: 'headers',
        type: 1,
        flags: 4,
        stream: 1,
        length: 9,
        bodyOffset: 0,
        bodyLength: 9,
        priority: undefined,
      },
    },
    {
      kind: 'headers',
      ...at,
      stream: 1,
      role: 'request',
      endStream: false,
      complete: true,
      fields: [
        { name: ':path', value: text, ...field },
        { name: text, value: text, ...field },
        { name: 'user-agent', value: text, ...field },
      ],
    },
    {
      kind: 'frame',
      ...at,
      ...none,
      index: 2,
      frame: { kind: 'goaway', type: 7, flags: 0, stream: 0, length: 9, lastStream: 1, errorCode: 0, debugData: text },
    },
    {
      kind: 'frame',
      ...at,
      ...none,
      index: 3,
      frame: { kind: 'ping', type: 6, flags: 0, stream: 0, length: 8, payload: text },
    },
  ];
  for (const event of events) timeline.event(event);
  return timeline;
}

function hostileFinding(text: string): Finding {
  const evidence = samples.tooManyPings.evidence.map((line) => ({
    ...line,
    params: { ...line.params, debugData: text, fields: text },
  }));
  const victims = [{ connection: 1, stream: 1, method: text, retry: 'safe' } as const];
  return { ...samples.tooManyPings, evidence, victims, params: { ...samples.tooManyPings.params, debugData: text } };
}

function render(text: string, language: 'en' | 'zh' = 'en'): string {
  const report = samples.report([hostileFinding(text)], [samples.connection(1, { clientStack: text })]);
  const named = { ...report, input: { ...report.input, name: text, problems: [text] } };
  return renderHtml([{ report: named, timeline: hostileTimeline(text) }], { language, version: '1.2.3', assets });
}

/** The page without its own style and script. */
function content(html: string): string {
  return html.replace(assets.style, '').replace(assets.script, '');
}

/** The tags of the page, in order. */
function tags(html: string): string[] {
  return [...content(html).matchAll(/<\/?[a-z][a-z0-9]*/gi)].map(([tag]) => tag.toLowerCase());
}

describe('hostile text', () => {
  const payloads = [
    '</script><script>alert(1)</script>',
    '<!--<script>',
    ']]><img src=x onerror=alert(1)>',
    '"><svg onload=alert(1)>',
    "' autofocus onfocus='alert(1)",
    '</style></title><iframe src="https://evil.example">',
    '&lt;b&gt; &#60;script&#62;',
    '\u2028\u2029\u202e\u0000\u001b[31m',
  ];

  it.each(payloads)('%j adds no element and no attribute', (text) => {
    const html = render(text);
    expect(tags(html)).toEqual(tags(render('harmless')));
    expect(content(html)).not.toMatch(/<[^>]*\son[a-z]+=/i);
    for (const control of ['\u0000', '\u001b', '\u2028', '\u2029', '\u202e'])
      expect(content(html)).not.toContain(control);
  });

  it.each(payloads)('%j comes through the data as it was', (text) => {
    const json = /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(render(text))?.[1] ?? '';
    const data = JSON.parse(json);
    expect(data.connections[0].marks).toHaveLength(3);
    expect(json).not.toMatch(/[<>]/);
  });
});

describe('the page', () => {
  const html = render('trace.pcapng');

  it('asks nobody for anything, and allows its own script and style alone', () => {
    expect(html).toContain("default-src 'none'");
    for (const [text, hash] of [
      [assets.script, assets.scriptHash],
      [assets.style, assets.styleHash],
    ] as const) {
      expect(`sha256-${createHash('sha256').update(text).digest('base64')}`).toBe(hash);
      expect(html).toContain(`'${hash}'`);
      expect(html).toContain(text);
    }
    expect(content(html)).not.toMatch(/<link|<img|<iframe|<object|\ssrc=|\sstyle=|@import|url\(/);
    expect(assets.style).not.toMatch(/@import|url\(/);
    expect(assets.script).not.toMatch(/\beval\(|new Function|innerHTML|fetch\(|XMLHttpRequest|WebSocket|<\//);
  });

  it('closes what it opens', () => {
    const open: string[] = [];
    const empty = new Set(['meta', 'br', '!doctype']);
    for (const tag of tags(html)) {
      const name = tag.replace(/^<\/?/, '');
      if (empty.has(name)) continue;
      if (tag.startsWith('</')) expect(open.pop()).toBe(name);
      else open.push(name);
    }
    expect(open).toEqual([]);
  });

  it('numbers its lines of evidence as its data does', () => {
    const rows = [...html.matchAll(/data-evidence="(\d+)"/g)].map(([, number]) => Number(number));
    const data = JSON.parse(/id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '{}');
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(html).toContain(escapeHtml(data.evidence[row].text));
    for (const { element } of data.evidence) expect(html).toContain(`id="${element}"`);
  });

  it('speaks Chinese as well', () => {
    expect(render('trace.pcapng', 'zh')).toMatch(/<html lang="zh-CN">[\s\S]*诊断结论[\s\S]*时间线/);
  });

  it('says that nothing failed', () => {
    const well = renderHtml([{ report: samples.report([]), timeline: new TimelineCollector() }], {
      language: 'en',
      version: '1',
      assets,
    });
    expect(well).toContain('No failure found');
  });
});

it('JSON inside a script element never ends it', () => {
  const text = embeddedJson({ a: '</script><!--\u2028&' });
  expect(text).not.toMatch(/[<>&\u2028]/);
  expect(JSON.parse(text)).toEqual({ a: '</script><!--\u2028&' });
});

it('shows what the calls had said, hostile or not', () => {
  const text = 'id: "</code><script>"';
  const message = {
    connection: 1,
    stream: 1,
    frame: 2,
    timeMs: 1,
    from: 'client',
    type: 'pkg.Request',
    text,
    value: undefined,
    notes: [],
  } as const;
  const report = samples.report([{ ...samples.tooManyPings, messages: [message] }]);
  const html = renderHtml([{ report, timeline: new TimelineCollector() }], { language: 'en', version: '1', assets });
  expect(html).toContain('<code>id: &quot;&lt;/code&gt;&lt;script&gt;&quot;</code>');
});
