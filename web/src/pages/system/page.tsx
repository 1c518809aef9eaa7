import { useMemo } from 'preact/hooks';
import '../../styles/system.css';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { fetchReady, type Ready } from '../../data/ready.ts';
import { language } from '../../i18n/index.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/system.ts';
import { dayTime, formatShare, NO_VALUE } from '../../model/format.ts';
import { Page } from '../../shell/page.tsx';
import { now } from '../../state/clock.ts';
import { usePages } from '../../state/pages.ts';
import { useQuery } from '../../state/query.ts';
import { may, noteFailure } from '../../state/session.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { Empty, ListFoot, Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { checksInWords } from './checks.ts';
import { RetentionSection } from './retention.tsx';

type Job = InferResponseType<typeof api.jobs.$get, 200>['jobs'][number];

const LOOK_MS = 10_000;
const JOBS_MS = 3_000;
const JOBS_PAGE = 100;

/** The answer to "is everything working?", with its reasons below. */
function Verdict({ ready }: { ready: Ready }) {
  const checks = Object.values(ready.checks);
  const failing = checks.filter((check) => !check.ok).length;
  return (
    <p class={failing === 0 ? 'verdict' : 'verdict over'}>
      <b>{failing === 0 ? `✓ ${w('allWell')}` : `▲ ${w('notWell', { n: failing })}`}</b>
      <span class="quiet">{failing === 0 ? w('since', { n: checks.length }) : ''}</span>
    </p>
  );
}

function Checks({ ready }: { ready: Ready }) {
  return (
    <table class="plain-table checks">
      <thead>
        <tr>
          <th scope="col">{w('colCheck')}</th>
          <th scope="col">{w('colState')}</th>
          <th scope="col">{w('colWhat')}</th>
        </tr>
      </thead>
      <tbody>
        {checksInWords(ready, now.value).map((check) => (
          <tr key={check.id}>
            <th scope="row">{check.name}</th>
            <td class={check.ok ? '' : 'over'}>{check.ok ? `✓ ${w('ok')}` : `▲ ${w('bad')}`}</td>
            <td class="text">
              {check.what}
              {!check.ok && (
                <p class="quiet small" lang="en">
                  {w('other')}: {ready.checks[check.id]?.detail}
                </p>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function jobColumns(again: () => void): Column<Job>[] {
  const cancel = async (job: Job) => {
    try {
      await take(api.jobs[':id'].cancel.$post({ param: { id: String(job.id) }, json: {} }));
      toast({ text: w('cancelled1', { id: job.id }) });
    } catch (error) {
      toast({ text: noteFailure(error).message });
    }
    again();
  };
  const time = (iso: string | null) => (iso === null ? NO_VALUE : dayTime(Date.parse(iso), now.value));
  return [
    { id: 'job', head: w('colJob'), naming: true, cell: (r) => `${r.id} · ${w.has(r.kind) ? w(r.kind) : r.kind}` },
    { id: 'state', head: w('colState'), tone: (r) => (r.state === 'failed' ? 'over' : ''), cell: (r) => w(r.state) },
    {
      id: 'progress',
      head: w('colProgress'),
      class: 'num',
      cell: (r) =>
        r.state === 'running' ? (
          <>
            <progress value={r.progress} max={1} /> {formatShare(r.progress)}
          </>
        ) : (
          NO_VALUE
        ),
    },
    { id: 'created', head: w('colCreated'), class: 'num quiet room-2', cell: (r) => time(r.createdAt) },
    { id: 'finished', head: w('colFinished'), class: 'num quiet room-3', cell: (r) => time(r.finishedAt) },
    {
      id: 'note',
      head: w('colNote'),
      class: 'quiet wrap room-2',
      title: (r) => r.error ?? r.note ?? '',
      cell: (r) => r.error ?? r.note ?? '',
    },
    {
      id: 'cancel',
      head: <span class="hidden-words">{t('actions')}</span>,
      class: 'num',
      cell: (r) =>
        (r.state === 'queued' || r.state === 'running') && (
          <button type="button" class="small" onClick={() => void cancel(r)}>
            {w('cancelJob')}
          </button>
        ),
    },
  ];
}

function Jobs() {
  const pages = usePages<Job>(
    'jobs',
    async (cursor, signal) => {
      const query = { limit: String(JOBS_PAGE), ...(cursor === null ? {} : { cursor }) };
      const answer = await take(api.jobs.$get({ query }, { init: { signal } }));
      return { rows: answer.jobs, nextCursor: answer.nextCursor };
    },
    JOBS_MS,
  );
  const columns = useMemo(() => jobColumns(pages.again), [language.value]);
  if (pages.ready && pages.rows.length === 0) return <p class="quiet jobs-none">{w('jobsNone')}</p>;
  return (
    <DataTable
      label={w('jobs')}
      columns={columns}
      rows={pages.rows}
      keyOf={(r) => r.id}
      onEnd={pages.readOn}
      foot={<ListFoot pages={pages} empty={<Empty title={w('jobsNone')} />} />}
    />
  );
}

function Links() {
  const links = [
    ['/api/docs', w('linksDocs')],
    ['/api/openapi.json', w('linksOpenapi')],
    ['/metrics', w('linksMetrics')],
    ['/readyz', w('linksReady')],
  ] as const;
  return (
    <p class="system-links">
      <a class="link" href="/calendar">
        {t('calendar')}
      </a>
      <span class="quiet">{w('links')}</span>
      {links.map(([href, words]) => (
        <a key={href} class="link" href={href} target="_blank" rel="noreferrer">
          {words}
        </a>
      ))}
    </p>
  );
}

/** What the service knows of its own fitness, and its long work. */
export function SystemPage() {
  const query = useQuery('ready', fetchReady, { everyMs: LOOK_MS });
  const version = query.data.value?.version;
  return (
    <Page title={w('title')} facts={version && <span class="quiet">{w('version', { version })}</span>}>
      <section class="section">
        <Read query={query}>
          {(ready) => (
            <>
              <Verdict ready={ready} />
              <Checks ready={ready} />
            </>
          )}
        </Read>
        <Links />
      </section>
      {may('jobs.read') && <RetentionSection />}
      <section class="system-jobs">
        <h2>{w('jobs')}</h2>
        <Jobs />
      </section>
    </Page>
  );
}
