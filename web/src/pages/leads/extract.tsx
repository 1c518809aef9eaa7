import { useEffect, useMemo } from 'preact/hooks';
import '../../styles/extract.css';
import { api, take } from '../../data/client.ts';
import { w as e } from '../../i18n/words/evidence.ts';
import { w } from '../../i18n/words/extract.ts';
import { w as lead } from '../../i18n/words/leads.ts';
import { t } from '../../i18n/words/shell.ts';
import { dayTime, formatShare, formatSpan, formatValue, NO_VALUE, THIN } from '../../model/format.ts';
import { serverNow } from '../../state/clock.ts';
import { useKeys } from '../../state/keys.ts';
import { type Query, useQuery } from '../../state/query.ts';
import { may, me } from '../../state/session.ts';
import { Failed } from '../../ui/states.tsx';
import { stageName } from '../vehicle/file-panel.tsx';
import { boundsOf, fetchSignals, fetchTrace, levelsOf, type Series, type Trace, windowKind } from './evidence.ts';
import { type Finding, type LeadDetail, view } from './leads.ts';
import { pack, packing, sealed } from './packing.ts';
import { PrintChart } from './print-chart.tsx';

type Figure = Finding['figures'][number];

const ROOM_S = 600;

function figureText({ value, unit, digits }: Figure): string {
  if (typeof value !== 'number') return NO_VALUE;
  if (unit === 'share') return formatShare(value);
  if (unit === 'time') return dayTime(value * 1000, serverNow());
  return `${formatValue(value, digits)}${unit === '' ? '' : THIN + unit}`;
}

/** The part of a day that has data, with some room around it: paper is small. */
function drivenOf(day: string, trace: Trace | null): { fromSec: number; toSec: number } {
  const bounds = boundsOf(day);
  const heard = trace?.states.filter(({ state }) => state !== 'noData') ?? [];
  const [first, last] = [heard[0], heard.at(-1)];
  if (!first || !last) return bounds;
  return {
    fromSec: Math.max(bounds.fromSec, first.fromSec - ROOM_S),
    toSec: Math.min(bounds.toSec, last.toSec + ROOM_S),
  };
}

function Charts({ finding, trace, series }: { finding: Finding; trace: Trace | null; series: Series | null }) {
  const bounds = drivenOf(finding.day, trace);
  const levels = levelsOf(finding, trace);
  const limitOf = (unit: string, digits: number) => {
    const level = levels.find((each) => each.unit === unit && each.guard === null);
    if (!level) return null;
    const value = formatValue(level.value, digits);
    return { value: level.value, words: level.converted ? e('limitConverted', { value }) : e('limitLine', { value }) };
  };
  const nox = useMemo(
    () =>
      (series?.signals ?? []).flatMap(({ id, valid, columns }) =>
        valid === 0
          ? []
          : [
              {
                t: series?.t ?? [],
                min: 'values' in columns ? columns.values : columns.min,
                max: 'values' in columns ? columns.values : columns.max,
                dashed: id === 'noxUpPpm',
              },
            ],
      ),
    [series],
  );
  return (
    <>
      {trace && (
        <PrintChart
          title={w('windowsChart', { day: finding.day })}
          lines={[{ t: trace.windows.t, min: trace.windows.min, max: trace.windows.max, dashed: false }]}
          limit={limitOf('g/kWh', 2)}
          {...bounds}
          height={128}
        />
      )}
      <PrintChart
        title={w(nox.length > 1 ? 'noxChartBoth' : 'noxChart', { day: finding.day })}
        lines={nox}
        limit={limitOf('ppm', 0)}
        {...bounds}
        height={128}
      />
    </>
  );
}

/** A day that is not judged, or past its retention: it has no chart, and waiting brings none. */
const isMissing = ({ failure }: Query<unknown>) => failure.value?.code === 'NOT_FOUND';
/** Whether there is nothing left to wait for before a chart is printed. */
const isSettled = (query: Query<unknown>) => (query.data.value !== null && query.failure.value === null) || isMissing(query);

