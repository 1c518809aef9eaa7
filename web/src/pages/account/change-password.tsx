import { useSignal } from '@preact/signals';
import { api, CallError, take } from '../../data/client.ts';
import { w } from '../../i18n/words/people.ts';
import { t } from '../../i18n/words/shell.ts';
import { dayTime } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { askWho, me } from '../../state/session.ts';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { FormFault } from '../../ui/form-fault.ts';
import { toast } from '../../ui/toast.tsx';
import type { OwnAccount } from './page.tsx';
import { NewPasswordFields, newPasswordFaults, throwPasswordFault } from './password-fields.tsx';

/** A refusal of the present password at its field. */
export function throwCurrentFault(error: unknown): never {
  if (error instanceof CallError && error.code === 'WRONG_CREDENTIALS') throw new FormFault('current', w('currentWrong'));
  throw error;
}

const EMPTY = { current: '', password: '', again: '' };

/** When the password was set, and changing it. */
export function ChangePassword({ account, changed }: { account: OwnAccount; changed: () => void }) {
  const open = useSignal(me.value?.must === 'password');
  const form = useForm(EMPTY, {
    check: (v) => ({
      ...(v.current === '' ? { current: t('fieldRequired') } : {}),
      ...newPasswordFaults(v, account.password),
    }),
    send: async (v) => {
      try {
        await take(api.account.password.$post({ json: { current: v.current, password: v.password } }));
      } catch (error) {
        if (error instanceof CallError && error.code === 'WEAK_PASSWORD') throwPasswordFault(error);
        throwCurrentFault(error);
      }
      toast({ text: w('changed') });
      open.value = false;
      form.reset(EMPTY);
      await askWho();
      changed();
    },
  });
  return (
    <section class="section">
      <h2>{w('password')}</h2>
      {account.passwordSetAt && (
        <p class="quiet">
          {w('passwordSet', { time: dayTime(Date.parse(account.passwordSetAt), now.value) })}
          {account.passwordExpiresAt &&
            ` · ${w('passwordExpires', { time: dayTime(Date.parse(account.passwordExpiresAt), now.value) })}`}
        </p>
      )}
      {open.value ? (
        <form class="narrow-form" onSubmit={form.submit} noValidate>
          <input type="text" name="username" autocomplete="username" value={account.name} hidden readOnly />
          <TextField
            form={form}
            name="current"
            label={w('current')}
            input={{ type: 'password', autocomplete: 'current-password', maxLength: 256 }}
          />
          <NewPasswordFields form={form} rules={account.password} label={w('newPassword')} />
          <FormFoot form={form} submit={w('change')} />
        </form>
      ) : (
        <p class="form-foot">
          <button type="button" onClick={() => (open.value = true)}>
            {w('change')}
          </button>
        </p>
      )}
    </section>
  );
}
