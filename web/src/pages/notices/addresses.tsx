import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/notices.ts';
import { t } from '../../i18n/words/shell.ts';
import { useQuery } from '../../state/query.ts';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';

type Person = InferResponseType<typeof api.notices.addresses.$get, 200>['people'][number];

function Edit({ person, close }: { person: Person; close: () => void }) {
  const form = useForm(
    { email: person.email ?? '', phone: person.phone ?? '' },
    {
      check: () => ({}),
      send: async (v) => {
        const json = { version: person.version, email: v.email.trim() || null, phone: v.phone.trim() || null };
        await take(api.notices.addresses[':id'].$put({ param: { id: String(person.userId) }, json }));
        close();
      },
    },
  );
  return (
    <Modal title={w('addressEdit', { name: person.displayName })} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <TextField form={form} name="email" label={w('mailAddress')} input={{ type: 'email', maxLength: 200 }} />
        <TextField form={form} name="phone" label={w('phone')} input={{ type: 'tel', maxLength: 16 }} />
        <FormFoot form={form} submit={t('save')} />
      </form>
    </Modal>
  );
}

/** Where people are reached. */
export function Addresses() {
  const query = useQuery('notice addresses', (signal) => take(api.notices.addresses.$get({}, { init: { signal } })));
  const open = useSignal<Person | null>(null);
  return (
    <Scroll>
      <section class="section">
        <p class="quiet">{w('addressIntro')}</p>
        <Read query={query}>
          {({ people }) =>
            people.length === 0 ? (
              <p>{w('addressNobody')}</p>
            ) : (
              <table class="plain-table addresses">
                <thead>
                  <tr>
                    <th scope="col">{w('who')}</th>
                    <th scope="col">{w('mailAddress')}</th>
                    <th scope="col">{w('phone')}</th>
                    <th scope="col">
                      <span class="hidden-words">{t('actions')}</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {people.map((each) => (
                    <tr key={each.userId}>
                      <th scope="row">
                        {each.displayName} <span class="quiet">{each.name}</span>
                      </th>
                      <td>{each.email ?? <span class="quiet">{w('noAddress')}</span>}</td>
                      <td>{each.phone ?? <span class="quiet">{w('noAddress')}</span>}</td>
                      <td class="num">
                        <button type="button" class="small" onClick={() => (open.value = each)}>
                          {t('edit')}
                        </button>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            )
          }
        </Read>
      </section>
      {open.value && (
        <Edit
          person={open.value}
          close={() => {
            open.value = null;
            query.again();
          }}
        />
      )}
    </Scroll>
  );
}