/** The page for the truck's owner, and what is done with it: one sheet of A4, black first, which says what a lead is and quotes the pack's hash. */
export function Extract({ lead: whole, finding }: { lead: LeadDetail; finding: Finding }) {
  const id = String(whole.vehicle.id);
  const kind = windowKind(finding);
  const bounds = boundsOf(finding.day);
  const truck = useQuery(may('fleet.read') ? `truck ${id}` : null, (signal) =>
    take(api.vehicles[':id'].$get({ param: { id } }, { init: { signal } })),
  );
  const trace = useQuery(`printed trace ${finding.id}`, (abort) =>
    fetchTrace({ vehicleId: whole.vehicle.id, date: finding.day, kind, ...bounds, points: 400 }, abort),
  );
  const series = useQuery(may('fleet.read') ? `printed signals ${finding.id}` : null, (abort) =>
    fetchSignals({ vehicleId: whole.vehicle.id, ...bounds, signals: ['noxUpPpm', 'noxDownPpm'], points: 400 }, abort),
  );
  const packs = useQuery(`packs ${finding.id}`, (signal) =>
    take(api.evidence.$get({ query: { finding: finding.id } }, { init: { signal } })),
  );
  useEffect(() => {
    if (sealed.value > 0) packs.again();
  }, [sealed.value]);
  const drawn = isSettled(trace) && (!may('fleet.read') || isSettled(series));
  const close = () => view.show({ print: false }, 'replace');
  useKeys([{ keys: ['Escape'], words: () => w('close'), act: close }]);
  const newest = packs.data.value?.packs[0];
  const detail = truck.data.value;
  const busy = packing.value?.findings.includes(finding.id) ?? false;
  const facts: [string, string | null | undefined][] = [
    [w('plate'), [whole.vehicle.plate, detail?.plateColor].filter(Boolean).join(' · ')],
    ['VIN', whole.vehicle.vin],
    [w('stage'), stageName(detail?.parameters?.values.stage)],
    [w('owner'), detail?.enterprise],
    [w('district'), whole.vehicle.district],
    [w('terminal'), detail?.terminal?.id],
  ];
  const { data } = finding;
  return (
    <div class="extract-desk">
      <div class="filters no-print">
        <button type="button" class="primary" disabled={!newest || !drawn} onClick={() => print()}>
          {w('print')}
        </button>
        {!newest && packs.data.value !== null && (
          <>
            <span class="attention">{w(busy ? 'packing' : 'packFirst')}</span>
            {may('evidence.make') && (
              <button type="button" disabled={busy} onClick={() => void pack([finding.id], 'print')}>
                {e('make')}
              </button>
            )}
          </>
        )}
        {isMissing(trace) ? <span class="attention">{e('dayMissing')}</span> : <Failed query={trace} />}
        <Failed query={series} />
        {!drawn && trace.failure.value === null && series.failure.value === null && <span class="quiet">{t('loading')}</span>}
        <span class="fill" />
        <button type="button" onClick={close}>
          {w('close')}
        </button>
      </div>
      <article class="extract">
        <header>
          <h2>{w('title')}</h2>
          <p>{w('subtitle')}</p>
        </header>
        <dl class="extract-facts">
          {facts.map(([name, text]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{text || NO_VALUE}</dd>
            </div>
          ))}
        </dl>
        <section>
          <h3>{w('found')}</h3>
          <p>{finding.explanation}</p>
          <p class="small">
            {w('ruleLine', { rule: finding.rule, name: finding.ruleName, version: finding.version, id: finding.id })}
          </p>
        </section>
        <section>
          <h3>{w('figures')}</h3>
          <dl class="extract-figures">
            {finding.figures
              .filter(({ value }) => typeof value === 'number')
              .slice(0, 15)
              .map((figure) => (
                <div key={figure.id}>
                  <dt>{figure.name}</dt>
                  <dd>{figureText(figure)}</dd>
                </div>
              ))}
          </dl>
          <p class="small">
            {w('dataLine', {
              from: finding.period.from,
              to: finding.period.to,
              day: finding.day,
              valid: formatShare(data.noxValidShare),
              transmission: formatShare(data.transmissionRate),
              engineOn: data.engineOnS === null ? NO_VALUE : formatSpan(data.engineOnS),
              distance: data.distanceKm === null ? NO_VALUE : formatValue(data.distanceKm, 0),
              class: finding.class ?? NO_VALUE,
            })}
          </p>
        </section>
        <Charts finding={finding} trace={trace.data.value} series={series.data.value} />
        <section>
          <h3>{w('meaning')}</h3>
          <p>{w('meaningText')}</p>
          <p>{w('objection')}</p>
        </section>
        <dl class="extract-signs">
          {(['issuedBy', 'issuedOn', 'receivedBy', 'receivedOn'] as const).map((each) => (
            <div key={each}>
              <dt>{w(each)}</dt>
              <dd>{each === 'issuedBy' ? (me.value?.person?.displayName ?? '') : ''}</dd>
            </div>
          ))}
        </dl>
        <footer>
          {newest ? (
            <p>
              {w('packLine', { id: newest.id })} <span class="mono">{newest.sha256}</span>
            </p>
          ) : (
            <p>{w('packNone')}</p>
          )}
          <p>{[lead('notice'), 'Plume', w('printed', { time: dayTime(serverNow(), 0) }), w('pageOf')].join(' · ')}</p>
        </footer>
      </article>
    </div>
  );
}
