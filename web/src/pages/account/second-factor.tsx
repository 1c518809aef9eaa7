import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { api, CallError, take } from '../../data/client.ts';
import { w } from '../../i18n/words/people.ts';
import { t } from '../../i18n/words/shell.ts';
import { askWho } from '../../state/session.ts';
import { CopyLine } from '../../ui/copy-line.tsx';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { FormFault } from '../../ui/form-fault.ts';
import { throwCurrentFault } from './change-password.tsx';
import type { OwnAccount } from './page.tsx';

/** A QR code as one path; its maker is fetched when one is shown. */
function QrCode({ text }: { text: string }) {
  const drawn = useSignal<{ size: number; path: string } | null>(null);
  useEffect(() => {
    void import('uqr').then(({ encode }) => {
      const { size, data } = encode(text, { border: 2 });
      const cells = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])));
      drawn.value = { size, path: cells.join('') };
    });
  }, [text]);
  if (!drawn.value) return null;
  return (
    <svg class="qr" viewBox={`0 0 ${drawn.value.size} ${drawn.value.size}`} role="img" aria-label={w('factorScan')}>
      <path d={drawn.value.path} />
    </svg>
  );
}

function RecoveryCodes({ codes, done }: { codes: readonly string[]; done: () => void }) {
  return (
    <>
      <h3>{w('recovery')}</h3>
      <p>{w('recoveryText')}</p>
      <pre class="recovery">{codes.join('\n')}</pre>
      <button type="button" class="primary" onClick={done}>
        {w('recoveryDone')}
      </button>
    </>
  );
}

/** Asks for the present password, and for a code where one is needed. */
function Confirm({
  submit,
  withCode = false,
  send,
}: {
  submit: string;
  withCode?: boolean;
  send: (current: string, code: string) => Promise<void>;
}) {
  const form = useForm(
    { current: '', code: '' },
    {
      check: (v) => ({
        ...(v.current === '' ? { current: t('fieldRequired') } : {}),
        ...(withCode && v.code.trim() === '' ? { code: t('fieldRequired') } : {}),
      }),
      send: async (v) => {
        try {
          await send(v.current, v.code.trim());
        } catch (error) {
          if (error instanceof CallError && error.fields.some(({ field }) => field === 'body.code'))
            throw new FormFault('code', w('factorCodeWrong'));
          throwCurrentFault(error);
        }
      },
    },
  );
  return (
    <form class="narrow-form" onSubmit={form.submit} noValidate>
      <TextField
        form={form}
        name="current"
        label={w('current')}
        input={{ type: 'password', autocomplete: 'current-password', maxLength: 256 }}
      />
      {withCode && (
        <TextField
          form={form}
          name="code"
          label={w('code')}
          hint={w('codeHint')}
          input={{ autocomplete: 'one-time-code', maxLength: 40 }}
        />
      )}
      <FormFoot form={form} submit={submit} />
    </form>
  );
}

function Offer({ secret, uri, confirmed }: { secret: string; uri: string; confirmed: (codes: string[]) => void }) {
  const form = useForm(
    { code: '' },
    {
      check: (v) => (v.code.trim() === '' ? { code: t('fieldRequired') } : {}),
      send: async (v) => {
        confirmed((await take(api.account.totp.confirm.$post({ json: { code: v.code.trim() } }))).recoveryCodes);
      },
      wordsOf: (code, field) => (code === 'INVALID' && field === 'code' ? w('factorCodeWrong') : undefined),
    },
  );
  return (
    <div class="offer">
      <QrCode text={uri} />
      <form class="narrow-form" onSubmit={form.submit} noValidate>
        <p>{w('factorScan')}</p>
        <p class="quiet small">{w('factorSecret')}</p>
        <CopyLine text={secret} />
        <TextField
          form={form}
          name="code"
          label={w('code')}
          input={{ autocomplete: 'one-time-code', inputMode: 'numeric', maxLength: 20 }}
        />
        <FormFoot form={form} submit={w('factorConfirm')} />
      </form>
    </div>
  );
}

/** The second factor: setting it up, taking it away, recovery codes. */
export function SecondFactor({ account, changed }: { account: OwnAccount; changed: () => void }) {
  const step = useSignal<'begin' | 'remove' | 'renew' | null>(
    account.secondFactor.required && !account.secondFactor.on ? 'begin' : null,
  );
  const offer = useSignal<{ secret: string; uri: string } | null>(null);
  const codes = useSignal<readonly string[] | null>(null);
  const { on, recoveryCodesLeft } = account.secondFactor;
  const finish = async () => {
    codes.value = null;
    step.value = null;
    await askWho();
    changed();
  };
  if (codes.value) {
    return (
      <section class="section">
        <RecoveryCodes codes={codes.value} done={() => void finish()} />
      </section>
    );
  }
  return (
    <section class="section">
      <h2>{w('factor')}</h2>
      <p class="quiet">{on ? w('factorOn', { n: recoveryCodesLeft }) : w('factorOff')}</p>
      {offer.value && (
        <Offer
          {...offer.value}
          confirmed={(told) => {
            offer.value = null;
            codes.value = told;
          }}
        />
      )}
      {!offer.value && step.value === 'begin' && (
        <Confirm
          submit={w('factorBegin')}
          send={async (current) => {
            offer.value = await take(api.account.totp.$post({ json: { current } }));
          }}
        />
      )}
      {step.value === 'remove' && (
        <Confirm
          submit={w('factorRemove')}
          withCode
          send={async (current, code) => {
            await take(api.account.totp.remove.$post({ json: { current, code } }));
            await finish();
          }}
        />
      )}
      {step.value === 'renew' && (
        <Confirm
          submit={w('factorRenew')}
          send={async (current) => {
            codes.value = (await take(api.account.totp['recovery-codes'].$post({ json: { current } }))).recoveryCodes;
          }}
        />
      )}
      {step.value === null && (
        <p class="form-foot">
          {!on && (
            <button type="button" onClick={() => (step.value = 'begin')}>
              {w('factorBegin')}
            </button>
          )}
          {on && (
            <>
              <button type="button" onClick={() => (step.value = 'renew')}>
                {w('factorRenew')}
              </button>
              <button type="button" onClick={() => (step.value = 'remove')}>
                {w('factorRemove')}
              </button>
            </>
          )}
        </p>
      )}
    </section>
  );
}
