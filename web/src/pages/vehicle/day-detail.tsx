import type { InferResponseType } from 'hono/client';
import type { api } from '../../data/client.ts';
import { w } from '../../i18n/words/history.ts';
import { startOf } from '../../model/beijing-days.ts';
import { formatCount, formatShare, formatSpan, formatValue, NO_VALUE, THIN } from '../../model/format.ts';
import { pathOf } from '../../model/routes.ts';
import { Read } from '../../ui/states.tsx';
import { Term } from '../../ui/term.tsx';
import { useDay } from './history.ts';
import { view } from './truck.ts';
import { SIGNS, verdictOf } from './verdict.ts';

type Day = InferResponseType<(typeof api.vehicles)[':id']['days'][':date']['$get'], 200>;

const DAY_MS = 86_400_000;

function withUnit(value: number | null, digits: number, unit: string): string {
  return value === null ? NO_VALUE : `${formatValue(value, digits)}${THIN}${unit}`;
}

function Figures({ day }: { day: Day }) {
  const f = day.figures;
  return (
    <dl class="figures">
      <div>
        <dt>
          <Term id="p90">{w('p90')}</Term>
        </dt>
        <dd>{withUnit(f.p90GPerKwh, 2, 'g/kWh')}</dd>
      </div>
      <div>
        <dt>
          <Term id="methodClass">{w('class')}</Term>
        </dt>
        <dd>{day.class ?? NO_VALUE}</dd>
      </div>
      <div>
        <dt>
          <Term id="hotValidRate">{w('noxValid')}</Term>
        </dt>
        <dd>{formatShare(f.noxValidShare)}</dd>
      </div>
      <div>
        <dt>
          <Term id="transmissionRate">{w('transmission')}</Term>
        </dt>
        <dd>{formatShare(f.transmissionRate)}</dd>
      </div>
      <div>
        <dt>{w('engineOn')}</dt>
        <dd>{f.engineOnS === null ? NO_VALUE : formatSpan(f.engineOnS)}</dd>
      </div>
      <div>
        <dt>{w('distance')}</dt>
        <dd>{withUnit(f.distanceKm, 0, 'km')}</dd>
      </div>
      <div>
        <dt>{w('work')}</dt>
        <dd>{withUnit(f.workKwh, 0, 'kWh')}</dd>
      </div>
      <div>
        <dt>{w('samples')}</dt>
        <dd>{formatCount(f.samples)}</dd>
      </div>
    </dl>
  );
}

function Outcomes({ day }: { day: Day }) {
  const groups = (['found', 'notEvaluated', 'clear'] as const).map(
    (kind) => [kind, day.outcomes.filter((each) => each.outcome === kind)] as const,
  );
  return (
    <>
      {groups.map(([kind, outcomes]) =>
        outcomes.length === 0 ? null : (
          <details key={kind} open={kind === 'found'}>
            <summary>{w(`${kind}Count`, { n: outcomes.length })}</summary>
            <ul class="outcomes">
              {outcomes.map((each) => (
                <li key={each.rule}>{each.explanation}</li>
              ))}
            </ul>
          </details>
        ),
      )}
    </>
  );
}

/** One day of a truck: its figures, and what every rule said of it, also those that found nothing or could not be asked. */
export function DayDetail({ vehicleId, date }: { vehicleId: number; date: string }) {
  const query = useDay(vehicleId, date);
  const from = startOf(date);
  return (
    <section class="section" aria-label={date}>
      <Read query={query}>
        {(day) => (
          <>
            <h2>
              {date} <span class={SIGNS[verdictOf(day)].tone}>{SIGNS[verdictOf(day)].mark}</span> {w(verdictOf(day))}{' '}
              {day.stale && <span class="tag">{w('stale')}</span>}{' '}
              <a
                class="link small"
                href={pathOf('vehicles', vehicleId) + view.query({ tab: 'charts', range: { fromMs: from, toMs: from + DAY_MS } })}
              >
                {w('toCharts')}
              </a>
            </h2>
            <Figures day={day} />
            <Outcomes day={day} />
          </>
        )}
      </Read>
    </section>
  );
}
