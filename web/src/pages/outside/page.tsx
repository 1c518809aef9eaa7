import { useSignal } from '@preact/signals';
import { api, CallError, take } from '../../data/client.ts';
import { w } from '../../i18n/words/people.ts';
import { t } from '../../i18n/words/shell.ts';
import { dayTime, formatSpan } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { askWho, enter, session, welcomeToken } from '../../state/session.ts';
import { CopyLine } from '../../ui/copy-line.tsx';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Read } from '../../ui/states.tsx';
import { NewPasswordFields, newPasswordFaults, throwPasswordFault } from '../account/password-fields.tsx';

const NAME = /^[a-z0-9][a-z0-9._-]{1,31}$/;

function refusalWords(error: CallError): string | undefined {
  if (error.code === 'WRONG_CREDENTIALS') return w('wrong');
  if (error.code === 'TOO_MANY_ATTEMPTS') return w('wait', { span: formatSpan(error.retryAfterS ?? 60) });
  return undefined;
}

/** User name and password, and the code of a second factor once it is asked for. */
function SignInForm({ told }: { told: string | null }) {
  const needsCode = useSignal(false);
  const form = useForm(
    { name: '', password: '', code: '' },
    {
      check: (v) => ({
        ...(v.name.trim() === '' ? { name: t('fieldRequired') } : {}),
        ...(v.password === '' ? { password: t('fieldRequired') } : {}),
      }),
      send: async (v) => {
        const code = v.code.trim();
        try {
          const json = { name: v.name.trim(), password: v.password, ...(code === '' ? {} : { code }) };
          enter(await take(api.session.$post({ json })));
        } catch (error) {
          if (!(error instanceof CallError)) throw error;
          if (error.code === 'CODE_NEEDED') {
            needsCode.value = true;
            throw new CallError('refused', w('codeHint'), error.code, error.fields);
          }
          throw new CallError(error.kind, refusalWords(error) ?? error.message, 'TOLD');
        }
      },
      wordsOf: (code) => (code === 'CODE_NEEDED' ? w('codeHint') : undefined),
      plain: true,
    },
  );
  return (
    <main class="notice sign-in" id="main">
      <h1>{w('signIn')}</h1>
      {told !== null && <p role="status">{told}</p>}
      <form onSubmit={form.submit} noValidate>
        <TextField
          form={form}
          name="name"
          label={w('name')}
          input={{ autocomplete: 'username', autocapitalize: 'none', maxLength: 64 }}
        />
        <TextField
          form={form}
          name="password"
          label={w('password')}
          input={{ type: 'password', autocomplete: 'current-password', maxLength: 256 }}
        />
        {needsCode.value && (
          <TextField
            form={form}
            name="code"
            label={w('code')}
            hint={w('codeHint')}
            input={{ autocomplete: 'one-time-code', maxLength: 40 }}
          />
        )}
        <FormFoot form={form} submit={w('signIn')} />
      </form>
      <p class="quiet">{w('forgot')}</p>
    </main>
  );
}

/** How a link is got where there is no account yet. */
function NeedsLink({ spent }: { spent: boolean }) {
  return (
    <main class="notice" id="main">
      <h1>{w('setupTitle')}</h1>
      <p>{t(spent ? 'signInSpent' : 'signInText')}</p>
      <CopyLine text="npm run plume -- setup-link" />
    </main>
  );
}

/** Makes the first administrator, who then is signed in. */
export function FirstAdministrator({ rules }: { rules: { minLength: number; minKinds: number } }) {
  const form = useForm(
    { name: '', displayName: '', password: '', again: '' },
    {
      check: (v) => ({
        ...(NAME.test(v.name.trim().toLowerCase()) ? {} : { name: w('namePattern') }),
        ...(v.displayName.trim() === '' ? { displayName: t('fieldRequired') } : {}),
        ...newPasswordFaults(v, rules),
      }),
      send: async (v) => {
        const json = { name: v.name.trim().toLowerCase(), displayName: v.displayName.trim(), password: v.password };
        try {
          await take(api.setup.administrator.$post({ json }));
        } catch (error) {
          if (error instanceof CallError) throwPasswordFault(error);
          throw error;
        }
        await askWho();
      },
    },
  );
  return (
    <form onSubmit={form.submit} noValidate>
      <TextField form={form} name="displayName" label={w('displayName')} input={{ autocomplete: 'name', maxLength: 60 }} />
      <TextField
        form={form}
        name="name"
        label={w('name')}
        hint={w('nameHint')}
        input={{ autocomplete: 'username', autocapitalize: 'none', maxLength: 32 }}
      />
      <NewPasswordFields form={form} rules={rules} />
      <FormFoot form={form} submit={w('firstDone')} />
    </form>
  );
}

function Welcome({ token, done }: { token: string; done: (told: string) => void }) {
  const query = useQuery(`link ${token}`, (signal) => take(api.links.look.$post({ json: { token } }, { init: { signal } })), {
    signedOut: true,
  });
  const form = useForm(
    { password: '', again: '' },
    {
      check: (v) => newPasswordFaults(v, query.data.peek()?.password ?? { minLength: 8, minKinds: 1 }),
      send: async (v) => {
        try {
          const { signedIn } = await take(api.links.use.$post({ json: { token, password: v.password } }));
          welcomeToken.value = null;
          if (signedIn) await askWho();
          else done(w('welcomeSignIn'));
        } catch (error) {
          if (error instanceof CallError) throwPasswordFault(error);
          throw error;
        }
      },
      wordsOf: (code) => (code === 'TOKEN_SPENT' ? w('welcomeSpent') : undefined),
    },
  );
  if (query.failure.value?.code === 'TOKEN_SPENT') {
    return (
      <main class="notice" id="main">
        <h1>{w('signIn')}</h1>
        <p>{w('welcomeSpent')}</p>
        <button type="button" class="primary" onClick={() => (session.value = 'out')}>
          {w('signIn')}
        </button>
      </main>
    );
  }
  return (
    <main class="notice sign-in" id="main">
      <Read query={query}>
        {(owner) => (
          <>
            <h1>{w('welcomeTitle', { name: owner.displayName })}</h1>
            <p class="quiet">
              {w('welcomeText', { role: w(owner.role), time: dayTime(Date.parse(owner.expiresAt), now.value) })}
            </p>
            <form onSubmit={form.submit} noValidate>
              <input type="text" name="username" autocomplete="username" value={owner.name} hidden readOnly />
              <NewPasswordFields form={form} rules={owner.password} />
              <FormFoot form={form} submit={w('welcomeDone')} />
            </form>
          </>
        )}
      </Read>
    </main>
  );
}

/** Everything that someone sees who is not signed in. */
export function OutsidePage() {
  const told = useSignal<string | null>(null);
  const setup = useQuery('setup', (signal) => take(api.setup.$get({}, { init: { signal } })), { signedOut: true });
  const token = welcomeToken.value;
  if (session.value === 'welcome' && token !== null) {
    return (
      <Welcome
        token={token}
        done={(words) => {
          told.value = words;
          session.value = 'out';
        }}
      />
    );
  }
  return (
    <Read query={setup}>
      {(state) => {
        if (session.value === 'first') {
          return (
            <main class="notice sign-in" id="main">
              <h1>{w('firstTitle')}</h1>
              <p>{w('firstText')}</p>
              <FirstAdministrator rules={state.password} />
            </main>
          );
        }
        return state.administratorNeeded ? <NeedsLink spent={session.value === 'spent'} /> : <SignInForm told={told.value} />;
      }}
    </Read>
  );
}
