import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import '../../styles/vehicle.css';
import '../../styles/vehicle-file.css';
import 'uplot/dist/uPlot.min.css';
import { api, take } from '../../data/client.ts';
import { t } from '../../i18n/words/shell.ts';
import { w } from '../../i18n/words/vehicle.ts';
import { dayTime, formatSpan } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { SPANS } from '../../model/view-fields.ts';
import { Page } from '../../shell/page.tsx';
import { needCatalogue } from '../../state/catalogue.ts';
import { now } from '../../state/clock.ts';
import { useKeys } from '../../state/keys.ts';
import { useLive } from '../../state/live.ts';
import { go } from '../../state/place.ts';
import { type Query, useQuery } from '../../state/query.ts';
import { may } from '../../state/session.ts';
import { StateMark, stateNow, thresholds } from '../../ui/state-mark.tsx';
import { Empty, Failed, Waiting } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { narrow } from '../../ui/window.ts';
import { rows } from '../vehicles/fleet.ts';
import { Calendar } from './calendar.tsx';
import { ChartArea } from './chart-area.tsx';
import { Faults } from './faults.tsx';
import { FilePanel } from './file-panel.tsx';
import { withLive } from './live-values.ts';
import { Quality } from './quality.tsx';
import { RangeBar } from './range-bar.tsx';
import { Tanks } from './tanks.tsx';
import { Timeline } from './timeline.tsx';
import { Trend } from './trend.tsx';
import { Trips } from './trips.tsx';
import { TABS, truckSent, useSeries, type VehicleDetail, view } from './truck.ts';

const LOOK_MS = 60_000;

function Freshness({ detail }: { detail: VehicleDetail }) {
  const received = detail.lastReceivedAt ? Date.parse(detail.lastReceivedAt) : null;
  const sampled = detail.lastSampleAt ? Date.parse(detail.lastSampleAt) : null;
  const state = stateNow(detail.lastReceivedAt, now.value, detail.layUp !== null);
  return (
    <>
      <StateMark state={state} />
      {received !== null && (
        <span class="quiet small" title={sampled === null ? '' : `${w('lastSample')} ${dayTime(sampled, now.value)}`}>
          {w('lastReceived')} {dayTime(received, now.value)} · {t('ago', { span: formatSpan((now.value - received) / 1000) })}
        </span>
      )}
      {state === 'silent' && (
        <span class="quiet small">
          <Term id="silence">{w('whenLead')}</Term>
        </span>
      )}
      {detail.demo && <span class="tag">{t('demo')}</span>}
    </>
  );
}

/** The neighbours of a truck in the list that was last open. */
function neighbour(id: number, by: number): number | undefined {
  const list = rows.peek().map((row) => row.peek().id);
  const at = list.indexOf(id);
  return at < 0 ? undefined : list[at + by];
}

function useFileKeys(id: number): void {
  const to = (by: number) => {
    const next = neighbour(id, by);
    if (next === undefined) return false;
    go(pathOf('vehicles', next) + view.query(), 'replace');
    return true;
  };
  useKeys([
    { keys: ['j', 'ArrowDown'], words: () => t('keyDown'), act: () => to(1) },
    { keys: ['k', 'ArrowUp'], words: () => t('keyUp'), act: () => to(-1) },
    ...SPANS.map((span, i) => ({
      keys: [String(i + 1)],
      words: () => w(`range${span}`),
      act: () => view.show({ range: { span }, follow: true, tab: 'charts' }),
    })),
    { keys: ['t'], words: () => w('keyTable'), act: () => view.show({ table: !view.peek().table }) },
    { keys: ['f'], words: () => w('keyFollow'), act: () => view.show({ follow: !view.peek().follow }, 'replace') },
    { keys: ['Escape'], words: () => t('keyClose'), act: () => history.back() },
  ]);
}

