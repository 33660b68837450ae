import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { catalog, findingIds } from '../../../src/diagnose/catalog.ts';
import type { Finding } from '../../../src/diagnose/finding.ts';
import { remediesFor } from '../../../src/diagnose/remedies/index.ts';
import { flattenFindings, renderJson } from '../../../src/diagnose/render/json.ts';
import { type AnyParam, evidenceParams, findingParams } from '../../../src/diagnose/render/params/index.ts';
import type { ParamTable } from '../../../src/diagnose/render/params/param.ts';
import { expandReferences, referenceUrl } from '../../../src/diagnose/render/references.ts';
import { connection, graceful, lateWrite, report, serverRestart, tooManyPings } from './samples.ts';

const schema = JSON.parse(readFileSync(new URL('../../../schema/explain.schema.json', import.meta.url), 'utf8'));
// Formats (date-time, uri) are annotations here: their checks are another package.
const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true, validateFormats: false }).compile(
  schema,
);

function examples(table: ParamTable): Finding['params'] {
  return Object.fromEntries(Object.entries<AnyParam>(table).map(([name, { example }]) => [name, example]));
}

/** A finding of each id and variant, with every parameter and every kind of evidence line. */
const everything: readonly Finding[] = findingIds.flatMap((id) =>
  [undefined, ...catalog[id].variants].map((variant) => {
    const subject = { id, variant, params: examples(findingParams[id]), culprit: 'server' } as const;
    const unknown = { client: undefined, server: undefined, middlebox: undefined };
    return {
      ...subject,
      severity: catalog[id].severity,
      certainty: 'likely',
      connections: [1],
      streams: [1],
      evidence: Object.entries(evidenceParams).map(([key, table]) => ({
        frame: 1,
        packet: 1,
        timeMs: 1.5,
        connection: 1,
        from: 'client' as const,
        key,
        params: examples(table),
      })),
      victims: [{ connection: 1, stream: 1, method: '/a/B', retry: 'safe' as const }],
      remedies: remediesFor(subject, unknown),
      consequences: [],
    };
  }),
);

describe.each(['en', 'zh'] as const)('the JSON report in %s', (language) => {
  it('of every finding is what the schema says', () => {
    const document = renderJson(report(everything), language);
    expect(validate(JSON.parse(JSON.stringify(document))), JSON.stringify(validate.errors, null, 1)).toBe(true);
  });

  it('of a nested finding too, and of an empty input', () => {
    const nested = { ...lateWrite, consequences: [{ ...serverRestart, connections: [] }] };
    const empty = report([], []);
    const input = { ...empty.input, startEpochMs: undefined, problems: ['cut'] };
    for (const each of [report([nested]), { ...empty, input }]) {
      expect(validate(JSON.parse(JSON.stringify(renderJson(each, language)))), JSON.stringify(validate.errors)).toBe(
        true,
      );
    }
  });
});

describe('the document', () => {
  const document = renderJson(report([serverRestart, tooManyPings, graceful], [connection(1), connection(2)]), 'en');

  it('holds rendered texts beside the data', () => {
    const [, pings] = document.findings;
    expect(pings).toMatchObject({
      number: '2',
      under: null,
      id: 'keepalive/too-many-pings',
      variant: 'idle',
      connection: 1,
      title: 'Keepalive PINGs on an idle connection: too_many_pings',
    });
    expect(pings!.evidence[1]).toMatchObject({
      frame: 11,
      time: 11.2051,
      from: 'client',
      text: 'PING 1 of the run, no stream open',
    });
    expect(pings!.remedies[0]).toMatchObject({
      stack: 'etcd clientv3',
      stackId: 'etcd',
      where: 'client',
      setting: 'clientv3.Config.PermitWithoutStream',
      value: 'false',
      since: null,
    });
  });

  it('counts root findings by severity', () => {
    expect(document.summary).toEqual({ errors: 2, warnings: 0, infos: 1, connections: 2, calls: 2 });
  });

  it('nests consequences, and keeps the tree in a flat reading', () => {
    const flat = flattenFindings(document).map(({ number, under, id }) => ({ number, under, id }));
    expect(flat).toEqual([
      { number: '1', under: null, id: 'connection/server-restart' },
      { number: '1.1', under: '1', id: 'connection/abrupt-close' },
      { number: '2', under: null, id: 'keepalive/too-many-pings' },
      { number: '3', under: null, id: 'goaway/graceful' },
    ]);
  });

  it('has times in seconds and the clock in UTC', () => {
    expect(document.input).toMatchObject({ start: '2024-04-25T09:30:00.000Z', duration: 83.3 });
    expect(document.connections[0]).toMatchObject({ client: '10.0.0.5:41821', opened: 0, closed: 41.2084 });
  });
});

/** What only a comparison of two hops has; its own tests validate such documents. */
const OF_COMPARISONS = new Set(['comparison', 'side', 'numberInInput']);

describe('the schema', () => {
  it('lists every finding id', () => expect(schema.$defs.finding.properties.id.enum).toEqual([...findingIds]));

  it('describes every field and admits no other', () => {
    const objects = [schema, ...Object.values<Record<string, unknown>>(schema.$defs)];
    for (const { properties, required, additionalProperties } of objects as Record<string, never>[]) {
      if (properties === undefined) continue;
      expect(additionalProperties).toBe(false);
      const needed = new Set<string>(required);
      const told = Object.keys(properties).filter((name) => needed.has(name) || !OF_COMPARISONS.has(name));
      expect(told).toEqual(required);
      for (const [name, property] of Object.entries<{ description?: string; $ref?: string }>(properties)) {
        expect(property.description ?? property.$ref, name).toBeTruthy();
      }
    }
  });

  it('refuses a field that it does not know', () => {
    const document = { ...renderJson(report([]), 'en'), more: 1 };
    expect(validate(document)).toBe(false);
  });
});

describe('references', () => {
  it('of the catalogue all have an address', () => {
    for (const id of findingIds) {
      expect(catalog[id].references.length, id).toBeGreaterThan(0);
      for (const title of catalog[id].references) expect(referenceUrl(title), title).toMatch(/^https:\/\/\S+$/);
    }
  });

  it.each([
    ['RFC 9113 §6.8', 'https://www.rfc-editor.org/rfc/rfc9113#section-6.8'],
    ['grpc/grpc-go#5935', 'https://github.com/grpc/grpc-go/issues/5935'],
    ['gRFC A8', 'https://github.com/grpc/proposal/blob/master/A8-client-side-keepalive.md'],
    ['CVE-2023-44487', 'https://nvd.nist.gov/vuln/detail/CVE-2023-44487'],
  ])('%s', (title, url) => expect(referenceUrl(title)).toBe(url));

  it('leaves out what it cannot expand', () => {
    expect(expandReferences(['a book', 'gRFC A9999', 'RFC 7301'])).toEqual([
      { title: 'RFC 7301', url: 'https://www.rfc-editor.org/rfc/rfc7301' },
    ]);
  });
});
