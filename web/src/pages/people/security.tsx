import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/people.ts';
import { t } from '../../i18n/words/shell.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { AreaField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

type Stored = InferResponseType<typeof api.settings.security.$get, 200>;
type Role = Stored['settings']['totpRequiredFor'][number];

const ROLES = ['officer', 'analyst', 'administrator', 'auditor'] as const satisfies readonly Role[];
const BOUNDS = {
  minLength: [8, 64],
  minKinds: [1, 4],
  maxAgeDays: [0, 730],
  remember: [0, 24],
  idleMinutes: [5, 1440],
  absoluteHours: [1, 720],
} as const;
type Bound = keyof typeof BOUNDS;

function SecurityForm({ stored, changed }: { stored: Stored; changed: () => void }) {
  const { password, session } = stored.settings;
  const roles = useSignal<readonly Role[]>(stored.settings.totpRequiredFor);
  const first = {
    minLength: String(password.minLength),
    minKinds: String(password.minKinds),
    maxAgeDays: String(password.maxAgeDays),
    remember: String(password.remember),
    idleMinutes: String(session.idleMinutes),
    absoluteHours: String(session.absoluteHours),
    refusedWords: password.refusedWords.join('\n'),
  };
  const form = useForm(first, {
    check: (v) =>
      Object.fromEntries(
        Object.entries(BOUNDS).flatMap(([name, [min, max]]) => {
          const value = Number(v[name as Bound]);
          const fine = v[name as Bound].trim() !== '' && Number.isInteger(value) && value >= min && value <= max;
          return fine ? [] : [[name, w('range', { min, max })]];
        }),
      ),
    send: async (v) => {
      const settings = {
        password: {
          minLength: Number(v.minLength),
          minKinds: Number(v.minKinds),
          maxAgeDays: Number(v.maxAgeDays),
          remember: Number(v.remember),
          refusedWords: v.refusedWords
            .split('\n')
            .map((each) => each.trim())
            .filter((each) => each !== ''),
        },
        session: { idleMinutes: Number(v.idleMinutes), absoluteHours: Number(v.absoluteHours) },
        totpRequiredFor: [...roles.peek()],
      };
      await take(api.settings.security.$put({ json: { version: stored.version, settings } }));
      toast({ text: t('savedAt') });
      changed();
    },
    fieldOf: (path) => (path.includes('refusedWords') ? 'refusedWords' : (path.split('.').at(-1) ?? path)),
    wordsOf: (code) => (code === 'CHANGED' ? t('changedElsewhere') : undefined),
  });
  const bounds = (name: Bound) => ({
    type: 'number' as const,
    min: BOUNDS[name][0],
    max: BOUNDS[name][1],
    inputMode: 'numeric' as const,
  });
  const toggle = (role: Role) => {
    const list = roles.peek();
    roles.value = list.includes(role) ? list.filter((each) => each !== role) : [...list, role];
  };
  return (
    <form class="section security" onSubmit={form.submit} noValidate>
      <div class="field-row">
        <TextField form={form} name="minLength" label={w('minLength')} unit={w('chars')} input={bounds('minLength')} />
        <TextField form={form} name="minKinds" label={w('minKinds')} input={bounds('minKinds')} />
        <TextField
          form={form}
          name="maxAgeDays"
          label={w('maxAgeDays')}
          unit={w('days')}
          hint={w('maxAgeHint')}
          input={bounds('maxAgeDays')}
        />
        <TextField form={form} name="remember" label={w('remember')} unit={w('rememberUnit')} input={bounds('remember')} />
      </div>
      <AreaField form={form} name="refusedWords" label={w('refusedWords')} hint={w('refusedHint')} />
      <div class="field-row">
        <TextField form={form} name="idleMinutes" label={w('idle')} unit={w('minutes')} input={bounds('idleMinutes')} />
        <TextField form={form} name="absoluteHours" label={w('absolute')} unit={w('hours')} input={bounds('absoluteHours')} />
      </div>
      <fieldset class="checks-field">
        <legend>{w('factorFor')}</legend>
        {ROLES.map((role) => (
          <label key={role} class="check">
            <input type="checkbox" checked={roles.value.includes(role)} onChange={() => toggle(role)} />
            {w(role)}
          </label>
        ))}
      </fieldset>
      {may('people.manage') && <FormFoot form={form} submit={t('save')} />}
    </form>
  );
}

/** Rules for passwords, sessions and the second factor. */
export function Security() {
  const query = useQuery('security', (signal) => take(api.settings.security.$get({}, { init: { signal } })));
  return (
    <Scroll>
      <Read query={query}>{(stored) => <SecurityForm key={stored.version} stored={stored} changed={query.again} />}</Read>
    </Scroll>
  );
}
