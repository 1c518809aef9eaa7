import { useSignal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/notices.ts';
import { t } from '../../i18n/words/shell.ts';
import { useQuery } from '../../state/query.ts';
import { noteFailure } from '../../state/session.ts';
import { Modal } from '../../ui/modal.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { clock, type Subscription, SubscriptionForm } from './subscription-form.tsx';

function Preview({ id, close }: { id: number; close: () => void }) {
  const query = useQuery(`digest ${id}`, (signal) =>
    take(api.notices.subscriptions[':id'].digest.$get({ param: { id: String(id) } }, { init: { signal } })),
  );
  return (
    <Modal title={w('previewTitle')} onClose={close} wide>
      <Read query={query}>
        {({ subject, text }) => (
          <pre class="notice-text">
            {subject}
            {'\n\n'}
            {text}
          </pre>
        )}
      </Read>
    </Modal>
  );
}

function details(s: Subscription): string {
  const leads = s.kinds.some((kind) => kind === 'lead' || kind === 'offline' || kind === 'dataQuality');
  return [
    ...(leads ? [w(s.level)] : []),
    s.districts?.join(' ') ?? w('allDistricts'),
    ...(s.quietFrom === null || s.quietTo === null ? [] : [`${w('quiet')} ${clock(s.quietFrom)}–${clock(s.quietTo)}`]),
    ...(s.kinds.includes('digest') ? [`${w('digestAt')} ${clock(s.digestAt)}`] : []),
    w(s.language === 'zh' ? 'chinese' : 'english'),
  ].join(' · ');
}

/** Who is told what. */
export function Subscriptions() {
  const query = useQuery('notice subscriptions', (signal) => take(api.notices.subscriptions.$get({}, { init: { signal } })));
  const editing = useSignal<Subscription | 'add' | null>(null);
  const preview = useSignal<number | null>(null);
  const end = async (id: number) => {
    try {
      await take(api.notices.subscriptions[':id'].$delete({ param: { id: String(id) } }));
      toast({ text: w('subscriptionEnded') });
    } catch (error) {
      toast({ text: noteFailure(error).message });
    }
    query.again();
  };
  return (
    <Scroll>
      <section class="section">
        <p class="quiet">{w('rule')}</p>
        <Read query={query}>
          {({ subscriptions }) => (
            <>
              {subscriptions.length === 0 && <p>{w('subscriptionNone')}</p>}
              <ul class="notice-list">
                {subscriptions.map((each) => (
                  <li key={each.id}>
                    <div>
                      <b>{each.userName ?? (each.role === null ? w('whoChannel') : w(each.role))}</b>{' '}
                      <span class="tag">{each.channel}</span> {each.kinds.map((kind) => w(kind)).join(' · ')}
                      <p class="quiet small">
                        {details(each)} · {w('reachedBy', { n: each.reached })}
                        {each.unreached.length > 0 && (
                          <span class="attention"> △ {w('unreached', { names: each.unreached.join(' ') })}</span>
                        )}
                      </p>
                    </div>
                    <span class="row-actions">
                      {each.kinds.includes('digest') && (
                        <button type="button" onClick={() => (preview.value = each.id)}>
                          {w('preview')}
                        </button>
                      )}
                      <button type="button" onClick={() => (editing.value = each)}>
                        {t('edit')}
                      </button>
                      <button type="button" onClick={() => void end(each.id)}>
                        {w('subscriptionEnd')}
                      </button>
                    </span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </Read>
        <p class="form-foot">
          <button type="button" class="primary" onClick={() => (editing.value = 'add')}>
            {w('subscriptionAdd')}
          </button>
        </p>
      </section>
      {editing.value && (
        <SubscriptionForm
          subscription={editing.value === 'add' ? null : editing.value}
          close={() => {
            editing.value = null;
            query.again();
          }}
        />
      )}
      {preview.value !== null && <Preview id={preview.value} close={() => (preview.value = null)} />}
    </Scroll>
  );
}
