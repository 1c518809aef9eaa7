import type { CallError } from '../../data/client.ts';
import { w } from '../../i18n/words/people.ts';
import { t } from '../../i18n/words/shell.ts';
import { type PasswordFault, type PasswordRules, passwordFault, toldFault } from '../../model/password.ts';
import { type Form, TextField, type Wrong } from '../../ui/form.tsx';
import { FormFault } from '../../ui/form-fault.ts';

/** A fault of a password in words. */
function faultWords(fault: PasswordFault): string {
  if ('n' in fault) return w(fault.kind, { n: fault.n });
  return fault.kind === 'weakContains' ? w(fault.kind, { word: fault.word }) : w(fault.kind);
}

/** Faults of a new password that was typed twice. */
export function newPasswordFaults(
  v: { password: string; again: string },
  rules: PasswordRules,
): Wrong<{ password: string; again: string }> {
  if (v.password === '') return { password: t('fieldRequired') };
  const fault = passwordFault(v.password, rules);
  if (fault) return { password: faultWords(fault) };
  return v.password === v.again ? {} : { again: w('againDiffers') };
}

/** A refusal of the service as a fault of the password field; throws what is something else. */
export function throwPasswordFault(error: CallError): never {
  if (error.code !== 'WEAK_PASSWORD') throw error;
  const words = error.fields.map(({ reason }) => {
    const fault = toldFault(reason);
    return fault ? faultWords(fault) : t('serverSays', { reason });
  });
  throw new FormFault('password', words.join(' · '));
}

/** A new password, typed twice, with what it must be. */
export function NewPasswordFields<V extends Record<string, string>>({
  form,
  rules,
  label = w('password'),
}: {
  form: Form<V>;
  rules: PasswordRules;
  label?: string;
}) {
  const input = { type: 'password' as const, autocomplete: 'new-password' as const, maxLength: 256 };
  return (
    <>
      <TextField
        form={form}
        name="password"
        label={label}
        hint={w('passwordRule', { n: rules.minLength, kinds: rules.minKinds })}
        input={input}
      />
      <TextField form={form} name="again" label={w('again')} input={input} />
    </>
  );
}
