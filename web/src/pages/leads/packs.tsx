import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/evidence.ts';
import { dayTime } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { may, noteFailure } from '../../state/session.ts';
import { Term } from '../../ui/term.tsx';
import { toast } from '../../ui/toast.tsx';
import { sealed } from './packing.ts';

/** Evidence packs of a finding: making one, its hash, its file. */
export function Packs({ findingId }: { findingId: string }) {
  const busy = useSignal(false);
  const query = useQuery(may('evidence.read') ? `packs ${findingId}` : null, (signal) =>
    take(api.evidence.$get({ query: { finding: findingId } }, { init: { signal } })),
  );
  useEffect(() => {
    if (sealed.value > 0) query.again();
  }, [sealed.value]);
  const make = async () => {
    busy.value = true;
    try {
      const pack = await take(api.evidence.$post({ json: { findingId, reason: 'demand' } }));
      toast({ text: w('made', { id: pack.id }) });
    } catch (error) {
      toast({ text: w('packFailed', { reason: noteFailure(error).message }) });
    }
    busy.value = false;
    query.again();
  };
  if (!may('evidence.read')) return null;
  const packs = query.data.value?.packs ?? [];
  return (
    <section class="section">
      <h2>
        <Term id="evidencePack">{w('packs')}</Term>
      </h2>
      {packs.length === 0 && <p class="quiet">{w('packsNone')}</p>}
      <ul>
        {packs.map((pack) => (
          <li key={pack.id} class="pack">
            <a class="link" href={`/api/v1/evidence/${pack.id}`} download>
              {pack.id}
            </a>{' '}
            <span class="quiet small">
              {w('packBy', { by: pack.createdBy, time: dayTime(Date.parse(pack.createdAt), now.value) })}
            </span>
            <span class="mono small hash">{pack.sha256}</span>
          </li>
        ))}
      </ul>
      {may('evidence.make') && (
        <p class="form-foot">
          <button type="button" disabled={busy.value} onClick={() => void make()}>
            {w(busy.value ? 'making' : 'make')}
          </button>
        </p>
      )}
    </section>
  );
}
