import { useSignal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { permission as permissionName } from '../../i18n/words/deeds.ts';
import { w } from '../../i18n/words/people.ts';
import { t } from '../../i18n/words/shell.ts';
import { dayTime } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { me, type Permission } from '../../state/session.ts';
import { CopyLine } from '../../ui/copy-line.tsx';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { tried } from './page.tsx';

function AddToken({ close }: { close: () => void }) {
  const chosen = useSignal<readonly Permission[]>([]);
  const done = useSignal<string | null>(null);
  const form = useForm(
    { name: '', days: '90', permissions: '' },
    {
      check: (v) => ({
        ...(v.name.trim() === '' ? { name: t('fieldRequired') } : {}),
        ...(Number(v.days) >= 1 && Number(v.days) <= 400 ? {} : { days: w('tokenDaysRange') }),
        ...(chosen.peek().length === 0 ? { '': `${w('tokenPermissions')}: ${t('fieldRequired')}` } : {}),
      }),
      send: async (v) => {
        const json = { name: v.name.trim(), permissions: [...chosen.peek()], expiresInDays: Math.round(Number(v.days)) };
        done.value = (await take(api.tokens.$post({ json }))).token;
      },
      fieldOf: (path) => (path === 'body.expiresInDays' ? 'days' : (path.split('.').at(-1) ?? path)),
    },
  );
  if (done.value !== null) {
    return (
      <Modal title={w('tokenAdd')} onClose={close}>
        <p>
          <b>{w('tokenOnce')}</b>
        </p>
        <CopyLine text={done.value} />
      </Modal>
    );
  }
  const toggle = (name: Permission) => {
    const list = chosen.peek();
    chosen.value = list.includes(name) ? list.filter((each) => each !== name) : [...list, name];
  };
  return (
    <Modal title={w('tokenAdd')} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <div class="field-row">
          <TextField form={form} name="name" label={w('tokenName')} input={{ maxLength: 60 }} />
          <TextField form={form} name="days" label={w('tokenDays')} input={{ type: 'number', min: 1, max: 400 }} />
        </div>
        <fieldset class="checks-field">
          <legend>{w('tokenPermissions')}</legend>
          {(me.value?.permissions ?? []).map((name) => (
            <label key={name} class="check">
              <input type="checkbox" checked={chosen.value.includes(name)} onChange={() => toggle(name)} />
              {permissionName(name)}
            </label>
          ))}
        </fieldset>
        <FormFoot form={form} submit={w('tokenAdd')} />
      </form>
    </Modal>
  );
}

/** Tokens of one's own programs; who manages accounts sees those of all. */
export function Tokens() {
  const adding = useSignal(false);
  const query = useQuery('tokens', (signal) => take(api.tokens.$get({}, { init: { signal } })));
  const revoke = async (id: number) => {
    await tried(() => take(api.tokens[':id'].$delete({ param: { id: String(id) } })));
    query.again();
  };
  const own = me.value?.person?.name;
  return (
    <section class="section">
      <h2>{w('tokens')}</h2>
      <Read query={query}>
        {({ tokens }) => (
          <>
            {tokens.length === 0 && <p class="quiet">{w('tokensNone')}</p>}
            <Scroll across>
              <table class="plain-table">
                <tbody>
                  {tokens.map((each) => (
                    <tr key={each.id} class={each.revokedAt ? 'quiet' : ''}>
                      <th scope="row">
                        {each.name}
                        {each.owner !== own && <span class="tag">{each.owner}</span>}
                      </th>
                      <td class="text quiet">
                        {each.permissions.map((name) => (permissionName.has(name) ? permissionName(name) : name)).join(' · ')}
                      </td>
                      <td>{w('tokenExpires', { time: dayTime(Date.parse(each.expiresAt), now.value) })}</td>
                      <td>
                        {each.lastUsedAt
                          ? w('tokenUsed', { time: dayTime(Date.parse(each.lastUsedAt), now.value) })
                          : w('tokenNever')}
                      </td>
                      <td class="num">
                        {each.revokedAt ? (
                          w('tokenRevoked')
                        ) : (
                          <button type="button" class="small" onClick={() => void revoke(each.id)}>
                            {w('tokenRevoke')}
                          </button>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          </>
        )}
      </Read>
      <p class="form-foot">
        <button type="button" onClick={() => (adding.value = true)}>
          {w('tokenAdd')}
        </button>
      </p>
      {adding.value && (
        <AddToken
          close={() => {
            adding.value = false;
            query.again();
          }}
        />
      )}
    </section>
  );
}
