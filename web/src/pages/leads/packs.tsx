import type { InferResponseType } from 'hono/client';
import { useEffect } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/evidence.ts';
import { dayTime } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { Term } from '../../ui/term.tsx';
import { decided } from './deeds.tsx';
import { pack, packing, sealed } from './packing.ts';

/** A pack that is ordered is there some seconds later. */
const LOOK_MS = 5_000;

/** Words for why a pack was made. */
const REASONS: Readonly<Record<string, 'reasonDemand' | 'reasonConfirm' | 'reasonPrint' | 'reasonNotice'>> = {
  demand: 'reasonDemand',
  confirm: 'reasonConfirm',
  print: 'reasonPrint',
  notice: 'reasonNotice',
};

type Order = InferResponseType<typeof api.evidence.$get, 200>['orders'][number];

/** A pack that the service was told to make: that it is on its way, or why it is not there. */
function Ordered({ order }: { order: Order }) {
  const why = w(REASONS[order.reason] ?? 'reasonDemand');
  if (order.state === 'failed')
    return (
      <p class="refused" role="alert">
        {w('orderFailed', { why, reason: order.says ?? '', job: order.jobId })}
      </p>
    );
  if (order.state === 'queued' && order.says !== null && order.dueAt !== null)
    return (
      <p class="attention" role="status">
        {w('orderWaits', { why, reason: order.says, time: dayTime(Date.parse(order.dueAt), now.value), n: order.attempts })}
      </p>
    );
  return (
    <p role="status">
      <progress aria-label={w('making')} /> {w('ordered', { why })}
    </p>
  );
}

/** Evidence packs of a finding: making one, its hash, its file. */
export function Packs({ findingId }: { findingId: string }) {
  const query = useQuery(
    may('evidence.read') ? `packs ${findingId}` : null,
    (signal) => take(api.evidence.$get({ query: { finding: findingId } }, { init: { signal } })),
    { everyMs: LOOK_MS },
  );
  useEffect(() => {
    if (sealed.value > 0 || decided.value !== null) query.again();
  }, [sealed.value, decided.value]);
  if (!may('evidence.read')) return null;
  const busy = packing.value?.findings.includes(findingId) ?? false;
  const packs = query.data.value?.packs ?? [];
  const orders = query.data.value?.orders ?? [];
  return (
    <section class="section">
      <h2>
        <Term id="evidencePack">{w('packs')}</Term>
      </h2>
      {orders.map((each) => (
        <Ordered key={each.jobId} order={each} />
      ))}
      {packs.length === 0 && orders.length === 0 && !busy && <p class="quiet">{w('packsNone')}</p>}
      <ul>
        {packs.map((each) => (
          <li key={each.id} class="pack">
            <a class="link" href={`/api/v1/evidence/${each.id}`} download>
              {each.id}
            </a>{' '}
            <span class="quiet small">
              {w('packBy', { by: each.createdBy, time: dayTime(Date.parse(each.createdAt), now.value) })} ·{' '}
              {w(REASONS[each.reason] ?? 'reasonDemand')}
            </span>
            <span class="mono small hash">SHA-256 {each.sha256}</span>
          </li>
        ))}
      </ul>
      {busy && (
        <p role="status">
          <progress aria-label={w('making')} /> {w('making')}
        </p>
      )}
      {may('evidence.make') && (
        <p class="form-foot">
          <button type="button" disabled={busy} onClick={() => void pack([findingId], 'demand')}>
            {w('make')}
          </button>
          <span class="quiet small">{w('verifyHint')}</span>
        </p>
      )}
    </section>
  );
}

/** That packs are being made, where the list of leads stands: they go on while other leads are looked at. */
export function PackingNote() {
  const now = packing.value;
  if (now === null) return null;
  return (
    <p class="filters small" role="status">
      <progress max={now.asked} value={now.done} aria-label={w('making')} />{' '}
      {w('makingSome', { done: now.done, asked: now.asked })}
    </p>
  );
}
