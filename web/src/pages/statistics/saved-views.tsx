import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/statistics.ts';
import { place } from '../../state/place.ts';
import { type Query, useQuery } from '../../state/query.ts';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import type { Tab } from './view.ts';

type Views = InferResponseType<typeof api.statistics.views.$get, 200>;

function SaveForm({ tab, query, onDone }: { tab: Exclude<Tab, 'overview'>; query: Query<Views>; onDone: () => void }) {
  const shared = useSignal(false);
  const form = useForm(
    { name: '' },
    {
      check: ({ name }) => (name.trim() === '' ? { name: w('viewNeedsName') } : {}),
      send: async ({ name }) => {
        await take(
          api.statistics.views.$post({ json: { name, page: tab, query: place.peek().query.slice(1), shared: shared.value } }),
        );
        toast({ text: w('viewSaved', { name }) });
        query.again();
        onDone();
      },
      wordsOf: (code) => (code === 'EXISTS' ? w('viewTaken') : undefined),
    },
  );
  return (
    <form onSubmit={form.submit} noValidate>
      <TextField form={form} name="name" label={w('viewName')} input={{ maxLength: 60 }} />
      <label class="check">
        <input type="checkbox" checked={shared.value} onChange={() => (shared.value = !shared.value)} />
        {w('viewShared')}
      </label>
      <FormFoot form={form} submit={w('viewSave')} />
    </form>
  );
}

/** Views that one keeps, and those that others share; and a way to keep the present one. */
export function SavedViews({ tab }: { tab: Exclude<Tab, 'overview'> }) {
  const open = useSignal(false);
  const query = useQuery(open.value ? 'saved views' : null, (abort) =>
    take(api.statistics.views.$get({}, { init: { signal: abort } })),
  );
  const close = () => (open.value = false);
  const remove = async (id: number) => {
    await take(api.statistics.views[':id'].$delete({ param: { id: String(id) } }));
    query.again();
  };
  return (
    <>
      <button type="button" onClick={() => (open.value = true)}>
        {w('views')}
      </button>
      {open.value && (
        <Modal title={w('views')} onClose={close}>
          <Read query={query}>
            {({ views }) =>
              views.length === 0 ? (
                <p class="quiet">{w('viewNone')}</p>
              ) : (
                <ul class="saved-views">
                  {views.map((each) => (
                    <li key={each.id}>
                      <a href={`/statistics/${each.page}${each.query === '' ? '' : `?${each.query}`}`} onClick={close}>
                        {each.name}
                      </a>
                      <span class="quiet small">
                        {w(each.page)}
                        {!each.mine && ` · ${w('viewOf', { owner: each.owner })}`}
                      </span>
                      {each.mine && (
                        <button
                          type="button"
                          class="plain"
                          aria-label={w('viewRemove', { name: each.name })}
                          title={w('viewRemove', { name: each.name })}
                          onClick={() => void remove(each.id)}
                        >
                          ✕
                        </button>
                      )}
                    </li>
                  ))}
                </ul>
              )
            }
          </Read>
          <h3>{w('saveView')}</h3>
          <SaveForm tab={tab} query={query} onDone={close} />
        </Modal>
      )}
    </>
  );
}
