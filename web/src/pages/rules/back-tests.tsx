import { useMemo } from 'preact/hooks';
import { api, take } from '../../data/client.ts';
import { language } from '../../i18n/index.ts';
import { w as leads } from '../../i18n/words/leads.ts';
import { w } from '../../i18n/words/rules.ts';
import { dayTime, formatCount, formatShare, NO_VALUE } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { now } from '../../state/clock.ts';
import { usePages } from '../../state/pages.ts';
import { useQuery } from '../../state/query.ts';
import { may, noteFailure } from '../../state/session.ts';
import { type Column, DataTable } from '../../ui/data-table.tsx';
import { type Level, LevelMark } from '../../ui/level-mark.tsx';
import { Empty, ListFoot, Read } from '../../ui/states.tsx';
import { toast } from '../../ui/toast.tsx';
import { type Job, type SavedTest, savedTest, showDraft, type TestedLead, testedNumbers, view } from './rules.ts';

const JOBS_MS = 3_000;

function numbersOf(job: Job): string {
  return Object.entries(testedNumbers(job).overrides)
    .map(([key, value]) => `${key} = ${value}`)
    .join(', ');
}

function columns(): Column<Job>[] {
  return [
    { id: 'id', head: w('colTest'), naming: true, cell: (job) => job.id },
    { id: 'numbers', head: w('colNumbers'), class: 'mono wrap', title: numbersOf, cell: numbersOf },
    {
      id: 'period',
      head: w('colPeriod'),
      class: 'room-2',
      cell: (job) => `${testedNumbers(job).from} – ${testedNumbers(job).to}`,
    },
    {
      id: 'state',
      head: w('colState'),
      tone: (job) => (job.state === 'failed' ? 'over' : ''),
      cell: (job) => (job.state === 'running' ? `${w('running')} ${formatShare(job.progress)}` : w(job.state)),
    },
    { id: 'by', head: w('colBy'), class: 'quiet room-3', cell: (job) => job.orderedBy ?? NO_VALUE },
    { id: 'at', head: w('colWho'), class: 'num quiet room-3', cell: (job) => dayTime(Date.parse(job.createdAt), now.value) },
  ];
}

