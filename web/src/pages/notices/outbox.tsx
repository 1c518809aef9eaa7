import { useSignal } from '@preact/signals';
import type { InferResponseType } from 'hono/client';
import { useMemo } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/notices.ts';
import { dayTime, NO_VALUE } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { usePages } from '../../state/pages.ts';
import type { PageView } from '../../state/place.ts';
import { may, noteFailure } from '../../state/session.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Modal } from '../../ui/modal.tsx';
import { Empty, ListFoot } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';

type Message = InferResponseType<typeof api.notices.outbox.$get, 200>['messages'][number];
type State = Message['state'];
const STATES = ['waiting', 'sent', 'givenUp'] as const;
const PAGE = 100;
const LOOK_MS = 5_000;

const time = (text: string) => dayTime(Date.parse(text), now.value);
/** What a message is about; of what the reader's duty may not see, its kind and that the rest is withheld. */
const subjectOf = (m: Message) => m.subject ?? w('withheld', { kind: kindName(m.kind) });
const kindName = (kind: string) => (w.has(kind) ? w(kind) : kind);

/** Where a message stands, and what follows. */
function stateWords(m: Message): string {
  if (m.state === 'sent') return m.tries.some(({ unknown }) => unknown) ? `✓ ${w('sent')} ◌` : `✓ ${w('sent')}`;
  if (m.state === 'givenUp') return `▲ ${w('givenUp')}`;
  if (!m.channelEnabled || m.nextAt === null) return `◌ ${w('waiting')}`;
  const ahead = Date.parse(m.nextAt) > now.value;
  if (m.attempts === 0) return ahead ? `◌ ${w('held', { time: time(m.nextAt) })}` : `◌ ${w('waiting')}`;
  return `△ ${w(m.tries.at(-1)?.unknown ? 'unknown' : 'next', { time: time(m.nextAt) })}`;
}

/** What the end of the last attempt says, or that nobody knows it. */
function answerOf(m: Message): string | null {
  const last = m.tries.at(-1);
  return last?.unknown ? w('attemptUnknown') : (last?.answer ?? null);
}

const attemptWord = (each: Message['tries'][number]) =>
  each.unknown ? 'attemptUnknown' : each.ok === null ? 'attemptOpen' : each.ok ? 'attemptOk' : 'attemptFailed';

const TONES: Readonly<Record<State, string>> = { sent: '', givenUp: 'over', waiting: '' };

function columns(): Column<Message>[] {
  return [
    { id: 'made', head: w('colMade'), class: 'nowrap', cell: (m) => time(m.createdAt) },
    { id: 'what', head: w('colWhat'), naming: true, class: 'wrap', title: subjectOf, cell: subjectOf },
    {
      id: 'to',
      head: w('colTo'),
      class: 'room-2',
      cell: (m) => (m.recipient === '' ? m.channel : `${m.recipient} · ${m.channel}`),
    },
    {
      id: 'state',
      head: w('colState'),
      tone: (m) => (m.state === 'waiting' && m.attempts > 0 ? 'attention' : TONES[m.state]),
      cell: stateWords,
    },
    { id: 'attempts', head: w('colAttempts'), class: 'num room-3', cell: (m) => String(m.attempts) },
    {
      id: 'answer',
      head: w('colAnswer'),
      class: 'quiet wrap room-4',
      title: (m) => answerOf(m) ?? undefined,
      cell: (m) => answerOf(m) ?? NO_VALUE,
    },
  ];
}

function Whole({ message, close, changed }: { message: Message; close: () => void; changed: () => void }) {
  const resend = async () => {
    try {
      await take(api.notices.outbox[':id'].resend.$post({ param: { id: String(message.id) }, json: {} }));
      toast({ text: w('resendDone') });
      close();
      changed();
    } catch (error) {
      toast({ text: noteFailure(error).message });
    }
  };
  return (
    <Modal title={w('messageTitle', { id: message.id })} onClose={close} wide>
      <dl class="facts-list">
        <dt>{w('kinds')}</dt>
        <dd>{kindName(message.kind)}</dd>
        <dt>{w('colTo')}</dt>
        <dd>
          {message.recipient} {message.channel} ({w(message.channelKind)})
        </dd>
        <dt>{w('colState')}</dt>
        <dd>
          {stateWords(message)} {message.tries.some(({ unknown }) => unknown) && w('unknownMark')}{' '}
          {!message.channelEnabled && message.state === 'waiting' && w('channelOff')}
        </dd>
        <dt>{w('messageId')}</dt>
        <dd class="mono">{message.messageId}</dd>
      </dl>
      {message.text === null ? (
        <p class="quiet">{w('withheldWhy')}</p>
      ) : (
        <pre class="notice-text">
          {message.subject}
          {'\n\n'}
          {message.text}
        </pre>
      )}
      <h3>{w('attemptsTitle')}</h3>
      {message.tries.length === 0 && <p class="quiet">{w('attemptNone')}</p>}
      <ul class="attempts">
        {message.tries.map((each) => (
          <li key={each.n}>
            {each.n} · {time(each.at)} · {w(attemptWord(each))} <span class="quiet">{each.answer}</span>
          </li>
        ))}
      </ul>
      {may('notices.manage') && (
        <p class="form-foot">
          <button type="button" onClick={() => void resend()}>
            {w('resend')}
          </button>
          <span class="quiet small">{w('resendHint')}</span>
        </p>
      )}
    </Modal>
  );
}

/** The outbox: what was written, what became of it. */
export function Outbox({
  view,
}: {
  view: PageView<{ tab: 'outbox' | 'subscriptions' | 'channels' | 'addresses'; state: State | null }>;
}) {
  const { state } = view.value;
  const open = useSignal<Message | null>(null);
  const pages = usePages<Message>(
    `outbox ${state}`,
    async (cursor, signal) => {
      const query = { limit: String(PAGE), ...(state === null ? {} : { state }), ...(cursor === null ? {} : { cursor }) };
      const answer = await take(api.notices.outbox.$get({ query }, { init: { signal } }));
      return { rows: answer.messages, nextCursor: answer.nextCursor };
    },
    LOOK_MS,
  );
  const table = useMemo(columns, [language.value]);
  return (
    <>
      <div class="filters">
        <nav class="counts" aria-label={w('colState')}>
          {[null, ...STATES].map((each) => (
            <a
              key={each ?? ''}
              href={`/notices${view.query({ state: each })}`}
              aria-current={state === each ? 'page' : undefined}
            >
              {each === null ? w('all') : w(each)}
            </a>
          ))}
        </nav>
      </div>
      <DataTable
        label={w('outboxTable')}
        columns={table}
        rows={pages.rows}
        keyOf={(m) => m.id}
        open={(m) => (open.value = m)}
        onEnd={pages.readOn}
        foot={
          <ListFoot
            pages={pages}
            empty={
              <Empty title={w('outboxEmpty')}>
                <p class="quiet">{w('outboxIntro')}</p>
              </Empty>
            }
          />
        }
      />
      {open.value && <Whole message={open.value} close={() => (open.value = null)} changed={pages.again} />}
    </>
  );
}
