import {
  type Figure,
  factorsOf,
  JUDGED_NAMES,
  type NoFigure,
  POWER_EDGES,
  SPEED_EDGES_KMH,
  type Totals,
  uNox,
} from '@plume/ingest/emissions';
import { type DaySummary, withinOf } from '@plume/ingest/rules';
import type { Assessment } from './assess.ts';
import type { DataFile } from './data-file.ts';
import { LEFT_OUT } from './left-out.ts';
import type { AnalyzeOptions } from './options.ts';
import type { AnalysisReport, ReportedBin, ReportedFigure, ReportedWindows } from './report-form.ts';
import { aftertreatmentOf, smokeFigures, tankFigures } from './report-parts.ts';
import { writeClock, writeTime } from './time-text.ts';

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

/** How times of a file are told. */
function timeTeller({ timeForm }: DataFile, offsetS: number): (sec: number) => string {
  if (timeForm === 'seconds from the start') return (sec) => `${sec} s`;
  return timeForm === 'time of day' ? writeClock : (sec) => writeTime(sec, offsetS);
}

/** Puts an assessment into the form that is printed. */
export function reportOf(file: DataFile, name: string, assessment: Assessment, options: AnalyzeOptions): AnalysisReport {
  const { summary, prepared, completeness } = assessment;
  const { timeSec, count, columns } = prepared.day.trace;
  const { method } = summary;
  const tell = timeTeller(file, options.offsetS);
  const first = timeSec[0] ?? 0;
  const last = timeSec[count - 1] ?? 0;
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
      seconds: last - first + summary.periodS,
      periodS: summary.periodS,
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
        (why) => [`windows: ${why}`, prepared.windows.dropped[why]] as const,
      ),
    ]),
    method: {
      class: method.workClass ?? method.fuelClass,
      massBasis: 'NO2',
      exhaustFlow: method.flow,
      flowCoverage: prepared.day.flow.coverage,
      torque: method.torque.kind,
      torqueConfirmed: method.torque.confirmed,
      torqueReason: method.torque.reason,
      noxLagS: method.lagDownS,
      noxUpLagS: method.lagUpS,
      uNox: uNox(options.vehicle.stage),
    },
    figures: figuresOf(summary.totals, {
      fuel: columns.fuelRateLph !== undefined,
      speed: columns.speedKmh !== undefined,
      power: prepared.day.powerKw.some((kw) => !Number.isNaN(kw)),
    }),
    aftertreatment: aftertreatmentOf(summary),
    smoke: smokeFigures(summary),
    tanks: tankFigures(summary, tell),
    windows: (['work', 'co2', 'fuel'] as const).map((kind) => reportedWindows(summary, kind, options.limitGPerKwh)),
    limitGPerKwh: options.limitGPerKwh,
    bins: binFigures(summary),
    binWindows: { bin1: summary.bins.bin1Windows, bin2: summary.bins.bin2Windows },
    operation: operationOf(summary),
    modes: summary.modes.map(({ mode, seconds, noxG }) => binOf(`mode ${mode}`, seconds, noxG, null)),
    trips: summary.trips.map((trip) => {
      const { gPerKwh, gPerKm } = factorsOf(trip.totals);
      return {
        from: tell(trip.fromSec),
        seconds: trip.toSec + summary.periodS - trip.fromSec,
        km: trip.totals.distanceKm,
        noxG: trip.totals.noxG,
        gPerKwh: gPerKwh.value,
        gPerKm: gPerKm.value,
        noxValidShare: share(trip.totals.noxValidS, trip.totals.engineOnS),
        windowKind: trip.kind,
        windowsValid: trip.valid,
        windowsValidShare: trip.validShare,
        windowsVoid: trip.void,
        p90GPerKwh: trip.p90,
      };
    }),
    unchecked: assessment.unchecked,
    warnings: assessment.warnings,
    leftOut: LEFT_OUT,
    summary,
    days: assessment.days,
  };
}

/** What was ever known of a file. */
interface Known {
  readonly fuel: boolean;
  readonly speed: boolean;
  readonly power: boolean;
}