function RuleTable({ result }: { result: SavedTest }) {
  const changed = Object.entries(result.rules).filter(([, n]) => n.appear + n.vanish + n.otherLevel > 0);
  if (changed.length === 0) return <p>✓ {w('noChange')}</p>;
  return (
    <table class="plain-table">
      <thead>
        <tr>
          <th scope="col">{w('colRule')}</th>
          {(['colInForce', 'colTried', 'colAppear', 'colVanish', 'colOtherLevel'] as const).map((key) => (
            <th key={key} scope="col" class="num">
              {w(key)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {changed.map(([rule, n]) => (
          <tr key={rule}>
            <th scope="row">{rule}</th>
            <td class="num">{formatCount(n.inForce)}</td>
            <td class="num">{formatCount(n.tried)}</td>
            <td class="num">{n.appear > 0 ? `+${formatCount(n.appear)}` : NO_VALUE}</td>
            <td class="num">{n.vanish > 0 ? `−${formatCount(n.vanish)}` : NO_VALUE}</td>
            <td class="num">{n.otherLevel > 0 ? formatCount(n.otherLevel) : NO_VALUE}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const LEVELS: readonly string[] = ['event', 'attention', 'fault', 'suspected', 'probable'];
const isLevel = (text: string): text is Level => LEVELS.includes(text);

function LeadTable({ title, none, rows, more }: { title: string; none: string; rows: readonly TestedLead[]; more: number }) {
  return (
    <section class="section">
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p class="quiet">{none}</p>
      ) : (
        <table class="plain-table">
          <thead>
            <tr>
              <th scope="col">{w('colTruck')}</th>
              <th scope="col">{w('colCause')}</th>
              <th scope="col">{w('colState')}</th>
              <th scope="col">{w('colDays')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((each) => (
              <tr key={each.id}>
                <th scope="row">
                  <a class="link mono" href={pathOf('vehicles', each.vehicleId)}>
                    {each.vin}
                  </a>
                </th>
                <td>{leads.has(each.cause) ? leads(each.cause) : each.cause}</td>
                <td>{isLevel(each.level) ? <LevelMark level={each.level} /> : each.level}</td>
                <td class="quiet">{each.firstDay === each.lastDay ? each.firstDay : `${each.firstDay} – ${each.lastDay}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {more > 0 && <p class="quiet">{w('more', { n: formatCount(more) })}</p>}
    </section>
  );
}

function Result({ result }: { result: SavedTest }) {
  const { appear, vanish, inForce, tried } = result.leads;
  const more = result.more;
  return (
    <>
      <section class="section">
        <p>
          {w('colLeads')} <b>{w('leadsChange', { inForce: formatCount(inForce), tried: formatCount(tried) })}</b>
        </p>
        <p class="quiet">
          {w('scope', {
            trucks: formatCount(result.trucks),
            days: formatCount(result.days),
            stage: w(result.stage === 1 ? 'stage1' : 'stage2'),
          })}
        </p>
        {(result.notTested ?? []).length > 0 && (
          <p class="attention">△ {w('cannotTest', { numbers: (result.notTested ?? []).join(', ') })}</p>
        )}
        {!result.whole && <p class="attention">△ {w('partial')}</p>}
      </section>
      <section class="section">
        <h2>{w('perRule')}</h2>
        <RuleTable result={result} />
      </section>
      <LeadTable
        title={w('appear', { n: formatCount(appear.length + more.leadsAppear) })}
        none={w('noneAppear')}
        rows={appear}
        more={more.leadsAppear}
      />
      <LeadTable
        title={w('vanish', { n: formatCount(vanish.length + more.leadsVanish) })}
        none={w('noneVanish')}
        rows={vanish}
        more={more.leadsVanish}
      />
    </>
  );
}

/** One back-test: how far it is, and what it came to. */
function TestDetail({ id }: { id: string }) {
  const query = useQuery(
    `back-test ${id}`,
    async (signal) => {
      const job = await take(api.jobs[':id'].$get({ param: { id } }, { init: { signal } }));
      return job;
    },
    { everyMs: JOBS_MS, keep: false },
  );
  const cancel = async () => {
    try {
      await take(api.jobs[':id'].cancel.$post({ param: { id }, json: {} }));
    } catch (error) {
      toast({ text: noteFailure(error).message });
    }
    query.again();
  };
  return (
    <Read query={query}>
      {(job) => {
        const result = savedTest(job.result);
        const open = job.state === 'queued' || job.state === 'running';
        const { overrides, from, to } = testedNumbers(job);
        return (
          <>
            <header class="detail-head">
              <h2>{w('test1', { id })}</h2>
              {open && may('jobs.run') && (
                <button type="button" onClick={() => void cancel()}>
                  {w('cancel')}
                </button>
              )}
              {may('rules.write') && (
                <button
                  type="button"
                  onClick={() => {
                    showDraft(Object.fromEntries(Object.entries(overrides).map(([key, value]) => [key, String(value)])));
                  }}
                >
                  {w('useDraft')}
                </button>
              )}
              <a class="button" href={`/rules${view.query({ test: '' })}`} aria-label="✕">
                ✕
              </a>
            </header>
            <section class="section">
              <p class="mono">{numbersOf(job)}</p>
              <p class="quiet">
                {from} – {to} · {job.orderedBy ?? NO_VALUE} · {dayTime(Date.parse(job.createdAt), now.value)}
              </p>
              <p class={job.state === 'failed' ? 'over' : ''} role="status">
                {w(job.state)}
                {job.state === 'running' && (
                  <>
                    {' '}
                    <progress value={job.progress} max={1} aria-label={w('running')} /> {formatShare(job.progress)}
                  </>
                )}
                {job.error && <span> · {job.error}</span>}
                {open && job.note && <span class="quiet"> · {job.note}</span>}
              </p>
            </section>
            {result && <Result result={result} />}
          </>
        );
      }}
    </Read>
  );
}

/** Every back-test with its result. */
export function BackTests() {
  const { test } = view.value;
  const pages = usePages<Job>(
    'back-tests',
    async (cursor, signal) => {
      const query = { kind: 'backTest', limit: '100', ...(cursor === null ? {} : { cursor }) };
      const answer = await take(api.jobs.$get({ query }, { init: { signal } }));
      return { rows: answer.jobs, nextCursor: answer.nextCursor };
    },
    JOBS_MS,
  );
  const table = useMemo(columns, [language.value]);
  return (
    <div class={test === '' ? 'split' : 'split split-open'}>
      <div class="split-list">
        <DataTable
          label={w('tabTests')}
          columns={table}
          rows={pages.rows}
          keyOf={(job) => job.id}
          href={(job) => `/rules${view.query({ test: String(job.id) })}`}
          chosen={Number(test)}
          onEnd={pages.readOn}
          foot={
            <ListFoot
              pages={pages}
              empty={
                <Empty title={w('testsNone')}>
                  <p>{w('testsNoneText')}</p>
                </Empty>
              }
            />
          }
        />
      </div>
      {test !== '' && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
        <section class="scroll split-detail" tabIndex={0} aria-label={w('test1', { id: test })}>
          <TestDetail key={test} id={test} />
        </section>
      )}
    </div>
  );
}
