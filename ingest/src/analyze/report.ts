import {
  type Figure,
  JUDGED_NAMES,
  type MethodClass,
  type NoFigure,
  summarise,
  uNox,
  type WindowResult,
  windowClass,
  withinLimit,
} from '@plume/ingest/emissions';
import type { Assessment } from './assess.ts';
import type { DataFile } from './data-file.ts';
import type { AnalyzeOptions } from './options.ts';
import type { AnalysisReport, ReportedFigure, ReportedWindows } from './report-form.ts';
import { writeTime } from './time-text.ts';

function reported(name: string, figure: Figure, unit: string, definition: string): ReportedFigure {
  return { name, value: figure.value, unit, reason: figure.reason, definition };
}

function sum(name: string, value: number, unit: string, definition: string): ReportedFigure {
  return { name, value, unit, reason: null, definition };
}

/** The sum of what was never known is no figure, and neither is anything made with it: so long as `known` fails, the reason stands in its place. */
function unless(known: boolean, reason: NoFigure, of: ReportedFigure): ReportedFigure {
  return known ? of : { ...of, value: null, reason };
}

/** Puts an assessment into the form that is printed. */
export function reportOf(file: DataFile, name: string, assessment: Assessment, options: AnalyzeOptions): AnalysisReport {
  const { trace, derived, completeness, totals, factors, scr, windows, bins, lag } = assessment;
  const { timeSec, count } = trace;
  const dated = file.timeForm !== 'seconds from the start';
  const tell = (sec: number): string => (dated ? writeTime(sec, options.offsetS) : `${sec} s`);
  const first = timeSec[0] ?? 0;
  const last = timeSec[count - 1] ?? 0;
  // Steps slower than 1 Hz make windows class B (emissions §2.7).
  const massClass = derived.workClass ?? derived.fuelClass;
  const ofNox = (of: ReportedFigure): ReportedFigure => unless(totals.noxValidS > 0, 'zeroTime', of);
  const ofFuel = (of: ReportedFigure): ReportedFigure => unless(trace.columns.fuelRateLph !== undefined, 'notSent', of);
  return {
    file: {
      name,
      format: file.format,
      rows: file.timeSec.length,
      columns: Object.fromEntries(file.columns.map(({ channel, name: column }) => [channel, column])),
      unused: file.unused,
      notes: file.notes,
    },
    time: {
      from: tell(first),
      to: tell(last),
      seconds: last - first + assessment.periodS,
      periodS: assessment.periodS,
      form: file.timeForm,
    },
    duplicates: assessment.duplicates,
    completeness: {
      received: completeness.received,
      due: completeness.due,
      engineOnS: completeness.engineOnS,
      figures: [
        reported(
          'transmission rate',
          completeness.transmissionRate,
          '1',
          'engine-on samples received / due (engine-on seconds / period; a gap counts when the engine ran on both sides and the truck moved 0.1 km)',
        ),
      ],
      gaps: completeness.gaps.length,
      longestGapS: completeness.gaps.reduce((most, gap) => Math.max(most, gap.toSec - gap.fromSec), 0),
      channels: Object.fromEntries(
        Object.entries(completeness.channels).map(([channel, found]) => [
          channel,
          {
            ...found.counts,
            validRate: found.validRate.value,
            hotValidRate: found.hotValidRate.value,
            effectiveRate: found.effectiveRate.value,
          },
        ]),
      ),
    },
    excluded: Object.fromEntries([
      ...JUDGED_NAMES.filter((code) => code !== 'valid').map(
        (code) => [`NOx ${code}`, completeness.channels.noxDownPpm?.counts[code] ?? 0] as const,
      ),
      ...(['engineOff', 'ambient', 'altitude', 'coolant', 'noNox', 'noPower', 'noFuel'] as const).map(
        (why) => [`windows: ${why}`, windows.dropped[why]] as const,
      ),
    ]),
    method: {
      class: massClass,
      massBasis: 'NO2',
      exhaustFlow: derived.flow.method,
      flowCoverage: derived.flow.coverage,
      torque: derived.torque.kind,
      torqueConfirmed: derived.torque.confirmed,
      torqueReason: derived.torque.reason,
      noxLagS: lag?.lagS ?? null,
      uNox: uNox(options.vehicle.stage),
    },
    figures: [
      sum('engine on', totals.engineOnS, 's', 'seconds with engine speed of 300 rpm or more, hold-last'),
      sum('NOx valid', totals.noxValidS, 's', 'engine-on seconds with a valid NOx reading and an exhaust flow'),
      ofNox(sum('NOx', totals.noxG, 'g', 'Σ u·ppm·exhaust/3600·dt over NOx valid, as NO2; gaps not filled')),
      ofFuel(sum('CO2', totals.co2G / 1000, 'kg', 'Σ fuel × 3.173 kg/kg')),
      ofFuel(sum('fuel', totals.fuelKg, 'kg', 'Σ L/h × density')),
      unless(
        derived.powerKw.some((kw) => !Number.isNaN(kw)),
        'notSent',
        sum('work', totals.workKwh, 'kWh', 'Σ positive net power × dt'),
      ),
      unless(trace.columns.speedKmh !== undefined, 'notSent', sum('distance', totals.distanceKm, 'km', 'Σ speed × dt')),
      ofNox(reported('NOx for work', factors.gPerKwh, 'g/kWh', 'Σ g / Σ kWh over the seconds with both')),
      ofNox(reported('NOx for distance', factors.gPerKm, 'g/km', 'Σ g / Σ km over the seconds with both')),
      ofNox(reported('NOx for fuel', factors.gPerKgFuel, 'g/kg', 'Σ g / Σ kg fuel over the seconds with both')),
      ofNox(reported('NOx for time', factors.gPerHour, 'g/h', 'Σ g / Σ h with valid NOx')),
      reported('fuel for work', factors.bsfcGPerKwh, 'g/kWh', 'Σ fuel / Σ work, whole file'),
      reported('SCR efficiency', scr.efficiency, '1', `1 − Σ(down·G)/Σ(up·G), inlet 250–450 °C, ${scr.seconds} s`),
    ],
    windows: [windows.work, windows.co2, windows.fuel].map((result) =>
      reportedWindows(result, result.kind === 'work' ? derived.workClass : derived.fuelClass, options.limitGPerKwh),
    ),
    limitGPerKwh: options.limitGPerKwh,
    bins: [
      reported(
        'bin 1 (CO2 ≤ 6 % of rated)',
        bins.bin1.gPerHour,
        'g/h',
        `Σ NOx / Σ t over ${bins.bin1.windows} windows of 300 s (40 CFR 1036.530 asks for 2400)`,
      ),
      reported(
        'bin 2 (above)',
        bins.bin2.gPerKwh,
        'g/kWh',
        `Σ NOx / Σ CO2 × reference CO2 over ${bins.bin2.windows} windows of 300 s (40 CFR 1036.530 asks for 10 000)`,
      ),
    ],
    binWindows: { bin1: bins.bin1.windows, bin2: bins.bin2.windows },
    trips: assessment.trips.map((trip) => ({
      from: tell(trip.fromSec),
      seconds: trip.toSec - trip.fromSec,
      km: trip.totals.distanceKm,
      noxG: trip.totals.noxG,
      gPerKwh: trip.factors.gPerKwh.value,
      gPerKm: trip.factors.gPerKm.value,
      noxValidShare: share(trip.totals.noxValidS, trip.totals.engineOnS),
    })),
    unchecked: assessment.unchecked,
    warnings: assessment.warnings,
  };
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

const METHODS = {
  work: ['work-based (582/2011 Annex II App. 1; GB 17691-2018 Annex K) [M+]', 'kWh'],
  co2: ['CO2-based [M+]', 'g CO2'],
  fuel: ['fuel-based [M]', 'kg fuel'],
} as const;

function reportedWindows(result: WindowResult, massClass: MethodClass | null, limit: number | null): ReportedWindows {
  const found = summarise(result);
  const within = limit === null ? null : withinLimit(result, limit);
  const [method, referenceUnit] = METHODS[result.kind];
  return {
    method,
    class: windowClass(result, massClass),
    windows: result.spans.count,
    valid: result.validCount,
    validShare: result.validShare,
    thresholdPct: result.thresholdPct,
    p90GPerKwh: found?.p90 ?? null,
    meanGPerKwh: found?.mean ?? null,
    maxGPerKwh: found?.max ?? null,
    reference: result.reference?.value ?? null,
    referenceUnit,
    references: result.references,
    void: result.void,
    withinLimit: within?.within ?? null,
    withinLimitShare: within?.share ?? null,
    passes: within?.passes ?? null,
  };
}
