import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/system.ts';
import { formatCount, formatValue, NO_VALUE, THIN } from '../../model/format.ts';
import { useQuery } from '../../state/query.ts';
import { may, noteFailure } from '../../state/session.ts';
import { Modal } from '../../ui/modal.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

type Standing = InferResponseType<typeof api.retention.$get, 200>;
type Plan = InferResponseType<(typeof api.retention.plans)[':id']['$get'], 200>;

/** What keeps a truck-day beyond its time. */
const HOLDS = ['waiting', 'openLead', 'openCase', 'evidencePack'] as const;
const LOOK_MS = 60_000;
const JOB_MS = 500;

/** Bytes in the unit that suits them. */
function bytesText(bytes: number): string {
  if (bytes >= 1e9) return `${formatValue(bytes / 1e9, 2)}${THIN}GB`;
  return `${formatValue(bytes / 1e6, 1)}${THIN}MB`;
}

function keptText(days: number): string {
  return days === 0 ? w('keptForEver') : w('keptDays', { n: formatCount(days) });
}

/** What a look found, tier by tier: what would go, and what of it stays and why. */
function Found({ plan }: { plan: Plan }) {
  const due = plan.tiers.filter(({ pieces, heldRows }) => pieces > 0 || heldRows > 0);
  return (
    <Scroll across>
      <table class="plain-table retention-plan">
        <thead>
          <tr>
            <th scope="col">{w('colTier')}</th>
            <th scope="col">{w('colRange')}</th>
            <th scope="col" class="num">
              {w('colRows')}
            </th>
            <th scope="col" class="num">
              {w('colOwners')}
            </th>
            <th scope="col" class="num">
              {w('colFreed')}
            </th>
            <th scope="col">{w('colStays')}</th>
          </tr>
        </thead>
        <tbody>
          {due.map((each) => (
            <tr key={each.tier}>
              <th scope="row">{w(each.tier)}</th>
              <td>{each.from === null ? NO_VALUE : `${each.from} – ${each.to}`}</td>
              <td class="num">{formatCount(each.rows)}</td>
              <td class="num">{formatCount(each.owners)}</td>
              <td class="num" title={each.freed === 'database' ? w('freedLater') : ''}>
                {bytesText(each.bytes)}
                {each.freed === 'database' && ' *'}
              </td>
              <td class="text">
                {each.heldRows === 0 ? NO_VALUE : w('heldRows', { n: formatCount(each.heldRows) })}
                {HOLDS.filter((hold) => (each.heldDays[hold] ?? 0) > 0).map((hold) => (
                  <span key={hold} class="quiet">
                    {' · '}
                    {w(hold, { n: formatCount(each.heldDays[hold] ?? 0) })}
                  </span>
                ))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Asked before anything goes: what it is, and what is lost with it. */
function Drop({ plan, close }: { plan: Plan; close: () => void }) {
  const busy = useSignal(false);
  const fault = useSignal('');
  const drop = async () => {
    busy.value = true;
    try {
      const { jobId } = await take(api.retention.runs.$post({ json: { planJobId: plan.jobId } }));
      toast({ text: w('dropOrdered', { id: jobId }) });
      close();
    } catch (error) {
      fault.value = noteFailure(error).message;
      busy.value = false;
    }
  };
  return (
    <Modal title={w('dropTitle')} onClose={close} wide>
      <Found plan={plan} />
      <p>{w('dropText')}</p>
      {fault.value !== '' && <p class="refused">{fault.value}</p>}
      <p class="form-foot">
        <button type="button" class="danger" disabled={busy.value} onClick={() => void drop()}>
          {w('dropNow', { n: formatCount(plan.rows), bytes: bytesText(plan.bytes) })}
        </button>
        <button type="button" onClick={close}>
          {w('keepAll')}
        </button>
      </p>
    </Modal>
  );
}

/** Orders the look and waits for what it finds. */
async function makePlan(): Promise<Plan> {
  const { jobId } = await take(api.retention.plans.$post({ json: {} }));
  for (;;) {
    const job = await take(api.jobs[':id'].$get({ param: { id: String(jobId) } }));
    if (job.state === 'failed' || job.state === 'cancelled') throw new Error(job.error ?? w(job.state));
    if (job.state === 'done') return await take(api.retention.plans[':id'].$get({ param: { id: String(jobId) } }));
    await new Promise((resolve) => setTimeout(resolve, JOB_MS));
  }
}

function Look() {
  const busy = useSignal(false);
  const plan = useSignal<Plan | null>(null);
  const dropping = useSignal(false);
  const look = async () => {
    busy.value = true;
    try {
      plan.value = await makePlan();
    } catch (error) {
      toast({ text: noteFailure(error).message });
    }
    busy.value = false;
  };
  const found = plan.value;
  const nothing = found?.tiers.every(({ pieces }) => pieces === 0);
  return (
    <>
      <p class="retention-orders">
        <button type="button" disabled={busy.value} onClick={() => void look()}>
          {w(busy.value ? 'lookingDue' : 'lookDue')}
        </button>
        {found && !nothing && (
          <button type="button" class="danger" onClick={() => (dropping.value = true)}>
            {w('drop')}
          </button>
        )}
        {nothing && <span class="quiet">{w('nothingDue')}</span>}
      </p>
      {found?.tiers.some(({ pieces, heldRows }) => pieces > 0 || heldRows > 0) && <Found plan={found} />}
      {found && dropping.value && (
        <Drop
          plan={found}
          close={() => {
            dropping.value = false;
            plan.value = null;
          }}
        />
      )}
    </>
  );
}

function Tiers({ standing }: { standing: Standing }) {
  return (
    <Scroll across>
      <table class="plain-table retention">
        <thead>
          <tr>
            <th scope="col">{w('colTier')}</th>
            <th scope="col">{w('colKept')}</th>
            <th scope="col" class="num">
              {w('colSize')}
            </th>
            <th scope="col" class="num">
              {w('colGrowth')}
            </th>
            <th scope="col">{w('colOldest')}</th>
            <th scope="col">{w('colDropped')}</th>
          </tr>
        </thead>
        <tbody>
          {standing.tiers.map((each) => (
            <tr key={each.tier}>
              <th scope="row" title={w(`${each.tier}Are`)}>
                {w(each.tier)}
              </th>
              <td>{keptText(each.keepDays)}</td>
              <td class="num">{bytesText(each.bytes)}</td>
              <td class="num">{each.bytesPerDay === null ? NO_VALUE : bytesText(each.bytesPerDay)}</td>
              <td>{each.oldest ?? NO_VALUE}</td>
              <td class="text">
                {each.dropped ? w('droppedBefore', { day: each.dropped.before, by: each.dropped.by }) : NO_VALUE}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** What is kept for how long, how much it is and how fast it grows; what is beyond its time, and having it go. */
export function RetentionSection() {
  const query = useQuery('retention', (signal) => take(api.retention.$get({}, { init: { signal } })), { everyMs: LOOK_MS });
  return (
    <section class="section">
      <h2 class="retention-head">{w('retention')}</h2>
      <Read query={query}>
        {(standing) => (
          <>
            <Tiers standing={standing} />
            <p class="quiet small">{w(standing.compression ? 'retentionNote' : 'retentionNoteApache')}</p>
          </>
        )}
      </Read>
      {may('retention.manage') && <Look />}
    </section>
  );
}
