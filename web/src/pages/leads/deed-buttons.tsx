import { w } from '../../i18n/words/leads.ts';
import { may } from '../../state/session.ts';
import { ask, type Decidable, decide } from './deeds.tsx';

/** What can be done about the chosen leads, or the one that is open: each deed with its key. */
export function DeedButtons({ leads, decidedAlready }: { leads: readonly Decidable[]; decidedAlready: boolean }) {
  if (!may('leads.decide')) return null;
  return (
    <span class="deeds">
      {decidedAlready ? (
        <button type="button" onClick={() => decide(leads, { kind: 'reopen' })}>
          {w('reopen')}
        </button>
      ) : (
        <>
          <button type="button" class="primary" title="e" onClick={() => decide(leads, { kind: 'confirm' })}>
            {w('confirm')} <kbd>e</kbd>
          </button>
          <button type="button" title="x" onClick={() => ask('dismiss', leads)}>
            {w('dismiss')} <kbd>x</kbd>
          </button>
          <button type="button" title="s" onClick={() => ask('snooze', leads)}>
            {w('snooze')} <kbd>s</kbd>
          </button>
        </>
      )}
      <button type="button" title="a" onClick={() => ask('assign', leads)}>
        {w('assign')} <kbd>a</kbd>
      </button>
      <button type="button" title="n" onClick={() => ask('note', leads)}>
        {w('note')} <kbd>n</kbd>
      </button>
    </span>
  );
}
