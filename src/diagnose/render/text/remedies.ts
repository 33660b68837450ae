/** What to change: each reason once, with the settings of the stacks that serve it. */
import type { Remedy } from '../../finding.ts';
import { stackName } from '../../remedies/stacks.ts';
import { displayWidth } from '../width.ts';
import type { Writer } from '../writer.ts';
import type { Page } from './page.ts';

/** Settings shown; the JSON report has all of them. */
const REMEDIES_MAX = 5;

/** Settings that help for one reason. */
export interface RemedyGroup {
  readonly reason: string;
  readonly remedies: Remedy[];
}

export function addRemedies(page: Page, writer: Writer, remedies: readonly Remedy[]): void {
  if (remedies.length === 0) return;
  page.gap();
  page.paragraph(writer.phrase('change'), 2, 'heading');
  const shown = remedies.slice(0, page.room(REMEDIES_MAX));
  remedyGroups(writer, shown).forEach(({ reason, remedies: settings }, index) => {
    const number = `    ${index + 1}. `;
    page.paragraph(reason, displayWidth(number), undefined, number);
    for (const remedy of settings) addSetting(page, writer, remedy);
  });
  const left = remedies.length - shown.length;
  if (left > 0) page.paragraph(writer.phrase('moreRemedies', { count: left }), 7, 'dim');
}

function addSetting(page: Page, writer: Writer, remedy: Remedy): void {
  page.paragraph(settingPhrase(writer, remedy), 7, 'strong');
  page.snippet(remedy.snippet, 9);
}

/** `etcd clientv3 (client): clientv3.Config.PermitWithoutStream = false`. */
export function settingPhrase(writer: Writer, remedy: Remedy): string {
  const { stack, where, since } = remedy;
  const about = { stack: stackName(stack, where), role: writer.messages.roles[where], setting: settingText(remedy) };
  return writer.phrase('setting', since === undefined ? about : { ...about, since });
}

/** `PermitWithoutStream = false`; bounds and usages stand without the sign: `volo-grpc >= 0.9.3`, `GracefulStop() on SIGTERM`. */
export function settingText({ setting, value }: Pick<Remedy, 'setting' | 'value'>): string {
  if (value === '') return setting;
  return /^(?:[<>]|on |until )/.test(value) ? `${setting} ${value}` : `${setting} = ${value}`;
}

/** Best first, by the place of each reason's first setting. */
export function remedyGroups(writer: Writer, remedies: readonly Remedy[]): RemedyGroup[] {
  const groups = new Map<string, RemedyGroup>();
  for (const remedy of remedies) {
    const reason = writer.reason(remedy);
    const group = groups.get(reason);
    if (group === undefined) groups.set(reason, { reason, remedies: [remedy] });
    else group.remedies.push(remedy);
  }
  return [...groups.values()];
}
