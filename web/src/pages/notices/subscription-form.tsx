import { useSignal } from '@preact/signals';
import type { InferRequestType, InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/notices.ts';
import { t } from '../../i18n/words/shell.ts';
import { useQuery } from '../../state/query.ts';
import { ChoiceField, FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';

/** A subscription as the list has it. */
export type Subscription = InferResponseType<typeof api.notices.subscriptions.$get, 200>['subscriptions'][number];
type NewSubscription = InferRequestType<typeof api.notices.subscriptions.$post>['json'];
type Kind = NewSubscription['kinds'][number];

const KINDS = [
  'lead',
  'alarm',
  'caseDue',
  'caseOverdue',
  'offline',
  'dataQuality',
  'service',
  'digest',
  'report',
] as const satisfies readonly Kind[];
const LEVELS = ['probable', 'suspected', 'fault', 'attention', 'event'] as const;
const ROLES = ['officer', 'analyst', 'administrator', 'auditor'] as const;

/** A minute of the day as `22:00`. */
export function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}

/** `22:00` as the minute of the day; null where it is none. */
function minuteOf(text: string): number | null {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text.trim()) ?? [];
  return hour === undefined ? null : Number(hour) * 60 + Number(minute);
}

function firstOf(s: Subscription | null) {
  return {
    channelId: s === null ? '' : String(s.channelId),
    who: s === null ? 'role officer' : s.userId !== null ? `user ${s.userId}` : s.role !== null ? `role ${s.role}` : '',
    kinds: '',
    level: s?.level ?? 'probable',
    districts: s?.districts?.join(', ') ?? '',
    quietFrom: s === null || s.quietFrom === null ? '' : clock(s.quietFrom),
    quietTo: s === null || s.quietTo === null ? '' : clock(s.quietTo),
    digestAt: clock(s?.digestAt ?? 480),
    language: s?.language ?? 'zh',
  };
}

const timed = (text: string, optional: boolean) => (optional && text.trim() === '') || minuteOf(text) !== null;

/** Enters or changes a subscription. */
export function SubscriptionForm({ subscription, close }: { subscription: Subscription | null; close: () => void }) {
  const channels = useQuery('notice channels', (signal) => take(api.notices.channels.$get({}, { init: { signal } })));
  const people = useQuery('notice addresses', (signal) => take(api.notices.addresses.$get({}, { init: { signal } })));
  const kinds = useSignal<readonly Kind[]>(subscription?.kinds ?? ['lead', 'alarm']);
  const listed = channels.data.value?.channels ?? [];
  const form = useForm<ReturnType<typeof firstOf>>(firstOf(subscription), {
    check: (v) => ({
      ...(v.channelId === '' ? { channelId: t('fieldRequired') } : {}),
      ...(kinds.peek().length === 0 ? { '': `${w('kinds')}: ${t('fieldRequired')}` } : {}),
      ...(timed(v.quietFrom, true) ? {} : { quietFrom: w('timeForm') }),
      ...(timed(v.quietTo, true) ? {} : { quietTo: w('timeForm') }),
      ...(timed(v.digestAt, false) ? {} : { digestAt: w('timeForm') }),
    }),
    send: async (v) => {
      const kind = listed.find(({ id }) => String(id) === v.channelId)?.kind;
      const personal = kind === 'email' || kind === 'sms';
      const [what, whom] = personal ? v.who.split(' ') : [];
      const districts = v.districts.split(/[,\uff0c\u3001]/).flatMap((each) => (each.trim() === '' ? [] : [each.trim()]));
      const json: NewSubscription = {
        channelId: Number(v.channelId),
        userId: what === 'user' ? Number(whom) : null,
        role: ROLES.find((role) => what === 'role' && role === whom) ?? null,
        kinds: [...kinds.peek()],
        level: LEVELS.find((level) => level === v.level) ?? 'probable',
        districts: districts.length === 0 ? null : districts,
        quietFrom: minuteOf(v.quietFrom),
        quietTo: minuteOf(v.quietTo),
        digestAt: minuteOf(v.digestAt) ?? 480,
        language: v.language === 'en' ? 'en' : 'zh',
      };
      if (subscription === null) await take(api.notices.subscriptions.$post({ json }));
      else {
        const param = { id: String(subscription.id) };
        await take(api.notices.subscriptions[':id'].$put({ param, json: { version: subscription.version, subscription: json } }));
      }
      close();
    },
    fieldOf: (path) => {
      const last = path.split('.').at(-1) ?? path;
      return last === 'role' || last === 'userId' ? 'who' : last;
    },
    wordsOf: (code) => (code === 'CHANGED' ? t('changedElsewhere') : undefined),
  });
  const chosen = listed.find(({ id }) => String(id) === form.values.value.channelId);
  const personal = chosen === undefined || chosen.kind === 'email' || chosen.kind === 'sms';
  const toggle = (kind: Kind) => {
    const list = kinds.peek();
    kinds.value = list.includes(kind) ? list.filter((each) => each !== kind) : [...list, kind];
  };
  return (
    <Modal title={w(subscription === null ? 'subscriptionAdd' : 'subscriptionEdit')} onClose={close} wide>
      <form onSubmit={form.submit} noValidate>
        <div class="field-row">
          <ChoiceField
            form={form}
            name="channelId"
            label={w('channel')}
            options={[['', ''], ...listed.map((each) => [String(each.id), `${each.name} (${w(each.kind)})`] as const)]}
          />
          {personal && (
            <ChoiceField
              form={form}
              name="who"
              label={w('who')}
              options={[
                ...ROLES.map((role) => [`role ${role}`, w(role)] as const),
                ...(people.data.value?.people ?? []).map((each) => [`user ${each.userId}`, each.displayName] as const),
              ]}
            />
          )}
          <ChoiceField form={form} name="level" label={w('level')} options={LEVELS.map((level) => [level, w(level)] as const)} />
        </div>
        <fieldset class="checks-field">
          <legend>{w('kinds')}</legend>
          {KINDS.map((kind) => (
            <label key={kind} class="check">
              <input type="checkbox" checked={kinds.value.includes(kind)} onChange={() => toggle(kind)} />
              {w(kind)}
            </label>
          ))}
        </fieldset>
        <TextField form={form} name="districts" label={w('districts')} hint={w('districtsHint')} />
        <div class="field-row">
          <TextField form={form} name="quietFrom" label={w('quietFrom')} hint={w('quietHint')} input={{ placeholder: '22:00' }} />
          <TextField form={form} name="quietTo" label={w('quietTo')} input={{ placeholder: '07:00' }} />
          <TextField form={form} name="digestAt" label={w('digestAt')} hint={w('digestHint')} />
          <ChoiceField
            form={form}
            name="language"
            label={w('textLanguage')}
            options={[
              ['zh', w('chinese')],
              ['en', w('english')],
            ]}
          />
        </div>
        <FormFoot form={form} submit={t('save')} />
      </form>
    </Modal>
  );
}
