import type { AnalysisReport, ReportedFigure } from './report-form.ts';

/** Why a figure is not there, in words. */
const REASONS: Readonly<Record<string, string>> = {
  zeroDistance: 'no distance',
  zeroWork: 'no work',
  zeroFuel: 'no fuel',
  zeroTime: 'no valid seconds',
  zeroEmission: 'no engine-out NOx',
  noSamples: 'no samples',
  notSent: 'not sent',
  tooFew: 'too few',
  outsideRange: 'outside its range',
  noParameter: 'a parameter is missing',
  noSeries: 'a needed channel is missing',
  noReference: 'no reference (give --power or --wref)',
  noRatedPower: 'no rated power (--power)',
  noWindows: 'no window reaches the reference',
  noFlow: 'no way to the exhaust flow',
  noUpstream: 'no seconds with both NOx sensors, and the dosing where it is sent',
  noHotPairs: 'no seconds with both NOx sensors and an inlet of 250–450 °C',
  noPm: 'no PM sensor, light absorption or opacity in the file',
  noTank: 'size of the tank not given (--fuel-tank, --urea-tank)',
  noReadings: 'no readings of a level',
  frozen: 'the solution may have been frozen',
  notSettled: 'no level that settled',
  tooFewValid: 'less than half of the windows are valid at the lowest threshold',
};

/** The report in lines, for reading. */
export function renderAnalysis(report: AnalysisReport): string {
  const { file, time, completeness, method } = report;
  const lines: string[] = [
    `${file.name}: ${file.format}, ${file.rows} rows, one every ${time.periodS} s`,
    `from ${time.from} to ${time.to} (${number(time.seconds / 3600, 2)} h)`,
    `columns: ${Object.entries(file.columns)
      .map(([channel, name]) => (channel === name ? channel : `${channel} = ${name}`))
      .join(', ')}`,
    ...(file.unused.length > 0 ? [`not used: ${file.unused.join(', ')}`] : []),
    ...file.notes,
    '',
    'Completeness',
    ...completeness.figures.map((each) => `  ${told(each)}  (${completeness.received} of ${number(completeness.due, 0)})`),
    `  gaps: ${completeness.gaps}, longest ${number(completeness.longestGapS, 0)} s; repeated times: ${report.duplicates.dropped} dropped, ${report.duplicates.moved} moved, ${report.duplicates.averaged} averaged; out of order: ${report.duplicates.outOfOrder}`,
    '  channel                  valid  valid hot  effective   not valid because',
    ...Object.entries(completeness.channels).map(([channel, found]) => channelLine(channel, found)),
    '',
    'Dropped before windowing (samples)',
    `  ${dropped(report)}`,
    ...(report.unchecked.length > 0 ? [`  not checked, because not in the file: ${report.unchecked.join(', ')}`] : []),
    '',
    `Method: class ${method.class ?? '– (no mass)'}; NOx as ${method.massBasis}, u = ${method.uNox}; exhaust flow by ${method.exhaustFlow ?? 'nothing'} (${percent(method.flowCoverage)} of engine-on samples); torque ${method.torque ?? 'unknown'}${method.torque === null ? '' : method.torqueConfirmed ? ', confirmed' : ', not confirmed'} (${method.torqueReason}); NOx shifted by ${lag(method.noxLagS)}, upstream by ${lag(method.noxUpLagS)}`,
    '',
    'Totals and factors',
    ...report.figures.map((each) => `  ${told(each).padEnd(34)} ${each.definition}`),
    '',
    'Catalyst and urea',
    ...report.aftertreatment.map((each) => `  ${told(each).padEnd(34)} ${each.definition}`),
    '',
    'Particulates (indicator)',
    ...report.smoke.map((each) => `  ${told(each).padEnd(34)} ${each.definition}`),
    '',
    'Tanks',
    ...report.tanks.map((each) => `  ${told(each).padEnd(34)} ${each.definition}`),
    '',
    'Moving-average windows',
    ...report.windows.flatMap((each) => windowLines(each, report.limitGPerKwh)),
    '',
    'EPA two bins (300 s windows)',
    ...report.bins.map((each) => `  ${told(each).padEnd(50)} ${each.definition}`),
    '',
    'By speed and power (seconds with valid NOx mass)',
    ...binLines(report.operation, 'speed, power or rated power is not known'),
    '',
    `By MOVES operating mode${report.summary.method.modesOf === null ? '' : ` (road load of ${report.summary.method.modesOf})`}`,
    ...binLines(report.modes, 'needs speed at 1 Hz'),
    '',
    `Trips: ${report.trips.length}`,
    ...report.trips.map(
      (trip) =>
        `  ${trip.from}  ${number(Number(trip.seconds) / 60, 1)} min  ${number(Number(trip.km), 1)} km  ${number(Number(trip.noxG), 1)} g  ${maybe(trip.gPerKwh, 2)} g/kWh  ${maybe(trip.gPerKm, 2)} g/km  NOx valid ${trip.noxValidShare === null ? '–' : percent(Number(trip.noxValidShare))}  ${tripWindows(trip)}`,
    ),
    ...(report.days.length > 0 ? ['', 'Days (each as the service evaluates it)', ...report.days.map(dayLine)] : []),
    ...(report.warnings.length > 0 ? ['', 'Note', ...report.warnings.map((each) => `  ${each}`)] : []),
    '',
    'Left out of what the service does',
    ...report.leftOut.map((each) => `  ${each}`),
    '',
    'A figure from remote data is a lead (疑似超标线索) until a lawful test confirms it. Marks: [C] certain, [L] likely, [M] from memory, to be checked against the printed standard.',
  ];
  return lines.join('\n');
}

