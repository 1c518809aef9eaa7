import { useSignal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/people.ts';
import { t } from '../../i18n/words/shell.ts';
import { dayTime } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { CopyLine } from '../../ui/copy-line.tsx';
import { ChoiceField, type Form, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { tried } from '../account/page.tsx';
import { FirstAdministrator } from '../outside/page.tsx';
import type { Account } from './people.tsx';

const ROLES = ['officer', 'analyst', 'administrator', 'auditor'] as const;
type Role = (typeof ROLES)[number];
const NAME = /^[a-z0-9][a-z0-9._-]{1,31}$/;

function roleOf(text: string): Role {
  return ROLES.find((each) => each === text) ?? 'officer';
}

/** Districts as typed: names between commas, of any kind of comma. Null: none, which means all. */
function typedDistricts(text: string): string[] | null {
  const list = text
    .split(/[,\uff0c\u3001;\uff1b]/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
  return list.length === 0 ? null : [...new Set(list)];
}

function districtFault(v: { role: string; districts: string }): { districts?: string } {
  const whole = v.role === 'administrator' || v.role === 'auditor';
  return whole && typedDistricts(v.districts) !== null ? { districts: w('districtsWhole') } : {};
}

function CommonFields<V extends { displayName: string; role: string; districts: string }>({
  form,
}: {
  form: Form<V & Record<string, string>>;
}) {
  const role = roleOf(form.values.value.role);
  return (
    <>
      <TextField form={form} name="displayName" label={w('displayName')} input={{ maxLength: 60 }} />
      <ChoiceField
        form={form}
        name="role"
        label={w('role')}
        hint={w(`${role}Text`)}
        options={ROLES.map((each) => [each, w(each)])}
      />
      <TextField form={form} name="districts" label={w('districts')} hint={w('districtsHint')} />
    </>
  );
}

function LinkShown({ path, until, name, close }: { path: string; until: string; name: string; close: () => void }) {
  return (
    <Modal title={name} onClose={close}>
      <p>{w('addDone', { name, time: dayTime(Date.parse(until), now.peek()) })}</p>
      <CopyLine text={`${location.origin}${path}`} />
    </Modal>
  );
}

/** In a demonstration: makes the first administrator. */
export function FirstPerson({ close }: { close: () => void }) {
  const query = useQuery('setup', (signal) => take(api.setup.$get({}, { init: { signal } })));
  return (
    <Modal title={w('firstTitle')} onClose={close}>
      <p class="quiet">{w('demoNote')}</p>
      <Read query={query}>{(state) => <FirstAdministrator rules={state.password} />}</Read>
    </Modal>
  );
}

/** Enters an account; its owner sets the password by the link that is shown. */
export function AddPerson({ close }: { close: () => void }) {
  const done = useSignal<{ path: string; expiresAt: string; name: string } | null>(null);
  const form = useForm(
    { name: '', displayName: '', role: 'officer', districts: '' },
    {
      check: (v) => ({
        ...(NAME.test(v.name.trim().toLowerCase()) ? {} : { name: w('namePattern') }),
        ...(v.displayName.trim() === '' ? { displayName: t('fieldRequired') } : {}),
        ...districtFault(v),
      }),
      send: async (v) => {
        const json = {
          name: v.name.trim().toLowerCase(),
          displayName: v.displayName.trim(),
          role: roleOf(v.role),
          districts: typedDistricts(v.districts),
        };
        done.value = { ...(await take(api.people.$post({ json }))), name: json.displayName };
      },
      wordsOf: (code) => (code === 'EXISTS' ? w('nameExists') : undefined),
    },
  );
  if (done.value) return <LinkShown path={done.value.path} until={done.value.expiresAt} name={done.value.name} close={close} />;
  return (
    <Modal title={w('add')} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <TextField
          form={form}
          name="name"
          label={w('name')}
          hint={w('nameHint')}
          input={{ maxLength: 32, autocapitalize: 'none' }}
        />
        <CommonFields form={form} />
        <FormFoot form={form} submit={w('add')} />
      </form>
    </Modal>
  );
}

function Reset({ account, close }: { account: Account; close: () => void }) {
  const factor = useSignal(false);
  const done = useSignal<{ path: string; expiresAt: string } | null>(null);
  const reset = () =>
    tried(async () => {
      const json = { secondFactor: factor.peek() };
      done.value = await take(api.people[':id'].reset.$post({ param: { id: String(account.id) }, json }));
    });
  if (done.value)
    return <LinkShown path={done.value.path} until={done.value.expiresAt} name={account.displayName} close={close} />;
  return (
    <Modal title={`${w('reset')} · ${account.displayName}`} onClose={close}>
      <p>{w('resetText', { name: account.displayName })}</p>
      {account.secondFactor && (
        <label class="check">
          <input type="checkbox" checked={factor.value} onChange={(event) => (factor.value = event.currentTarget.checked)} />
          {w('resetFactor')}
        </label>
      )}
      <p class="form-foot">
        <button type="button" class="primary" onClick={() => void reset()}>
          {w('reset')}
        </button>
      </p>
    </Modal>
  );
}

/** Changes an account, and what can be done for its owner. */
export function EditPerson({ account, close }: { account: Account; close: () => void }) {
  const resetting = useSignal(false);
  const param = { id: String(account.id) };
  const form = useForm(
    { displayName: account.displayName, role: account.role as string, districts: account.districts?.join(', ') ?? '' },
    {
      check: (v) => ({
        ...(v.displayName.trim() === '' ? { displayName: t('fieldRequired') } : {}),
        ...districtFault(v),
      }),
      send: async (v) => {
        const json = {
          version: account.version,
          displayName: v.displayName.trim(),
          role: roleOf(v.role),
          districts: typedDistricts(v.districts),
        };
        await take(api.people[':id'].$patch({ param, json }));
        toast({ text: t('savedAt') });
        close();
      },
      wordsOf: (code) =>
        code === 'CHANGED' ? t('changedElsewhere') : code === 'LAST_ADMINISTRATOR' ? w('lastAdministrator') : undefined,
    },
  );
  const act = async (words: string, work: () => Promise<unknown>) => {
    if (!(await tried(work))) return;
    toast({ text: words });
    close();
  };
  const disabled = account.state === 'disabled';
  if (resetting.value) return <Reset account={account} close={close} />;
  return (
    <Modal title={w('editTitle', { name: account.name })} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        <CommonFields form={form} />
        <FormFoot form={form} submit={t('save')} />
      </form>
      <p class="form-foot person-actions">
        {!disabled && (
          <button type="button" onClick={() => (resetting.value = true)}>
            {w('reset')}
          </button>
        )}
        {account.heldUpUntil && (
          <button
            type="button"
            onClick={() => void act(w('unlocked'), () => take(api.people[':id'].unlock.$post({ param, json: {} })))}
          >
            {w('unlock')}
          </button>
        )}
        {account.sessions > 0 && (
          <button
            type="button"
            onClick={() => void act(w('signedOut'), () => take(api.people[':id']['sign-out'].$post({ param, json: {} })))}
          >
            {w('signOutAll')}
          </button>
        )}
        <button
          type="button"
          class={disabled ? '' : 'danger'}
          onClick={() =>
            void act(t('savedAt'), () =>
              take(api.people[':id'].$patch({ param, json: { version: account.version, disabled: !disabled } })),
            )
          }
        >
          {w(disabled ? 'enable' : 'disable')}
        </button>
      </p>
    </Modal>
  );
}
