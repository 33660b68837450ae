/** Chooses remedies for a finding: the stacks that the traffic reveals, or the likeliest ones. */
import type { FindingId } from '../catalog.ts';
import type { Finding, Params, Remedy } from '../finding.ts';
import { withDerived } from './derived.ts';
import type { RemedyEntry } from './entry.ts';
import { fill } from './fill.ts';
import { reasonTable } from './reasons.ts';
import { type Role, type StackId, withFoundations } from './stacks.ts';
import { suspectsOf } from './suspects.ts';
import { remedyTables } from './tables.ts';

export { isStackId, type Role, type StackId, stackIds, stackName } from './stacks.ts';
export { timersNear } from './timers.ts';

/** What a remedy depends on. */
export type RemedySubject = Pick<Finding, 'id' | 'variant' | 'params' | 'culprit'>;

/** The stacks that the traffic reveals. */
export interface RevealedStacks {
  readonly client: StackId | undefined;
  readonly server: StackId | undefined;
  readonly middlebox: StackId | undefined;
}

/** More advice than this is no advice. */
const REMEDIES_MAX = 12;
/** For a side that the traffic does not reveal. */
const GUESSES_MAX = 3;

/** By how common they are. */
const LIKELIEST: Readonly<Record<Role, readonly StackId[]>> = {
  client: ['grpc-go', 'grpc-java', 'grpc-js', 'c-core', 'volo', 'tonic', 'node', 'kitex'],
  server: ['grpc-go', 'grpc-java', 'c-core', 'grpc-js', 'servicecomb', 'vertx', 'netty', 'node', 'tonic'],
  middlebox: ['envoy', 'nginx', 'aws', 'haproxy'],
};

/** Findings in which a proxy has its part, shown by the traffic or not; elsewhere a proxy must be seen or be at fault. */
const PROXY_FINDINGS: ReadonlySet<FindingId> = new Set<FindingId>([
  'connection/half-open',
  'connection/pinned',
  'goaway/one-shot',
  'stream/proxy-timeout',
  'stream/late-half-close',
  'stream/missing-trailers',
  'stream/response-truncated',
  'peer/not-grpc',
  'peer/no-alpn',
]);

/** Where programs run: no traffic shows it, so its remedies always stand beside the others. */
const ENVIRONMENTS: readonly StackId[] = ['kubernetes'];

/**
 * Remedies for a finding, best first. A side that is not revealed gets those of the likeliest stacks.
 * Values are computed from the finding's parameters; a remedy whose numbers were not observed is left out.
 */
export function remediesFor(subject: RemedySubject, revealed: RevealedStacks): Remedy[] {
  const params = withDerived(subject.params);
  const chosen: { readonly remedy: Remedy; readonly order: number }[] = [];
  for (const role of ['client', 'server', 'middlebox'] as const) {
    for (const { stack, entries, guessed } of candidates(subject, role, revealed)) {
      for (const entry of entries) {
        const remedy = toRemedy(entry, stack, params);
        if (remedy !== undefined) chosen.push({ remedy, order: orderOf(entry, subject, guessed) });
      }
    }
  }
  return chosen
    .sort((one, other) => one.order - other.order)
    .slice(0, REMEDIES_MAX)
    .map(({ remedy }) => remedy);
}

/** Rank first, then the side that is at fault, then what is known before what is guessed. */
function orderOf(entry: RemedyEntry, subject: RemedySubject, guessed: boolean): number {
  const otherSide = subject.culprit === entry.role ? 0 : 1;
  return entry.rank * 4 + otherSide * 2 + (guessed ? 1 : 0);
}

interface Candidate {
  readonly stack: StackId;
  readonly entries: readonly RemedyEntry[];
  readonly guessed: boolean;
}

function candidates(subject: RemedySubject, role: Role, revealed: RevealedStacks): Candidate[] {
  const found: Candidate[] = [];
  const known = knownStacks(role, revealed);
  for (const stack of known) {
    const candidate = nearest(subject, role, stack);
    if (candidate !== undefined && !found.some((other) => other.stack === candidate.stack)) found.push(candidate);
  }
  if (known.length === 0) {
    const suspects = role === 'middlebox' ? withRelatives(suspectsOf(subject)) : [];
    if (suspects.length > 0) found.push(...guessed(subject, role, suspects));
    else if (mayGuess(subject, role)) found.push(...guessed(subject, role, LIKELIEST[role]));
  }
  for (const stack of ENVIRONMENTS) {
    const entries = entriesOf(subject, role, stack);
    if (entries.length > 0) found.push({ stack, entries, guessed: true });
  }
  return found;
}

