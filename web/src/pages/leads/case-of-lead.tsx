import { useSignal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/cases.ts';
import { pathOf } from '../../model/routes.ts';
import { go } from '../../state/place.ts';
import { may, noteFailure } from '../../state/session.ts';
import { toast } from '../../ui/toast.tsx';
import type { LeadDetail } from './leads.ts';

/** The case that a lead belongs to, or the way to one: opening it confirms the lead, and an open case of its kind takes it. */
export function CaseOfLead({ lead }: { lead: LeadDetail }) {
  const busy = useSignal(false);
  const again = useSignal<string | null>(null);
  const [known] = lead.cases;
  const open = async (reopen: boolean) => {
    busy.value = true;
    try {
      const seen = { id: lead.id, version: lead.triage.version, throughDay: lead.lastDay };
      const { results } = await take(api.cases.$post({ json: { from: 'leads', leads: [seen], reopen } }));
      const [result] = results;
      if (result?.outcome === 'recent') again.value = result.case?.number ?? '';
      else if (result?.outcome === 'changed') toast({ text: w('leadChanged') });
      else if (result?.case) {
        toast({ text: w(OUTCOMES[result.outcome], { number: result.case.number }) });
        go(pathOf('cases', result.case.id));
      }
    } catch (error) {
      toast({ text: w('notOpened', { reason: noteFailure(error).message }) });
    }
    busy.value = false;
  };
  if (known && may('cases.read'))
    return (
      <a class="link" href={pathOf('cases', known.id)}>
        {w('caseOf', { number: known.number })}
      </a>
    );
  if (!may('cases.work')) return null;
  return again.value === null ? (
    <button type="button" disabled={busy.value} title={w('openFromLeadHint')} onClick={() => void open(false)}>
      {w('openFromLead')}
    </button>
  ) : (
    <button type="button" disabled={busy.value} title={w('reopenHint')} onClick={() => void open(true)}>
      {w('reopenCase', { number: again.value })}
    </button>
  );
}

const OUTCOMES = { opened: 'leadOpened', attached: 'leadAttached', reopened: 'leadReopened' } as const;
