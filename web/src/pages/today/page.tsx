import '../../styles/today.css';
import type { InferResponseType } from 'hono/client';
import { api, take } from '../../data/client.ts';
import { fetchReady } from '../../data/ready.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/today.ts';
import { beijing, dayTime, formatCount, formatSpan } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { Page } from '../../shell/page.tsx';
import { hearServerTime, now } from '../../state/clock.ts';
import { useQuery } from '../../state/query.ts';
import { STATES, StateMark, stateNow, thresholds } from '../../ui/state-mark.tsx';
import { Empty, Read } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';

type Fleet = InferResponseType<typeof api.vehicles.$get, 200>;

const LOOK_MS = 15_000;
const LISTED = 200;
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

function FleetState({ fleet }: { fleet: Fleet }) {
  return (
    <section class="section" aria-label={w('fleet')}>
      <h2>
        <Term id="linkState">{w('fleet')}</Term>
      </h2>
      <ul class="figures">
        <li>
          <a href="/vehicles">
            <b>{formatCount(fleet.counts.total)}</b>
            <span>{w('fitted')}</span>
          </a>
        </li>
        {STATES.map((state) => (
          <li key={state}>
            <a href={`/vehicles?state=${state}`}>
              <b>{formatCount(fleet.counts[state])}</b>
              <StateMark state={state} />
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Attention({ fleet }: { fleet: Fleet }) {
  const away = fleet.vehicles.filter((vehicle) => stateNow(vehicle.lastReceivedAt, now.value) !== 'online');
  return (
    <section class="section" aria-label={w('attention')}>
      <h2>{w('attention')}</h2>
      {away.length === 0 && <p class="quiet">✓ {w('attentionNone')}</p>}
      <ul class="attention-list">
        {away.slice(0, 12).map((vehicle) => {
          const at = vehicle.lastReceivedAt === null ? null : Date.parse(vehicle.lastReceivedAt);
          return (
            <li key={vehicle.id}>
              <a href={pathOf('vehicles', vehicle.id)}>
                <StateMark state={stateNow(vehicle.lastReceivedAt, now.value)} />
                <b>{vehicle.plate}</b>
                <span class="quiet">
                  {at === null
                    ? w('lastNever')
                    : `${w('lastAt', { time: dayTime(at, now.value) })} · ${t('ago', { span: formatSpan((now.value - at) / 1000) })}`}
                </span>
              </a>
            </li>
          );
        })}
      </ul>
      {away.length > 12 && (
        <a class="link" href="/vehicles?sort=attention">
          {w('attentionMore', { n: formatCount(away.length) })}
        </a>
      )}
    </section>
  );
}

/** What needs action today, and whether everything works. */
export function TodayPage() {
  const query = useQuery(
    'fleet',
    async (signal) => {
      const question = { sort: 'attention', limit: String(LISTED), signals: 'speedKmh' };
      const fleet = await take(api.vehicles.$get({ query: question }, { init: { signal } }));
      hearServerTime(fleet.serverTime);
      thresholds.value = fleet.thresholds;
      return fleet;
    },
    { everyMs: LOOK_MS },
  );
  return (
    <Page
      title={w('title')}
      facts={
        <>
          <span class="quiet">{today(now.value)}</span>
          <Service />
        </>
      }
    >
      <div class="scroll">
        <Read query={query}>
          {(fleet) =>
            fleet.counts.total === 0 ? (
              <Empty title={w('emptyTitle')}>
                <p>{w('emptyText')}</p>
                <a class="button primary" href="/vehicles">
                  {w('emptyGo')}
                </a>
              </Empty>
            ) : (
              <>
                <FleetState fleet={fleet} />
                <Attention fleet={fleet} />
              </>
            )
          }
        </Read>
      </div>
    </Page>
  );
}