function mayGuess({ id, culprit }: RemedySubject, role: Role): boolean {
  return role !== 'middlebox' || culprit === 'middlebox' || PROXY_FINDINGS.has(id);
}

/** A proxy is met as client or server of this hop, or shows itself in headers: its remedies count wherever it is seen. */
function knownStacks(role: Role, revealed: RevealedStacks): readonly StackId[] {
  if (role === 'middlebox') return proxiesAmong([revealed.middlebox, revealed.server, revealed.client]);
  const own = revealed[role];
  if (own === undefined) return [];
  // grpc-go towards etcd is etcd's own client library, which Cortex among others configures by flags.
  if (role === 'client' && own === 'grpc-go' && revealed.server === 'etcd') return ['etcd', 'cortex'];
  // Kitex's transport is a copy of grpc-go's and looks like it; a Kitex client usually talks to a Kitex server.
  if (role === 'server' && revealed.client === 'kitex' && own === 'grpc-go') return ['kitex', 'grpc-go'];
  // Netty shows itself, what is built on it does not.
  if (own === 'netty') return ['servicecomb', 'vertx', 'netty'];
  return [own];
}

const PROXIES: ReadonlySet<StackId> = new Set([
  'envoy',
  'istio',
  'nginx',
  'ingress-nginx',
  'haproxy',
  'aws',
  'gcp',
  'azure',
  'kube-proxy',
]);

function proxiesAmong(ids: readonly (StackId | undefined)[]): readonly StackId[] {
  const proxies = new Set<StackId>();
  for (const id of ids) if (id !== undefined && PROXIES.has(id)) proxies.add(id);
  return withRelatives([...proxies]);
}

/** What configures a proxy that shows itself by another name: Istio's proxy calls itself Envoy, ingress-nginx is an nginx. */
function withRelatives(ids: readonly StackId[]): readonly StackId[] {
  const all = new Set(ids.filter((id) => PROXIES.has(id)));
  if (all.has('envoy')) all.add('istio');
  if (all.has('nginx')) all.add('ingress-nginx');
  return [...all];
}

/** The stack's own entries, or those of what it is built on. */
function nearest(subject: RemedySubject, role: Role, id: StackId): Candidate | undefined {
  for (const stack of withFoundations(id, role)) {
    const entries = entriesOf(subject, role, stack);
    if (entries.length > 0) return { stack, entries, guessed: false };
  }
  return undefined;
}

function guessed(subject: RemedySubject, role: Role, stacks: readonly StackId[]): Candidate[] {
  const found: Candidate[] = [];
  for (const stack of stacks) {
    const entries = entriesOf(subject, role, stack);
    if (entries.length > 0 && found.length < GUESSES_MAX) found.push({ stack, entries, guessed: true });
  }
  return found;
}

function entriesOf(subject: RemedySubject, role: Role, stack: StackId): readonly RemedyEntry[] {
  return remedyTables[stack].filter((entry) => entry.role === role && applies(entry, subject));
}

function applies(entry: RemedyEntry, { id, variant, params }: RemedySubject): boolean {
  const selected = entry.for.some((selector) => selector === id || isVariantOf(selector, id, variant));
  return selected && holdsFor(entry, params);
}

function holdsFor({ when, unless, needs }: RemedyEntry, params: Params): boolean {
  if (needs?.some((name) => params[name] === undefined)) return false;
  if (unless !== undefined && Object.entries(unless).some(([name, value]) => params[name] === value)) return false;
  return when === undefined || Object.entries(when).every(([name, value]) => params[name] === value);
}

/** A finding whose variant could not be told gets the remedies of all. */
function isVariantOf(selector: string, id: string, variant: string | undefined): boolean {
  return variant === undefined ? selector.startsWith(`${id}:`) : selector === `${id}:${variant}`;
}

function toRemedy(entry: RemedyEntry, stack: StackId, params: Params): Remedy | undefined {
  const value = fill(entry.value, params);
  const snippet = fill(entry.snippet, params);
  if (value === undefined || snippet === undefined) return undefined;
  const { role: where, setting, why, since } = entry;
  return { stack, where, setting, value, why, params: reasonParamsOf(entry, params), snippet, since };
}

function reasonParamsOf(entry: RemedyEntry, params: Params): Params {
  const own: Record<string, string | number | boolean> = {};
  for (const name of Object.keys(reasonTable[entry.why])) {
    const value = params[name];
    if (value !== undefined) own[name] = value;
  }
  return own;
}
