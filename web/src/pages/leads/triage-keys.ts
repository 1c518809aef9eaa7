import { w } from '../../i18n/words/leads.ts';
import { t } from '../../i18n/words/shell.ts';
import { useKeys } from '../../state/keys.ts';
import { go } from '../../state/place.ts';
import { may } from '../../state/session.ts';
import { chosen, pointed, toggle } from './chosen.ts';
import { type Asking, ask, decide, undoLast } from './deeds.tsx';
import { addressOf, type Lead } from './leads.ts';

/** The keys of the list and of the open lead. */
export function useTriageKeys(rows: readonly Lead[], open: string | null): void {
  const here = () => open ?? pointed.peek();
  const meant = (): readonly Lead[] => {
    const many = rows.filter((lead) => chosen.peek().has(lead.id));
    if (many.length > 0) return many;
    return rows.filter((lead) => lead.id === here());
  };
  const deed = (act: (leads: readonly Lead[]) => void) => () => {
    const leads = meant();
    if (leads.length === 0) return false;
    act(leads);
    return true;
  };
  const asks = (kind: Asking) => deed((leads) => ask(kind, leads));
  const ids = () => rows.map(({ id }) => id);
  const to = (by: number, choosing: boolean) => {
    const at = rows.findIndex((lead) => lead.id === here());
    const next = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? 0 : at + by))];
    if (!next) return false;
    if (choosing) {
      const from = rows[at];
      if (from && !chosen.peek().has(from.id)) toggle(from.id, false, ids());
      toggle(next.id, true, ids());
    }
    pointed.value = next.id;
    if (open !== null) go(addressOf(next.id), 'replace');
    return true;
  };
  const deciding = may('leads.decide')
    ? [
        { keys: ['e'], words: () => w('confirm'), act: deed((leads) => decide(leads, { kind: 'confirm' })) },
        { keys: ['x'], words: () => w('dismiss'), act: asks('dismiss') },
        { keys: ['a'], words: () => w('assign'), act: asks('assign') },
        { keys: ['n'], words: () => w('note'), act: asks('note') },
        { keys: ['s'], words: () => w('snooze'), act: asks('snooze') },
        { keys: ['u'], words: () => w('undo'), act: undoLast },
        {
          keys: [' '],
          words: () => w('keyChoose'),
          act: () => {
            const at = here();
            if (typeof at !== 'string') return false;
            toggle(at, false, ids());
            return true;
          },
        },
        { keys: ['J'], words: () => w('keyRange'), act: () => to(1, true) },
        { keys: ['K'], words: () => w('keyRange'), act: () => to(-1, true) },
      ]
    : [];
  useKeys([
    ...deciding,
    ...(open === null
      ? []
      : [
          { keys: ['j', 'ArrowDown'], words: () => t('keyDown'), act: () => to(1, false) },
          { keys: ['k', 'ArrowUp'], words: () => t('keyUp'), act: () => to(-1, false) },
          { keys: ['Escape'], words: () => t('keyClose'), act: () => go(addressOf(null)) },
        ]),
  ]);
}