/** Parts that tell what the evaluation found; the file itself stands beside them on a wide screen. */
const EVALUATED = ['days', 'trips', 'trend', 'quality', 'tanks', 'leads'] as const;

function tabsNow(): readonly (typeof TABS)[number][] {
  return TABS.filter(
    (each) => (each !== 'file' || narrow.value) && (may('leads.read') || !EVALUATED.some((other) => other === each)),
  );
}

function Tabs({ shown }: { shown: (typeof TABS)[number] }) {
  const bar = useRef<HTMLElement>(null);
  // On a phone the row is longer than the screen is wide: the tab that is open stands in it.
  useEffect(() => bar.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' }), [shown]);
  return (
    <nav class="parts" aria-label={w('parts')} ref={bar}>
      {tabsNow().map((each) => (
        <a
          key={each}
          href={`${location.pathname}${view.query({ tab: each })}`}
          aria-current={shown === each ? 'page' : undefined}
        >
          {w(each)}
        </a>
      ))}
    </nav>
  );
}

const PARTS = {
  days: Calendar,
  trips: Trips,
  trend: Trend,
  tanks: Tanks,
  faults: Faults,
  quality: Quality,
  leads: Timeline,
} as const;

function Charts({ detail }: { detail: VehicleDetail }) {
  useSeries(detail.id);
  return (
    <>
      <RangeBar />
      <ChartArea detail={detail} />
    </>
  );
}

function Body({ query, detail }: { query: Query<VehicleDetail>; detail: VehicleDetail }) {
  const { tab } = view.value;
  const shown = tabsNow().includes(tab) ? tab : 'charts';
  const Part = shown === 'charts' || shown === 'file' ? null : PARTS[shown];
  return (
    <div class="vehicle">
      {(!narrow.value || shown === 'file') && <FilePanel detail={detail} changed={() => query.again()} />}
      <section class="vehicle-main">
        <Tabs shown={shown} />
        {shown === 'charts' && <Charts key={detail.id} detail={detail} />}
        {Part && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reachable by keyboard (WCAG 2.1.1)
          <section class="part" tabIndex={0} aria-label={w(shown)}>
            <Part key={detail.id} vehicleId={detail.id} />
          </section>
        )}
      </section>
    </div>
  );
}

/** A truck's file (一车一档). */
export function VehiclePage({ id }: { id: string | null }) {
  const number = Number(id);
  const known = Number.isInteger(number) && number > 0;
  const query = useQuery(
    known ? `vehicle ${number}` : null,
    async (signal) => await take(api.vehicles[':id'].$get({ param: { id: String(number) } }, { init: { signal } })),
    { everyMs: LOOK_MS },
  );
  const live = useSignal<VehicleDetail | null>(null);
  useEffect(() => {
    live.value = query.data.value;
  }, [query.data.value]);
  useLive({ vehicles: known ? [number] : [], signals: [] }, (event) => {
    const sample = event.samples.find((each) => each.vehicleId === number);
    if (!sample || live.peek()?.id !== number) return;
    const before = live.peek();
    if (before) live.value = withLive(before, sample);
    truckSent();
  });
  useEffect(() => void needCatalogue(), []);
  useFileKeys(number);
  // Ages go by the thresholds that the list tells; without a list by the first ones.
  void thresholds.value;
  const detail = live.value?.id === number ? live.value : null;
  if (!known || (query.failure.value?.kind === 'refused' && !detail)) {
    return (
      <Page title={w('notFound', { id: id ?? '' })} back="/vehicles">
        <Empty title={w('notFound', { id: id ?? '' })}>
          {known && <Failed query={query} />}
          <a class="button primary" href="/vehicles">
            {w('notFoundGo')}
          </a>
        </Empty>
      </Page>
    );
  }
  return (
    <Page title={detail?.plate ?? t('loading')} back="/vehicles" facts={detail && <Freshness detail={detail} />}>
      {detail ? <Body query={query} detail={detail} /> : <Waiting query={query} />}
    </Page>
  );
}
