import type { DaySummary } from '@plume/ingest/rules';
import type { ReportedFigure } from './report-form.ts';

function figure(name: string, value: number | null, unit: string, definition: string, reason: string): ReportedFigure {
  return { name, value, unit, reason: value === null ? reason : null, definition };
}

function ratio(part: number | null, whole: number | null): number | null {
  return part === null || whole === null || !(whole > 0) ? null : part / whole;
}

/** Catalyst, urea and ammonia, and concentrations of the hot, loaded engine. */
export function aftertreatmentOf({ scr, nh3, ppm, method }: DaySummary): ReportedFigure[] {
  const noUp = method.flow === null ? 'noFlow' : 'noUpstream';
  return [
    figure(
      'SCR efficiency',
      scr.efficiency,
      '1',
      `1 − Σ(down·G)/Σ(up·G), inlet 250–450 °C, ${scr.seconds.toFixed(0)} s`,
      scr.seconds > 0 ? 'zeroEmission' : 'noHotPairs',
    ),
    figure(
      'NOx removed',
      scr.demandL === null ? null : scr.removedG,
      'g',
      'Σ (up − down) over the seconds with both sensors',
      noUp,
    ),
    figure(
      'urea needed',
      scr.demandL,
      'L',
      '32.5 % solution for what was removed in the seconds that also tell the dosing',
      noUp,
    ),
    figure('urea injected', scr.injectedL, 'L', 'as the dosing says, over those seconds', 'notSent'),
    figure('injected / needed', ratio(scr.injectedL, scr.demandL), '1', 'urea injected over urea needed', 'notSent'),
    figure(
      'urea for fuel',
      ratio(scr.dosedL, scr.fuelL),
      '1',
      'all urea injected / fuel of the hot engine, by volume',
      'notSent',
    ),
    figure(
      'NOx rises with dosing',
      nh3.riseWithDosing,
      'r',
      'correlation of down/up with urea per upstream NOx, 20 s means: ammonia may be read as NOx',
      'tooFew',
    ),
    figure(
      'qualified time',
      ppm.reason === null ? ppm.qualifiedS : null,
      's',
      'in whole 20 s means with coolant ≥ 70 °C, inlet ≥ 220 °C for 60 s, power ≥ 10 % of rated (or fuel ≥ 20 % of its 95th percentile)',
      ppm.reason ?? 'noSamples',
    ),
    figure('20 s means, mean', meanOf(ppm.all), 'ppm', 'downstream NOx over qualified time, to 5 ppm', 'noSamples'),
  ];
}

/** Mean of a histogram in steps of 5 ppm, by the middles of its bins. */
function meanOf(histogram: readonly number[]): number | null {
  let weighted = 0;
  let seconds = 0;
  for (let at = 0; at + 1 < histogram.length; at += 2) {
    weighted += ((histogram[at] as number) + 0.5) * 5 * (histogram[at + 1] as number);
    seconds += histogram[at + 1] as number;
  }
  return seconds > 0 ? weighted / seconds : null;
}

/** PM as an indicator, and the filter. */
export function smokeFigures({ smoke, dpf, method }: DaySummary): ReportedFigure[] {
  const from = smoke.source === null ? '' : `, from ${smoke.source}`;
  return [
    figure(
      'PM indicator, mean',
      smoke.meanMgM3,
      'mg/m³',
      `over ${smoke.seconds.toFixed(0)} s of the running engine${from}; ±50 %, never against a limit`,
      'noPm',
    ),
    figure('PM indicator, median', smoke.medianMgM3, 'mg/m³', 'of the same', 'noPm'),
    figure('time above 5 × median', smoke.highShare, '1', 'share of the same', 'noPm'),
    figure(
      'visible smoke',
      smoke.source === null ? null : smoke.visibleEvents,
      'times',
      'above 1.2 1/m, or what stands for it, for more than 5 s',
      'noPm',
    ),
    figure(
      'PM',
      smoke.massG,
      'g',
      'Σ indicator × exhaust volume at 0 °C over the seconds with an exhaust flow',
      method.flow === null ? 'noFlow' : 'noPm',
    ),
    figure(
      'filter resistance, median',
      dpf.median,
      'kPa s/m³',
      `pressure drop / exhaust volume above 0.15 m³/s, ${dpf.samples} samples`,
      'noSamples',
    ),
  ];
}

/** Tanks: what was used, and what came or went at once. */
export function tankFigures({ fuelTank, ureaTank }: DaySummary, tell: (sec: number) => string): ReportedFigure[] {
  return (
    [
      ['fuel', fuelTank],
      ['urea', ureaTank],
    ] as const
  ).flatMap(([name, tank]) => [
    figure(
      `${name} level used`,
      tank.usedPct,
      '%',
      'settled level at the beginning − at the end, refills and thefts taken out',
      tank.reason ?? 'noSamples',
    ),
    ...tank.events.map(({ kind, fromSec, beforePct, afterPct, litres }) =>
      figure(`${name} ${kind}`, litres, 'L', `${tell(fromSec)}: ${beforePct.toFixed(1)} → ${afterPct.toFixed(1)} %`, 'noTank'),
    ),
  ]);
}
