import { w } from '../../i18n/words/history.ts';
import { datesBetween, startOf } from '../../model/beijing-days.ts';
import { dayTime, formatValue, NO_VALUE, THIN } from '../../model/format.ts';
import { now } from '../../state/clock.ts';
import { Scroll } from '../../ui/scroll.tsx';
import { narrow } from '../../ui/window.ts';
import type { TankHistory } from './history.ts';
import { HistoryPart } from './history-part.tsx';
import { view } from './truck.ts';

const HEIGHT = 150;
const LEFT = 48;
const TOP = 16;
const FOOT = 18;
const DAY_MS = 86_400_000;
const MARKS = {
  refill: { mark: '▲', tone: '' },
  theft: { mark: '▼', tone: 'over' },
  drain: { mark: '▽', tone: 'attention' },
} as const;

/** A tank's level as steps: level between what was seen of it, up at a refill, down at a theft, each with its mark. */
function TankChart({ title, tank, from, to }: { title: string; tank: TankHistory; from: string; to: string }) {
  const width = narrow.value ? 360 : 900;
  const [first, last] = [startOf(from), startOf(to) + DAY_MS];
  const x = (iso: string) => LEFT + ((Date.parse(iso) - first) / (last - first)) * (width - LEFT - 8);
  const y = (pct: number) => TOP + (1 - pct / 100) * (HEIGHT - TOP - FOOT);
  const dates = datesBetween(from, to);
  const every = Math.ceil((64 * dates.length) / (width - LEFT));
  const points = tank.levels.map(({ at, pct }) => `${x(at).toFixed(1)} ${y(pct).toFixed(1)}`);
  return (
    <figure class="day-chart">
      <figcaption>
        <b>{title}</b> <span class="unit">%</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={title}>
        {[0, 50, 100].map((pct) => (
          <g key={pct}>
            <line class="grid" x1={LEFT} x2={width} y1={y(pct)} y2={y(pct)} />
            <text x={LEFT - 6} y={y(pct) + 4} text-anchor="end">
              {pct}
            </text>
          </g>
        ))}
        {dates.map((date, i) =>
          i % every === 0 ? (
            <text key={date} x={x(`${date}T12:00:00+08:00`)} y={HEIGHT - 4} text-anchor="middle">
              {date.slice(5)}
            </text>
          ) : null,
        )}
        {points.length > 1 && <path class="day-line" d={`M${points.join('L')}`} />}
        {tank.steps.map((step) => {
          const { mark, tone } = MARKS[step.kind];
          const words = stepWords(step);
          return (
            <text
              key={`${step.from} ${step.kind}`}
              class={`step ${tone}`}
              x={x(step.to)}
              y={y(Math.max(step.beforePct, step.afterPct)) - 4}
              text-anchor="middle"
            >
              <title>{words}</title>
              {mark}
            </text>
          );
        })}
      </svg>
      {tank.levels.length === 0 && <p class="quiet">{w('tankNone')}</p>}
    </figure>
  );
}

function stepWords(step: TankHistory['steps'][number]): string {
  const litres = step.litres === null ? NO_VALUE : `${formatValue(step.litres, 0)}${THIN}L`;
  return `${dayTime(Date.parse(step.to), now.peek())} ${w(step.kind)} ${litres}`;
}

function Steps({ tanks }: { tanks: readonly { name: string; tank: TankHistory }[] }) {
  const rows = tanks
    .flatMap(({ name, tank }) => tank.steps.map((step) => ({ name, step })))
    .sort((a, b) => (a.step.from < b.step.from ? 1 : -1));
  if (rows.length === 0) return <p class="hint quiet">{w('stepsNone')}</p>;
  return (
    <Scroll across>
      <table class="plain-table day-table">
        <thead>
          <tr>
            <th scope="col">{w('stepFrom')}</th>
            <th scope="col">{w('stepTo')}</th>
            <th scope="col">{w('tank')}</th>
            <th scope="col">{w('what')}</th>
            <th scope="col" class="num">
              {w('amount')} <span class="unit">L</span>
            </th>
            <th scope="col" class="num">
              {w('levels')} <span class="unit">%</span>
            </th>
            <th scope="col">{w('where')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, step }) => (
            <tr key={`${name} ${step.from} ${step.kind}`}>
              <th scope="row">{dayTime(Date.parse(step.from), now.peek())}</th>
              <td>{dayTime(Date.parse(step.to), now.peek())}</td>
              <td>{name}</td>
              <td class={MARKS[step.kind].tone}>
                {MARKS[step.kind].mark} {w(step.kind)}
              </td>
              <td class="num" title={step.litres === null ? w('sizeUnknown') : undefined}>
                {formatValue(step.litres, 0)}
              </td>
              <td class="num">
                {formatValue(step.beforePct, 1)} → {formatValue(step.afterPct, 1)}
              </td>
              <td class="quiet">
                {step.lat === null || step.lon === null
                  ? NO_VALUE
                  : w('place', { lat: formatValue(step.lat, 4), lon: formatValue(step.lon, 4) })}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Both tanks over days: levels, refills, and what left without being burnt. */
export function Tanks({ vehicleId }: { vehicleId: number }) {
  return (
    <HistoryPart vehicleId={vehicleId} twin>
      {({ fuel, urea, from, to }) => (
        <>
          {!view.value.table && (
            <div class="day-charts">
              <TankChart title={w('fuelTank')} tank={fuel} from={from} to={to} />
              <TankChart title={w('ureaTank')} tank={urea} from={from} to={to} />
            </div>
          )}
          <Steps
            tanks={[
              { name: w('fuelTank'), tank: fuel },
              { name: w('ureaTank'), tank: urea },
            ]}
          />
        </>
      )}
    </HistoryPart>
  );
}
