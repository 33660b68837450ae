/** References in the short form of the catalogue, expanded to addresses. */

export interface Reference {
  readonly title: string;
  readonly url: string;
}

const GRFC_FILES: Readonly<Record<string, string>> = {
  A6: 'A6-client-retries.md',
  A8: 'A8-client-side-keepalive.md',
  A9: 'A9-server-side-conn-mgt.md',
  A18: 'A18-tcp-user-timeout.md',
  A105: 'A105-max_concurrent_streams-connection-scaling.md',
};

const PAGES: Readonly<Record<string, string>> = {
  'gRPC keepalive': 'https://grpc.io/docs/guides/keepalive/',
  'gRPC connection backoff': 'https://github.com/grpc/grpc/blob/master/doc/connection-backoff.md',
  'gRPC deadlines': 'https://grpc.io/docs/guides/deadlines/',
  'gRPC health checking': 'https://grpc.io/docs/guides/health-checking/',
  'gRPC over HTTP/2': 'https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md',
  'gRPC HTTP status mapping': 'https://github.com/grpc/grpc/blob/master/doc/http-grpc-status-mapping.md',
};

type Expand = (match: RegExpExecArray) => string | undefined;

/** GitHub answers the number of a pull request under `issues` too. */
const FORMS: readonly (readonly [RegExp, Expand])[] = [
  [/^RFC (\d+) §([\d.]+)$/, ([, rfc, section]) => `https://www.rfc-editor.org/rfc/rfc${rfc}#section-${section}`],
  [/^RFC (\d+)$/, ([, rfc]) => `https://www.rfc-editor.org/rfc/rfc${rfc}`],
  [/^([\w.-]+\/[\w.-]+)#(\d+)$/, ([, repository, number]) => `https://github.com/${repository}/issues/${number}`],
  [/^(CVE-\d+-\d+)$/, ([, id]) => `https://nvd.nist.gov/vuln/detail/${id}`],
  [/^gRFC (A\d+)$/, ([, id]) => grfc(GRFC_FILES[id!])],
  [/^(gRPC .+)$/, ([, name]) => PAGES[name!]],
];

function grfc(file: string | undefined): string | undefined {
  return file === undefined ? undefined : `https://github.com/grpc/proposal/blob/master/${file}`;
}

/** The address behind a short form; undefined for a form that the table does not know, which tests rule out. */
export function referenceUrl(title: string): string | undefined {
  for (const [form, expand] of FORMS) {
    const match = form.exec(title);
    if (match !== null) return expand(match);
  }
  return undefined;
}

/** All that can be expanded, in order. */
export function expandReferences(titles: readonly string[]): Reference[] {
  return titles.flatMap((title) => {
    const url = referenceUrl(title);
    return url === undefined ? [] : [{ title, url }];
  });
}
