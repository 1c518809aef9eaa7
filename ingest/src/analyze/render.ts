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
    `Method: class ${method.class ?? '– (no mass)'}; NOx as ${method.massBasis}, u = ${method.uNox}; exhaust flow by ${method.exhaustFlow ?? 'nothing'} (${percent(method.flowCoverage)} of engine-on samples); torque ${method.torque ?? 'unknown'}${method.torque === null ? '' : method.torqueConfirmed ? ', confirmed' : ', not confirmed'} (${method.torqueReason}); NOx shifted by ${method.noxLagS === null ? '0 s (no lag found)' : `${method.noxLagS} s`}`,
    '',
    'Totals and factors',
    ...report.figures.map((each) => `  ${told(each).padEnd(34)} ${each.definition}`),
    '',
    'Moving-average windows',
    ...report.windows.flatMap((each) => windowLines(each, report.limitGPerKwh)),
    '',
    'EPA two bins (300 s windows)',
    ...report.bins.map((each) => `  ${told(each).padEnd(50)} ${each.definition}`),
    '',
    `Trips: ${report.trips.length}`,
    ...report.trips.map(
      (trip) =>
        `  ${trip.from}  ${number(Number(trip.seconds) / 60, 1)} min  ${number(Number(trip.km), 1)} km  ${number(Number(trip.noxG), 1)} g  ${maybe(trip.gPerKwh, 2)} g/kWh  ${maybe(trip.gPerKm, 2)} g/km  NOx valid ${trip.noxValidShare === null ? '–' : percent(Number(trip.noxValidShare))}`,
    ),
    ...(report.warnings.length > 0 ? ['', 'Note', ...report.warnings.map((each) => `  ${each}`)] : []),
    '',
    'A figure from remote data is a lead (疑似超标线索) until a lawful test confirms it. Marks: [C] certain, [L] likely, [M] from memory, to be checked against the printed standard.',
  ];
  return lines.join('\n');
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