function lag(seconds: number | null): string {
  return seconds === null ? '0 s (no lag found)' : `${seconds} s`;
}

function binLines(bins: AnalysisReport['operation'], none: string): string[] {
  if (bins.length === 0) return [`  none: ${none}`];
  return bins.map(
    ({ bin, seconds, noxG, gPerHour, gPerKwh }) =>
      `  ${bin.padEnd(32)}${number(seconds, 0).padStart(7)} s ${number(noxG, 2).padStart(10)} g ${number(gPerHour, 1).padStart(9)} g/h${gPerKwh === null ? '' : ` ${number(gPerKwh, 3).padStart(8)} g/kWh`}`,
  );
}

function tripWindows(trip: AnalysisReport['trips'][number]): string {
  const kind = `${trip.windowKind} windows:`;
  return trip.windowsVoid === null
    ? `${kind} ${trip.windowsValid} valid, 90th percentile ${maybe(trip.p90GPerKwh, 3)} g/kWh`
    : `${kind} void (${REASONS[String(trip.windowsVoid)] ?? trip.windowsVoid})`;
}

function dayLine({ date, samples, totals, work, fuel }: AnalysisReport['days'][number]): string {
  const windows = (
    [
      ['work', work],
      ['fuel', fuel],
    ] as const
  ).map(([name, day]) =>
    day.void === null
      ? `${name} windows ${day.valid} valid, 90th percentile ${maybe(day.p90, 3)} g/kWh`
      : `${name} windows void (${REASONS[day.void] ?? day.void})`,
  );
  return `  ${date}  ${samples} samples  ${number(totals.noxG, 1)} g NOx  ${number(totals.workKwh, 2)} kWh  ${windows.join('; ')}`;
}

function channelLine(channel: string, found: Readonly<Record<string, number | null>>): string {
  const why = Object.entries(found)
    .filter(([name, n]) => !['valid', 'validRate', 'hotValidRate', 'effectiveRate'].includes(name) && (n ?? 0) > 0)
    .map(([name, n]) => `${name} ${n}`)
    .join(', ');
  const rate = (name: string): string => {
    const value = found[name];
    return (value === null || value === undefined ? '–' : percent(value)).padStart(9);
  };
  return `  ${channel.padEnd(20)}${rate('validRate')}  ${rate('hotValidRate')}  ${rate('effectiveRate')}   ${why}`.trimEnd();
}

function dropped(report: AnalysisReport): string {
  const found = Object.entries(report.excluded).filter(([, n]) => n > 0);
  return found.length === 0 ? 'none' : found.map(([why, n]) => `${why}: ${n}`).join('; ');
}

function windowLines(each: AnalysisReport['windows'][number], limit: number | null): string[] {
  const head = `  ${each.method}: ${each.windows} windows of ${each.reference === null ? '–' : number(each.reference, 2)} ${each.referenceUnit} (the data hold ${maybe(each.references, 1)} of them), class ${each.class ?? '–'}`;
  const verdict =
    each.void === null
      ? `    valid ${each.valid} (${percent(each.validShare)}) at ${each.thresholdPct} % of rated power; 90th percentile ${maybe(each.p90GPerKwh, 3)}, mean ${maybe(each.meanGPerKwh, 3)}, highest ${maybe(each.maxGPerKwh, 3)} g/kWh`
      : `    void: ${REASONS[each.void] ?? each.void}${each.windows > 0 ? ` (valid ${each.valid}, ${percent(each.validShare)})` : ''}`;
  const judged =
    limit === null || each.passes === null
      ? []
      : [
          `    ${each.withinLimit} of ${each.valid} (${percent(each.withinLimitShare ?? 0)}) keep ${limit} g/kWh; 90 % are needed: ${each.passes ? 'kept' : 'not kept'}`,
        ];
  return [head, verdict, ...judged];
}

function told(each: ReportedFigure): string {
  if (each.value === null) return `${each.name}: – (${REASONS[each.reason ?? ''] ?? each.reason})`;
  return each.unit === '1'
    ? `${each.name}: ${percent(each.value)}`
    : `${each.name}: ${number(each.value, each.unit === 's' ? 0 : 3)} ${each.unit}`;
}

function number(value: number, decimals: number): string {
  return value.toFixed(decimals);
}

function maybe(value: string | number | null | undefined, decimals: number): string {
  return typeof value === 'number' ? value.toFixed(decimals) : '–';
}

function percent(value: number): string {
  return `${(100 * value).toFixed(1)} %`;
}
