import { w } from '../../i18n/words/road-check.ts';
import { formatValue } from '../../model/format.ts';
import { type RoadPicture, roadPicture } from '../../model/road-picture.ts';
import { threeDigits } from '../../model/statistics.ts';
import { narrow } from '../../ui/window.ts';
import type { RoadCheck } from './road-check.tsx';

const HEIGHT = 220;
const LEFT = 48;
const RIGHT = 8;
const TOP = 22;
const FOOT = 20;
/** Least distance of two dates on the axis. */
const TICK_PX = 56;

interface Scale {
  readonly width: number;
  readonly step: number;
  x(slot: number): number;
  y(value: number): number;
}

function scaleOf({ slots, top }: RoadPicture, width: number): Scale {
  const step = (width - LEFT - RIGHT) / slots;
  return {
    width,
    step,
    x: (slot) => LEFT + (slot + 0.5) * step,
    y: (value) => TOP + (1 - Math.max(0, value) / top) * (HEIGHT - TOP - FOOT),
  };
}

/** The level of a period as a line with its interval as a band, over the days it rests on. */
function Level({
  of,
  days,
  scale,
  name,
  confidence,
}: {
  of: RoadCheck['before'];
  days: RoadPicture['before'];
  scale: Scale;
  name: string;
  confidence: number;
}) {
  const [first, last] = [days[0], days.at(-1)];
  if (of === null || first === undefined || last === undefined) return null;
  const [from, to] = [scale.x(first.slot) - scale.step / 2, scale.x(last.slot) + scale.step / 2];
  const words = `${name} ${threeDigits(of.value)} g/kWh, ${w('level', { confidence, low: threeDigits(of.low), high: threeDigits(of.high) })}`;
  return (
    <g>
      <title>{words}</title>
      <rect
        class="road-band"
        x={from}
        width={to - from}
        y={scale.y(of.high)}
        height={Math.max(1.5, scale.y(of.low) - scale.y(of.high))}
      />
      <line class="road-level" x1={from} x2={to} y1={scale.y(of.value)} y2={scale.y(of.value)} />
      <text class="road-name" x={(from + to) / 2} y={12} text-anchor="middle">
        {name} {threeDigits(of.value)}
      </text>
    </g>
  );
}

/** Where the truck would stand had it changed as the untreated trucks did. */
function Controls({ check, days, scale }: { check: RoadCheck; days: RoadPicture['after']; scale: Scale }) {
  const [first, last] = [days[0], days.at(-1)];
  if (check.before === null || check.controlLogRatio === null || first === undefined || last === undefined) return null;
  const y = scale.y(check.before.value * Math.exp(check.controlLogRatio));
  const [from, to] = [scale.x(first.slot) - scale.step / 2, scale.x(last.slot) + scale.step / 2];
  return (
    <g class="road-controls">
      <line x1={from} x2={to} y1={y} y2={y} />
      <text x={to} y={y + 14} text-anchor="end">
        {w('controls')}
      </text>
    </g>
  );
}

/** Every valid day before and after on comparable operation, both levels with their intervals, the limit, the repair, and the controls. */
export function RoadCheckPicture({ check }: { check: RoadCheck }) {
  const { before, after, limit, repair } = check;
  const expected = before !== null && check.controlLogRatio !== null ? before.value * Math.exp(check.controlLogRatio) : null;
  const picture = roadPicture(check.daysOf.before, check.daysOf.after, [limit?.value, before?.high, after?.high, expected]);
  const scale = scaleOf(picture, narrow.value ? 360 : 720);
  const { width, x, y } = scale;
  const confidence = Math.round(100 * check.confidence);
  const every = Math.max(1, Math.ceil(TICK_PX / scale.step));
  return (
    <figure class="road-picture">
      <figcaption>
        <b>{w('picture')}</b> <span class="unit">g/kWh</span>
      </figcaption>
      <svg viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={w('picture')}>
        {[0, picture.top / 2, picture.top].map((value) => (
          <g key={value}>
            <line class="grid" x1={LEFT} x2={width} y1={y(value)} y2={y(value)} />
            <text x={LEFT - 6} y={y(value) + 4} text-anchor="end">
              {formatValue(value, picture.top < 20 ? 1 : 0)}
            </text>
          </g>
        ))}
        <Level of={before} days={picture.before} scale={scale} name={w('before')} confidence={confidence} />
        <Level of={after} days={picture.after} scale={scale} name={w('after')} confidence={confidence} />
        <Controls check={check} days={picture.after} scale={scale} />
        <line class="road-repair" x1={x(picture.repairSlot)} x2={x(picture.repairSlot)} y1={TOP} y2={HEIGHT - FOOT}>
          <title>{w('repairAt', { day: repair.doneDay })}</title>
        </line>
        {limit && (
          <g class="over">
            <line class="level-line" x1={LEFT} x2={width} y1={y(limit.value)} y2={y(limit.value)} />
            <text x={LEFT + 4} y={y(limit.value) - 4}>
              {w(limit.mark === 'C' ? 'limit' : 'limitUnverified', { value: threeDigits(limit.value) })}
            </text>
          </g>
        )}
        {(['before', 'after'] as const).flatMap((period) =>
          picture[period].map(({ slot, day }, i) => (
            <g key={day.day}>
              {day.gPerKwh !== null && (
                <circle class={`day-dot ${period}`} cx={x(slot)} cy={y(day.gPerKwh)} r="3">
                  <title>{`${day.day} ${threeDigits(day.gPerKwh)} g/kWh`}</title>
                </circle>
              )}
              {i % every === 0 && (
                <text x={x(slot)} y={HEIGHT - 5} text-anchor="middle">
                  {day.day.slice(5)}
                </text>
              )}
            </g>
          )),
        )}
      </svg>
    </figure>
  );
}