function figuresOf(totals: Totals, known: Known): ReportedFigure[] {
  const factors = factorsOf(totals);
  const ofNox = (of: ReportedFigure): ReportedFigure => unless(totals.noxValidS > 0, 'zeroTime', of);
  const ofFuel = (of: ReportedFigure): ReportedFigure => unless(known.fuel, 'notSent', of);
  return [
    sum('engine on', totals.engineOnS, 's', 'seconds with engine speed of 300 rpm or more, hold-last'),
    sum('NOx valid', totals.noxValidS, 's', 'engine-on seconds with a valid NOx reading and an exhaust flow'),
    ofNox(sum('NOx', totals.noxG, 'g', 'Σ u·ppm·exhaust/3600·dt over NOx valid, as NO2; gaps not filled')),
    ofFuel(sum('CO2', totals.co2G / 1000, 'kg', 'Σ fuel × 3.173 kg/kg')),
    ofFuel(sum('fuel', totals.fuelKg, 'kg', 'Σ L/h × density')),
    unless(known.power, 'notSent', sum('work', totals.workKwh, 'kWh', 'Σ positive net power × dt')),
    unless(known.speed, 'notSent', sum('distance', totals.distanceKm, 'km', 'Σ speed × dt')),
    ofNox(reported('NOx for work', factors.gPerKwh, 'g/kWh', 'Σ g / Σ kWh over the seconds with both')),
    ofNox(reported('NOx for distance', factors.gPerKm, 'g/km', 'Σ g / Σ km over the seconds with both')),
    ofNox(reported('NOx for fuel', factors.gPerKgFuel, 'g/kg', 'Σ g / Σ kg fuel over the seconds with both')),
    ofNox(reported('NOx for time', factors.gPerHour, 'g/h', 'Σ g / Σ h with valid NOx')),
    reported('fuel for work', factors.bsfcGPerKwh, 'g/kWh', 'Σ fuel / Σ work, whole file'),
  ];
}

function binFigures({ bins, facts }: DaySummary): ReportedFigure[] {
  const reason = facts.ratedPowerKw === null ? 'noRatedPower' : 'noWindows';
  return [
    {
      name: 'bin 1 (CO2 ≤ 6 % of rated)',
      value: bins.bin1GPerHour,
      unit: 'g/h',
      reason: bins.bin1GPerHour === null ? reason : null,
      definition: `Σ NOx / Σ t over ${bins.bin1Windows} windows of 300 s (40 CFR 1036.530 asks for 2400)`,
    },
    {
      name: 'bin 2 (above)',
      value: bins.bin2GPerKwh,
      unit: 'g/kWh',
      reason: bins.bin2GPerKwh === null ? reason : null,
      definition: `Σ NOx / Σ CO2 × reference CO2 over ${bins.bin2Windows} windows of 300 s (40 CFR 1036.530 asks for 10 000)`,
    },
  ];
}

function binOf(bin: string, seconds: number, noxG: number, workKwh: number | null): ReportedBin {
  return { bin, seconds, noxG, gPerHour: (noxG * 3600) / seconds, gPerKwh: share(noxG, workKwh ?? 0) };
}

/** Bins of speed and power in which the truck was (CARB REAL bins; emissions §1.6). [M] */
function operationOf({ operation }: DaySummary): ReportedBin[] {
  return operation.flatMap(({ seconds, noxG, workKwh }, i) =>
    seconds > 0 ? [binOf(operationName(i), seconds, noxG, workKwh)] : [],
  );
}

function operationName(bin: number): string {
  if (bin === 0) return 'standing';
  const classes = POWER_EDGES.length + 1;
  const speed = bandName(Math.floor((bin - 1) / classes), SPEED_EDGES_KMH, 1);
  return `${speed} km/h, power ${bandName((bin - 1) % classes, POWER_EDGES, 100)} %`;
}

function bandName(at: number, edges: readonly number[], times: number): string {
  const low = edges[at - 1];
  const high = edges[at];
  if (high === undefined) return `> ${(low ?? 0) * times}`;
  return `${(low ?? 0) * times}–${high * times}`;
}

function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

const METHODS = {
  work: ['work-based (582/2011 Annex II App. 1; GB 17691-2018 Annex K) [M+]', 'kWh'],
  co2: ['CO2-based [M+]', 'g CO2'],
  fuel: ['fuel-based [M]', 'kg fuel'],
} as const;

function reportedWindows(summary: DaySummary, kind: keyof typeof METHODS, limit: number | null): ReportedWindows {
  const day = summary[kind];
  const within = limit === null ? null : withinOf(day, limit);
  const [method, referenceUnit] = METHODS[kind];
  return {
    method,
    class: day.class,
    windows: day.count,
    valid: day.valid,
    validShare: day.validShare,
    thresholdPct: day.thresholdPct,
    p90GPerKwh: day.p90,
    meanGPerKwh: day.mean,
    maxGPerKwh: day.max,
    reference: day.reference?.value ?? null,
    referenceUnit,
    references: day.references,
    void: day.void,
    withinLimit: within?.within ?? null,
    withinLimitShare: within?.share ?? null,
    passes: within?.passes ?? null,
  };
}
