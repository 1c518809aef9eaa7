import { useSignal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/notices.ts';
import { t } from '../../i18n/words/shell.ts';
import { useQuery } from '../../state/query.ts';
import { FormFoot, TextField, useForm } from '../../ui/form.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Scroll } from '../../ui/scroll.tsx';
import { Read } from '../../ui/states.tsx';
import { type Channel, ChannelForm } from './channel-form.tsx';

const REACH = {
  loopback: 'reachLoopback',
  private: 'reachPrivate',
  public: 'reachPublic',
  refused: 'reachRefused',
  unknown: 'reachUnknown',
} as const;

function targetOf({ config }: Channel): string {
  const { host, port, url } = config;
  return typeof url === 'string' ? url : `${String(host)}:${String(port)}`;
}

function TryOut({ channel, close }: { channel: Channel; close: () => void }) {
  const told = useSignal<{ ok: boolean; answer: string; tookMs: number } | null>(null);
  const personal = channel.kind === 'email' || channel.kind === 'sms';
  const form = useForm(
    { recipient: '' },
    {
      check: (v) => (personal && v.recipient.trim() === '' ? { recipient: t('fieldRequired') } : {}),
      send: async (v) => {
        told.value = null;
        const json = personal ? { recipient: v.recipient.trim() } : {};
        told.value = await take(api.notices.channels[':id'].test.$post({ param: { id: String(channel.id) }, json }));
      },
    },
  );
  const answer = told.value;
  return (
    <Modal title={w('testTitle', { name: channel.name })} onClose={close}>
      <form onSubmit={form.submit} noValidate>
        {personal && <TextField form={form} name="recipient" label={w('testTo')} />}
        {answer && (
          <p class={answer.ok ? '' : 'refused'} role="status">
            {answer.ok ? '✓ ' : '▲ '}
            {w(answer.ok ? 'testOk' : 'testFailed', { ms: answer.tookMs, answer: answer.answer })}
          </p>
        )}
        <FormFoot form={form} submit={w('testRun')} />
      </form>
    </Modal>
  );
}

/** Ways out of the house. */
export function Channels() {
  const query = useQuery('notice channels', (signal) => take(api.notices.channels.$get({}, { init: { signal } })));
  const editing = useSignal<Channel | 'add' | null>(null);
  const trying = useSignal<Channel | null>(null);
  return (
    <Scroll>
      <section class="section">
        <Read query={query}>
          {({ channels }) => (
            <>
              {channels.length === 0 && <p class="quiet">{w('channelNone')}</p>}
              <ul class="notice-list">
                {channels.map((each) => (
                  <li key={each.id} class={each.enabled ? '' : 'quiet'}>
                    <div>
                      <b>{each.name}</b> <span class="tag">{w(each.kind)}</span>
                      {!each.enabled && <span class="tag">{w('off')}</span>}
                      <p class="quiet small">
                        <span class="mono">{targetOf(each)}</span> ·{' '}
                        <span class={each.reach === 'refused' || each.reach === 'unknown' ? 'attention' : ''}>
                          {w(REACH[each.reach])}
                        </span>
                      </p>
                    </div>
                    <span class="row-actions">
                      <button type="button" onClick={() => (trying.value = each)}>
                        {w('test')}
                      </button>
                      <button type="button" onClick={() => (editing.value = each)}>
                        {t('edit')}
                      </button>
                    </span>
                  </li>
                ))}
              </ul>
            </>
          )}
        </Read>
        <p class="form-foot">
          <button type="button" class="primary" onClick={() => (editing.value = 'add')}>
            {w('channelAdd')}
          </button>
        </p>
      </section>
      {editing.value && (
        <ChannelForm
          channel={editing.value === 'add' ? null : editing.value}
          close={() => {
            editing.value = null;
            query.again();
          }}
        />
      )}
      {trying.value && <TryOut channel={trying.value} close={() => (trying.value = null)} />}
    </Scroll>
  );
}
