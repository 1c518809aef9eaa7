import '../../styles/today.css';
import { useMemo, useRef } from 'preact/hooks';
import { fetchReady } from '../../data/ready.ts';
import { language } from '../../i18n/index.ts';
import { w } from '../../i18n/words/today.ts';
import { beijing, formatCount } from '../../model/format.ts';
import { demo } from '../../shell/demo.ts';
import { Page } from '../../shell/page.tsx';
import { now } from '../../state/clock.ts';
import { usePages } from '../../state/pages.ts';
import { useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { STATES, StateMark } from '../../ui/state-mark.tsx';
import { Read } from '../../ui/states.tsx';
import { Leads, NotJudged, Silent, useWaitingLeads } from './action.tsx';
import { Changes } from './changes.tsx';
import { Coverage } from './coverage.tsx';
import { DueCases } from './due-cases.tsx';
import { FirstSteps } from './first-steps.tsx';
import { FleetMap } from './fleet-map.tsx';
import { RateStrip } from './rates.tsx';
import { fetchOverview, fetchTrucks, type Overview, type TodayTruck, view } from './today.ts';

const LOOK_MS = 15_000;
const TRUCKS_MS = 30_000;
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;

/** Today's date on a Beijing clock, with its weekday. */
function today(nowMs: number): string {
  const { month, day } = beijing(nowMs);
  const weekday = DAYS[new Date(nowMs + 8 * 3_600_000).getUTCDay()] ?? 'sun';
  return w('date', { date: `${month}-${day}`, day: w(weekday) });
}

function Service() {
  const { data } = useQuery('ready', fetchReady, { everyMs: LOOK_MS });
  const ready = data.value;
  if (!ready) return null;
  const failing = Object.values(ready.checks).filter((check) => !check.ok).length;
  return failing === 0 ? (
    <a class="quiet" href="/system">
      ✓ {w('serviceWell')}
    </a>
  ) : (
    <a class="over" href="/system">
      ▲ {w('serviceIll', { n: failing })} · {w('serviceGo')}
    </a>
  );
}

/** The fleet in one line: each count leads to its trucks. */
function FleetCounts({ fleet }: { fleet: Overview['fleet'] }) {
  return (
    <span class="fleet-counts">
      <a href="/vehicles">
        <b>{formatCount(fleet.fitted)}</b> {w('fitted')}
      </a>
      {STATES.map((state) => (
        <a key={state} href={`/vehicles?state=${state}`}>
          <b>{formatCount(fleet[state])}</b> <StateMark state={state} />
        </a>
      ))}
    </span>
  );
}

/** Trucks with an open over-limit lead that nobody has decided on. */
function useUrgent(leads: ReturnType<typeof useWaitingLeads>): ReadonlySet<number> {
  const data = leads.data.value;
  return useMemo(
    () => new Set(data?.leads.filter(({ cause }) => cause === 'overLimit').map(({ vehicle }) => vehicle.id)),
    [data],
  );
}

function Day({ overview, judging }: { overview: Overview; judging: boolean }) {
  const frame = useRef({ fromMs: 0, bucketS: 900 });
  const pages = usePages<TodayTruck>(
    'today-trucks',
    async (cursor, signal) => {
      const page = await fetchTrucks(cursor, signal);
      frame.current = { fromMs: Date.parse(page.from), bucketS: page.bucketS };
      return { rows: page.trucks, nextCursor: page.nextCursor };
    },
    TRUCKS_MS,
  );
  const leads = useWaitingLeads(judging);
  const urgent = useUrgent(leads);
  return (
    <div class="today">
      <section class="section action" aria-label={w('action')}>
        <h2>{w('action')}</h2>
        {judging && <Leads query={leads} />}
        <DueCases />
        <Silent trucks={pages.rows} fleet={overview.fleet} />
        <NotJudged overview={overview} />
      </section>
      <Coverage pages={pages} fromMs={frame.current.fromMs} bucketS={frame.current.bucketS} urgent={urgent} />
      <div class="rates-box">
        <RateStrip overview={overview} />
      </div>
      <Changes overview={overview} />
      <FleetMap trucks={pages.rows} urgent={urgent} />
    </div>
  );
}

/** What needs action today, what changed, and whether everything works; on an empty site the way to the first terminal. */
export function TodayPage() {
  const query = useQuery(`today ${language.value}`, fetchOverview, { everyMs: LOOK_MS, keep: true });
  const overview = query.data.value;
  const first = view.value.first || overview?.fleet.fitted === 0;
  return (
    <Page
      title={w('title')}
      facts={
        <>
          <span class="quiet">{today(now.value)}</span>
          {overview && overview.fleet.fitted > 0 && <FleetCounts fleet={overview.fleet} />}
          <Service />
        </>
      }
    >
      <Scroll>
        <Read query={query}>
          {(data) =>
            first ? <FirstSteps demo={(demo.value?.trucks ?? 0) > 0} /> : <Day overview={data} judging={may('leads.read')} />
          }
        </Read>
      </Scroll>
    </Page>
  );
}
