import type { InferRequestType, InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/notices.ts';
import { t } from '../../i18n/words/shell.ts';
import { AreaField, ChoiceField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';

/** A channel as the list has it. */
export type Channel = InferResponseType<typeof api.notices.channels.$get, 200>['channels'][number];
type NewChannel = InferRequestType<typeof api.notices.channels.$post>['json'];

const KINDS = ['email', 'webhook', 'wecom', 'sms'] as const;
const BODIES = {
  wecom: '{"msgtype":"text","text":{"content":"{{text}}"}}',
  sms: '{"phone":"{{to}}","text":"{{subject}}"}',
};

const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

function firstOf(channel: Channel | null) {
  const c = channel?.config ?? {};
  return {
    kind: channel?.kind ?? 'email',
    name: channel?.name ?? '',
    enabled: channel?.enabled === false ? 'no' : 'yes',
    host: text(c.host),
    port: text(c.port) || '465',
    security: text(c.security) || 'tls',
    user: text(c.user),
    from: text(c.from),
    url: text(c.url),
    body: text(c.body),
    form: text(c.form) || 'json',
    answerHas: text(c.answerHas),
    secret: '',
  };
}
type Values = ReturnType<typeof firstOf>;

/** What is sent of the values that were typed. */
function channelOf(v: Values): NewChannel {
  const common = { name: v.name.trim(), enabled: v.enabled === 'yes', ...(v.secret === '' ? {} : { secret: v.secret }) };
  const security = v.security === 'none' || v.security === 'starttls' ? v.security : 'tls';
  if (v.kind === 'email') {
    const config = {
      host: v.host.trim(),
      port: Number(v.port),
      security,
      user: v.user.trim() || null,
      from: v.from.trim(),
    } as const;
    return { ...common, kind: 'email', config };
  }
  if (v.kind === 'webhook') return { ...common, kind: 'webhook', config: { url: v.url.trim() } };
  const config = {
    url: v.url.trim(),
    body: v.body,
    form: v.form === 'form' ? 'form' : 'json',
    answerHas: v.answerHas.trim() || null,
  } as const;
  return { ...common, kind: v.kind === 'sms' ? 'sms' : 'wecom', config };
}

const originOf = (url: string) => (URL.canParse(url) ? new URL(url).origin : url);

/** Whether a channel would lead to another host, port or kind of encryption than it does: its stored secret does not go there. */
function leadsElsewhere(channel: Channel, v: Values): boolean {
  const before = firstOf(channel);
  if (v.kind !== 'email') return originOf(before.url) !== originOf(v.url.trim());
  return before.host !== v.host.trim() || Number(before.port) !== Number(v.port) || before.security !== v.security;
}

/** Enters or changes a channel. */
export function ChannelForm({ channel, close }: { channel: Channel | null; close: () => void }) {
  const form = useForm(firstOf(channel), {
    check: (v) => ({
      ...(v.name.trim() === '' ? { name: t('fieldRequired') } : {}),
      ...(v.kind === 'email' && v.host.trim() === '' ? { host: t('fieldRequired') } : {}),
      ...(v.kind === 'email' && v.from.trim() === '' ? { from: t('fieldRequired') } : {}),
      ...(v.kind !== 'email' && v.url.trim() === '' ? { url: t('fieldRequired') } : {}),
      ...(channel?.hasSecret && v.secret === '' && leadsElsewhere(channel, v) ? { secret: w('secretAgain') } : {}),
    }),
    send: async (v) => {
      const json = channelOf(v);
      if (channel === null) await take(api.notices.channels.$post({ json }));
      else {
        const param = { id: String(channel.id) };
        await take(api.notices.channels[':id'].$put({ param, json: { version: channel.version, channel: json } }));
      }
      close();
    },
    wordsOf: (code) => (code === 'CHANGED' ? t('changedElsewhere') : code === 'EXISTS' ? w('exists') : undefined),
  });
  const v = form.values.value;
  const secretHint = (hint: string) => (channel?.hasSecret ? w('secretKept') : hint);
  return (
    <Modal title={w(channel === null ? 'channelAdd' : 'channelEdit')} onClose={close} wide>
      <form onSubmit={form.submit} noValidate>
        <div class="field-row">
          {channel === null && (
            <ChoiceField form={form} name="kind" label={w('kind')} options={KINDS.map((kind) => [kind, w(kind)] as const)} />
          )}
          <TextField form={form} name="name" label={w('name')} input={{ maxLength: 60 }} />
          <ChoiceField
            form={form}
            name="enabled"
            label={w('enabled')}
            options={[
              ['yes', w('on')],
              ['no', w('off')],
            ]}
          />
        </div>
        {v.kind === 'email' ? (
          <>
            <div class="field-row">
              <TextField form={form} name="host" label={w('host')} />
              <TextField form={form} name="port" label={w('port')} input={{ type: 'number', min: 1, max: 65535 }} />
              <ChoiceField
                form={form}
                name="security"
                label={w('security')}
                options={[
                  ['tls', 'TLS'],
                  ['starttls', 'STARTTLS'],
                  ['none', w('securityNone')],
                ]}
              />
            </div>
            <div class="field-row">
              <TextField form={form} name="from" label={w('from')} />
              <TextField form={form} name="user" label={w('user')} hint={w('userHint')} />
              <TextField
                form={form}
                name="secret"
                label={w('password')}
                hint={secretHint('')}
                input={{ type: 'password', autocomplete: 'new-password' }}
              />
            </div>
          </>
        ) : (
          <>
            <TextField form={form} name="url" label={w('url')} hint={w('urlHint')} input={{ placeholder: 'https://' }} />
            {v.kind !== 'webhook' && (
              <>
                <AreaField form={form} name="body" label={w('body')} hint={w('bodyHint')} rows={4} />
                <p>
                  <button
                    type="button"
                    class="small"
                    onClick={() => form.set('body', v.kind === 'sms' ? BODIES.sms : BODIES.wecom)}
                  >
                    {w('bodyStart')}
                  </button>
                </p>
                <div class="field-row">
                  <ChoiceField
                    form={form}
                    name="form"
                    label={w('form')}
                    options={[
                      ['json', 'JSON'],
                      ['form', w('formForm')],
                    ]}
                  />
                  <TextField form={form} name="answerHas" label={w('answerHas')} hint={w('answerHint')} />
                </div>
              </>
            )}
            <TextField
              form={form}
              name="secret"
              label={w(v.kind === 'webhook' ? 'key' : 'token')}
              hint={secretHint(w(v.kind === 'webhook' ? 'keyHint' : 'tokenHint'))}
              input={{ type: 'password', autocomplete: 'new-password' }}
            />
          </>
        )}
        <FormFoot form={form} submit={t('save')} />
      </form>
    </Modal>
  );
}
