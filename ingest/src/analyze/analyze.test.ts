import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { getQuality, QUALITY, QUALITY_BYTES, SIGNAL_COUNT, SIGNALS, signalIndex, toPhysical } from '@plume/ingest/protocol';
import { type DayInput, evaluateDay, parametersWith } from '@plume/ingest/rules';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { afterAll, describe, expect, it } from 'vitest';
import { analyzeBytes, analyzeFile } from './analyze-file.ts';
import type { AnalyzeArgs } from './options.ts';
import { renderAnalysis } from './render.ts';
import type { AnalysisReport } from './report-form.ts';
import { DAY_FROM, DAY_S, drive, inputOf, type Row } from './test-day.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const vector = (name: string): Uint8Array => readFileSync(new URL(`./vectors/${name}`, import.meta.url));

async function reportOf(text: string | Uint8Array, args: AnalyzeArgs = {}): Promise<AnalysisReport> {
  const found = await analyzeBytes(typeof text === 'string' ? bytes(text) : text, 'test.csv', args);
  if (!found.ok) throw new Error(found.error);
  return found.value;
}

async function errorOf(text: string | Uint8Array, args: AnalyzeArgs = {}): Promise<string> {
  const found = await analyzeBytes(typeof text === 'string' ? bytes(text) : text, 'test.csv', args);
  return found.ok ? 'no error' : found.error;
}

const figure = (report: AnalysisReport, name: string): number | null =>
  [...report.figures, ...report.bins, ...report.completeness.figures].find((each) => each.name === name)?.value ?? null;

/** Data that are fine; `join` makes the file. */
const HEADER = ['time', 'engineRpm', 'noxDownPpm', 'fuelRateLph', 'airFlowKgh'];
const rowsOf = (n: number): string[][] =>
  Array.from({ length: n }, (_, i) => [
    String(1_763_600_400 + i),
    String(1200 + (i % 90)),
    String(200 + (i % 7)),
    String(20 + (i % 5)),
    String(400 + (i % 11)),
  ]);
const csv = (rows: readonly (readonly string[])[], delimiter = ',', end = '\n'): string =>
  rows.map((row) => row.join(delimiter)).join(end);

const STEADY: AnalyzeArgs = {
  map: 'time=Timestamp,noxDownPpm=NOx_ppm',
  stage: 'V',
  power: '250',
  torque: '1900',
  'torque-kind': 'indicated',
  wref: '10',
  limit: '4',
};

describe('a steady hour of the worked examples, from a Parquet file of another writer', () => {
  it('has the figures of E2, E3 and E5', async () => {
    const report = await reportOf(vector('steady-hour.parquet'), STEADY);
    expect(report.file).toMatchObject({ format: 'Parquet', rows: 3600, unused: ['Driver'] });
    expect(report.time).toMatchObject({ periodS: 1, seconds: 3600, from: '2025-11-20 09:00:00 +08:00' });
    // 60 s until the sensor counts, in which the first missing value lies not; 36 values are missing.
    expect(figure(report, 'NOx valid')).toBe(3600 - 60 - 36);
    expect(figure(report, 'NOx')).toBeCloseTo((695.163 * (3600 - 96)) / 3600, 2);
    expect(figure(report, 'work')).toBeCloseTo(149.226, 3);
    expect(figure(report, 'NOx for work')?.toFixed(3)).toBe('4.658');
    expect(figure(report, 'NOx for fuel')?.toFixed(2)).toBe('23.13');
    expect(figure(report, 'NOx for distance')).toBeCloseTo(695.163 / 72, 4);
    expect(figure(report, 'fuel for work')?.toFixed(1)).toBe('201.4');
    expect(figure(report, 'CO2')).toBeCloseTo(26.495 * 3.6, 2);
    expect(report.method).toMatchObject({ class: 'A', exhaustFlow: 'airFlow', torque: 'indicated', torqueConfirmed: true });
    expect(report.completeness.channels.noxDownPpm).toMatchObject({ missing: 36, notReady: 60, valid: 3504 });
    const [work] = report.windows;
    expect(work).toMatchObject({ class: 'A', void: null, withinLimit: 0, passes: false, validShare: 1, thresholdPct: 20 });
    expect(work?.p90GPerKwh?.toFixed(3)).toBe('4.658');
    // The smallest window holds ceil(10 kWh / (149.226/3600 kWh)) = 242 samples of the 3504.
    expect(work?.windows).toBe(3504 - 242 + 1);
  });

  it('reads the same from CSV', async () => {
    const rows = Array.from({ length: 3600 }, (_, i) => [
      new Date((1_763_600_400 + i) * 1000).toISOString(),
      '1500',
      '60',
      '10',
      '36',
      '700',
      i % 100 === 99 ? '' : '600',
      '85',
      '72',
    ]);
    const header = [
      'Timestamp',
      'engineRpm',
      'netTorquePct',
      'frictionTorquePct',
      'fuelRateLph',
      'airFlowKgh',
      'NOx_ppm',
      'coolantTempC',
      'speedKmh',
    ];
    const fromCsv = await reportOf(csv([header, ...rows], ';', '\r\n'), STEADY);
    const fromParquet = await reportOf(vector('steady-hour.parquet'), STEADY);
    expect(fromCsv.figures).toEqual(fromParquet.figures);
    expect(fromCsv.windows).toEqual(fromParquet.windows);
    expect(fromCsv.time.from).toBe(fromParquet.time.from);
  });

  it('has no figure of what is not in the file, and says why', async () => {
    const rows = Array.from({ length: 600 }, (_, i) => [String(i), '1500', '85']);
    const report = await reportOf(csv([['time', 'engineRpm', 'coolantTempC'], ...rows], ',', '\n'), { ...STEADY, map: '' });
    const told = Object.fromEntries(report.figures.map(({ name, value, reason }) => [name, value ?? reason]));
    expect(told).toMatchObject({
      'engine on': 600,
      NOx: 'zeroTime',
      CO2: 'notSent',
      fuel: 'notSent',
      work: 'notSent',
      distance: 'notSent',
      'NOx for work': 'zeroTime',
      'NOx for distance': 'zeroTime',
      'fuel for work': 'zeroWork',
    });
    expect(renderAnalysis(report)).toContain('NOx: – (no valid seconds)');
  });

  it('is told in lines that carry unit, definition, share and class', async () => {
    const text = renderAnalysis(await reportOf(vector('steady-hour.parquet'), STEADY));
    expect(text).toContain('NOx for work: 4.658 g/kWh');
    expect(text).toContain('Σ g / Σ kWh over the seconds with both');
    expect(text).toContain('transmission rate: 100.0 %');
    expect(text).toContain('class A');
    expect(text).toContain('not kept');
    expect(text).toContain('疑似超标线索');
    expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
  });
});

describe('CSV in the forms loggers write', () => {
  const good = [HEADER, ...rowsOf(120)];
  it.each([
    ['comma', csv(good)],
    ['semicolon', csv(good, ';')],
    ['tab and CRLF', csv(good, '\t', '\r\n')],
    ['bar and CR', csv(good, '|', '\r')],
    ['a byte-order mark', `\uFEFF${csv(good)}`],
    ['quotes', good.map((row) => row.map((field) => `"${field}"`).join(',')).join('\n')],
    ['a blank line at the end', `${csv(good)}\n\n`],
    ['units in brackets', csv([HEADER.map((name, i) => (i === 2 ? `${name} [ppm]` : name)), ...rowsOf(120)])],
    ['other case', csv([HEADER.map((name) => name.toUpperCase()), ...rowsOf(120)])],
    ['a units row', csv([HEADER, ['s', '1/min', 'ppm', 'l/h', 'kg/h'], ...rowsOf(120)])],
    ['a partial units row', csv([HEADER, ['', 'rpm', 'ppm', '', ''], ...rowsOf(120)])],
  ])('with %s', async (_name, text) => {
    const report = await reportOf(text);
    expect(report.file.rows).toBe(120);
    expect(report.figures).toEqual((await reportOf(csv(good))).figures);
    expect(figure(report, 'fuel')).toBeCloseTo((22 * 0.835 * 120) / 3600, 9);
  });

  it('with delimiters, quotes and line ends inside quotes', async () => {
    const header = ['time', '"engineRpm"', '"NOx ""down"", ppm"', 'fuelRateLph', 'airFlowKgh', '"two\nlines"'];
    const text = csv([header, ...rowsOf(120).map((row) => [...row, '""'])]);
    const map = { map: 'noxDownPpm=3' };
    const report = await reportOf(text, map);
    expect(report.file.columns.noxDownPpm).toBe('NOx "down", ppm');
    expect(report.figures).toEqual((await reportOf(csv(good))).figures);
    expect(await errorOf(text.replace(',201,', ',?,'), map)).toMatch(/^line 4, column 3/);
  });

  it('in UTF-16 and GB 18030', async () => {
    const text = csv([['时间', ...HEADER.slice(1)], ...rowsOf(120)]);
    const utf16 = Uint8Array.from([0xff, 0xfe, ...[...text].flatMap((c) => [c.charCodeAt(0) & 0xff, c.charCodeAt(0) >> 8])]);
    expect((await reportOf(utf16)).file).toMatchObject({ rows: 120, notes: ['read as UTF-16'] });
    // 时间 in GB 18030.
    const gb = Uint8Array.from([0xca, 0xb1, 0xbc, 0xe4, ...bytes(text.slice(2))]);
    expect((await reportOf(gb)).file).toMatchObject({ rows: 120, notes: ['read as GB 18030'] });
  });

  it('without a header, by column numbers', async () => {
    const report = await reportOf(csv(rowsOf(120)), { map: 'time=1,engineRpm=2,noxDownPpm=3,fuelRateLph=4,airFlowKgh=5' });
    expect(report.file.rows).toBe(120);
    expect(report.figures).toEqual((await reportOf(csv(good))).figures);
  });

  it.each([
    ['seconds from the start', (i: number) => String(i), '0 s'],
    ['milliseconds', (i: number) => String((1_763_600_400 + i) * 1000), '2025-11-20 09:00:00 +08:00'],
    [
      'local date and time',
      (i: number) => `2025/11/20 09:0${Math.floor(i / 60)}:${String(i % 60).padStart(2, '0')}`,
      '2025-11-20 09:00:00 +08:00',
    ],
    [
      'an offset',
      (i: number) => `2025-11-20T03:0${Math.floor(i / 60)}:${String(i % 60).padStart(2, '0')}.000+02:00`,
      '2025-11-20 09:00:00 +08:00',
    ],
    ['a clock', (i: number) => `09:0${Math.floor(i / 60)}:${String(i % 60).padStart(2, '0')}`, '09:00:00'],
  ])('with times as %s', async (_name, write, from) => {
    const report = await reportOf(csv([HEADER, ...rowsOf(120).map((row, i) => [write(i), ...row.slice(1)])]));
    expect(report.time.from).toBe(from);
    expect(report.time.seconds).toBe(120);
  });

  it('takes missing values in their many spellings, and codes of the bus for what they are', async () => {
    const rows = rowsOf(200);
    for (const [i, word] of ['', '-', 'NA', 'NaN', 'null', 'N/A'].entries()) (rows[100 + i] as string[])[2] = word;
    (rows[150] as string[])[2] = '3076.75';
    const channel = (await reportOf(csv([HEADER, ...rows]))).completeness.channels.noxDownPpm;
    expect(channel).toMatchObject({ missing: 6, outOfRange: 1 });
  });

  it('resolves repeated times and says so', async () => {
    const rows = rowsOf(120);
    const report = await reportOf(csv([HEADER, ...rows.slice(0, 50), rows[49] ?? [], ...rows.slice(50)]));
    expect(report.duplicates.dropped).toBe(1);
    expect(report.figures).toEqual((await reportOf(csv(good))).figures);
  });
});

describe('units', () => {
  const withUnits = (units: readonly string[], scale: (row: string[]) => string[]) =>
    csv([HEADER.map((name, i) => `${name}${units[i] ?? ''}`), ...rowsOf(120).map(scale)]);
  const coolant = (unit: string, value: string) =>
    csv([[...HEADER, `coolantTempC${unit}`], ...rowsOf(120).map((row) => [...row, value])]);

  it('in brackets behind a name are converted where that is exact, and told', async () => {
    const own = await reportOf(csv([HEADER, ...rowsOf(120)]));
    const text = withUnits(['', ' [1/s]', '（ppb）', ' (mL/s)', '[g/s]'], ([t, rpm, nox, fuel, air]) => [
      t ?? '',
      String(Number(rpm) / 60),
      String(Number(nox) * 1000),
      String(Number(fuel) / 3.6),
      String(Number(air) / 3.6),
    ]);
    const report = await reportOf(text);
    for (const { name, value } of own.figures) expect(figure(report, name) ?? 0, name).toBeCloseTo(value ?? 0, 6);
    expect(report.file.notes).toContain('airFlowKgh: from g/s to kg/h (× 3.6)');
    expect(renderAnalysis(report)).toContain('noxDownPpm: from ppb to ppm (× 0.001)');
  });

  it.each([
    [' [K]', '358.15'],
    [' [°F]', '185'],
    ['(℃)', '85'],
    [' [degC]', '85'],
  ])('of a temperature as %s', async (unit, value) => {
    const report = await reportOf(coolant(unit, value));
    expect(report.completeness.channels.noxDownPpm).toMatchObject({ excluded: 0 });
    expect(report.summary.totals.noxG).toBeCloseTo((await reportOf(coolant('', '85'))).summary.totals.noxG, 9);
  });

  it.each([
    [
      'noxDownPpm [mg/m3],fuelRateLph [kg/h],airFlowKgh (g/s),coolantTempC [K]',
      /^column "noxDownPpm \[mg\/m3\]" is in mg\/m3, but noxDownPpm must be in ppm. Convert it, or say the unit with --units/,
    ],
    ['noxDownPpm [ppm],fuelRateLph [kg/h],airFlowKgh (g/s),coolantTempC [K]', /is in kg\/h, but fuelRateLph must be in L\/h/],
    ['noxDownPpm (sensor 2),fuelRateLph,airFlowKgh,coolantTempC', /is in sensor 2, but noxDownPpm must be in ppm/],
  ])('that cannot be converted are refused: %s', async (names, sentence) => {
    const rows = rowsOf(30).map(([t, , nox, fuel, air]) => [t ?? '', nox ?? '', fuel ?? '', air ?? '', '358']);
    expect(await errorOf(csv([['time', ...names.split(',')], ...rows]))).toMatch(sentence);
  });

  it('are as the argument says, whatever the file does', async () => {
    const text = withUnits(['', '', ' [sensor 2]', '', ' [kg/s]'], (row) => row);
    const report = await reportOf(text, { units: 'noxDownPpm=ppm,airFlowKgh=kg/h' });
    expect(report.figures).toEqual((await reportOf(csv([HEADER, ...rowsOf(120)]))).figures);
  });

  it('of a row and a name that contradict one another are refused', async () => {
    const text = csv([[...HEADER.slice(0, 4), 'airFlowKgh [g/s]'], ['s', 'rpm', 'ppm', 'l/h', 'kg/h'], ...rowsOf(30)]);
    expect(await errorOf(text)).toMatch(/^line 2: column "airFlowKgh \[g\/s\]" is in kg\/h here, and in g\/s by its name/);
    const row = csv([HEADER, ['s', 'rpm', 'ppm', 'l/h', 'g/s'], ...rowsOf(30)]);
    expect((await reportOf(row)).file.notes).toContain('airFlowKgh: from g/s to kg/h (× 3.6)');
  });

  it('of the time are taken too', async () => {
    const text = csv([['time [ms]', ...HEADER.slice(1)], ...rowsOf(120).map((row, i) => [String(i * 1000), ...row.slice(1)])]);
    expect((await reportOf(text)).time).toMatchObject({ periodS: 1, seconds: 120 });
    expect(await errorOf(csv([['time [ticks]', ...HEADER.slice(1)], ...rowsOf(30)]))).toMatch(
      /in ticks, which is no unit of time/,
    );
    const utc = csv([
      ['time [UTC]', ...HEADER.slice(1)],
      ...rowsOf(20).map((row, i) => [`2025-11-20 01:00:${10 + i}`, ...row.slice(1)]),
    ]);
    expect((await reportOf(utc)).time.from).toBe('2025-11-20 09:00:10 +08:00');
  });
});

describe('times', () => {
  const clocked = (write: (i: number) => string) => csv([HEADER, ...rowsOf(120).map((row, i) => [write(i), ...row.slice(1)])]);
  const clock = (sec: number) => new Date(((sec + 86_400) % 86_400) * 1000).toISOString().slice(11, 19);

  it('of a clock that passes midnight go on, and it is said', async () => {
    const report = await reportOf(clocked((i) => clock(i - 60)));
    expect(report.time).toMatchObject({ from: '23:59:00', to: '00:00:59 (+1 d)', seconds: 120, form: 'time of day' });
    expect(report.duplicates.outOfOrder).toBe(0);
    expect(report.file.notes).toEqual([
      'the clock passes midnight once (first at line 62): what follows is counted to the next day',
    ]);
    expect(report.figures).toEqual((await reportOf(clocked((i) => clock(36_000 + i)))).figures);
  });

  it('of a record of before midnight that comes late stay before it', async () => {
    const order = Array.from({ length: 120 }, (_, i) => i);
    order.splice(65, 0, ...order.splice(58, 1));
    const rows = rowsOf(120);
    const report = await reportOf(csv([HEADER, ...order.map((i) => [clock(i - 60), ...(rows[i] ?? []).slice(1)])]));
    expect(report.time.seconds).toBe(120);
    expect(report.duplicates.outOfOrder).toBe(1);
  });

  it('without a zone are Beijing time or that of the argument, and it is said', async () => {
    const report = await reportOf(clocked((i) => `2025-11-20 09:0${Math.floor(i / 60)}:${String(i % 60).padStart(2, '0')}`));
    expect(report.file.notes).toEqual(['times without a zone are taken as UTC+08:00 (--utc-offset says otherwise)']);
  });

  it('that lie years apart are refused', async () => {
    const rows = rowsOf(30);
    (rows[29] as string[])[0] = '1963600400';
    expect(await errorOf(csv([HEADER, ...rows]))).toMatch(/the times lie 2315 days apart, more than the 400/);
  });
});

describe('Parquet of other writers', () => {
  const START_MS = Date.UTC(2025, 10, 20, 9);
  const gzip = (input: Uint8Array) => new Uint8Array(gzipSync(input));
  /** An LZ4 block of literals alone (LZ4 block format, "End of block conditions"). */
  const lz4 = (input: Uint8Array): Uint8Array => {
    const extra: number[] = [];
    for (let rest = input.length - 15; rest >= 0; rest -= 255) extra.push(Math.min(rest, 255));
    if (extra.at(-1) === 255) extra.push(0);
    return Uint8Array.from([Math.min(input.length, 15) << 4, ...extra, ...input]);
  };
  const write = (codec: 'GZIP' | 'LZ4_RAW' | 'UNCOMPRESSED', { naive = false, unit = '' } = {}): Uint8Array => {
    const rows = rowsOf(600);
    const number = (name: string, at: number) => ({ name, data: Float64Array.from(rows, (row) => Number(row[at])) });
    const time = rows.map((_, i) => BigInt(START_MS + i * 1000));
    return new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'time', data: time },
          number('engineRpm', 1),
          number('noxDownPpm', 2),
          number('fuelRateLph', 3),
          number(`airFlowKgh${unit}`, 4),
        ],
        schema: [
          { name: 'root', num_children: 5 },
          {
            name: 'time',
            type: 'INT64',
            repetition_type: 'REQUIRED',
            logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: !naive, unit: 'MILLIS' },
          },
          ...['engineRpm', 'noxDownPpm', 'fuelRateLph', `airFlowKgh${unit}`].map(
            (name) => ({ name, type: 'DOUBLE', repetition_type: 'REQUIRED' }) as const,
          ),
        ],
        codec,
        compressors: { GZIP: gzip, LZ4_RAW: lz4 },
      }),
    );
  };

  it.each(['GZIP', 'LZ4_RAW', 'UNCOMPRESSED'] as const)('compressed with %s is read', async (codec) => {
    const report = await reportOf(write(codec));
    expect(report.time).toMatchObject({ from: '2025-11-20 17:00:00 +08:00', seconds: 600 });
    expect(figure(report, 'fuel')).toBeCloseTo((22 * 0.835 * 600) / 3600, 6);
  });

  it('compressed with Zstandard (pyarrow, the default of polars) is read', async () => {
    const report = await reportOf(vector('zstd.parquet'), STEADY);
    // The first 20 s of the steady hour: 36 L/h of 0.835 kg/L, and the sensor is not ready.
    expect(figure(report, 'fuel')).toBeCloseTo((36 * 0.835 * 20) / 3600, 9);
    expect(report.completeness.channels.noxDownPpm).toMatchObject({ notReady: 20, missing: 0 });
  });

  it('with timestamps of no zone is local time as the same text in a CSV, and says so', async () => {
    const naive = write('GZIP', { naive: true });
    expect((await reportOf(naive)).time.from).toBe('2025-11-20 09:00:00 +08:00');
    expect((await reportOf(naive)).file.notes).toEqual([
      'times without a zone are taken as UTC+08:00 (--utc-offset says otherwise)',
    ]);
    expect((await reportOf(naive, { 'utc-offset': '+00:00' })).time.from).toBe('2025-11-20 09:00:00 +00:00');
    expect((await reportOf(write('GZIP'))).file.notes).toEqual([]);
  });

  it('with units behind its names is converted or refused', async () => {
    const converted = await reportOf(write('GZIP', { unit: ' [g/s]' }));
    expect(converted.file.notes).toEqual(['airFlowKgh: from g/s to kg/h (× 3.6)']);
    expect(converted.summary.totals.noxG).toBeGreaterThan(3 * (await reportOf(write('GZIP'))).summary.totals.noxG);
    expect(await errorOf(write('GZIP', { unit: ' [m3/h]' }))).toMatch(/is in m3\/h, but airFlowKgh must be in kg\/h/);
  });
});

describe('the arithmetic of the service', () => {
  /** The rows as the service stores them, written out in full. */
  const rowsFrom = (input: DayInput): string => {
    const { samples } = input;
    const ids = SIGNALS.map(({ id }) => id);
    return csv([
      ['time', ...ids],
      ...Array.from({ length: samples.count }, (_, row) => [
        String(samples.timeSec[row]),
        ...ids.map((id) => {
          const at = row * SIGNAL_COUNT + signalIndex(id);
          return getQuality(samples.quality, row * QUALITY_BYTES, signalIndex(id)) === QUALITY.ok
            ? String(toPhysical(id, samples.values[at] as number))
            : '';
        }),
      ]),
    ]);
  };
  const ARGS: AnalyzeArgs = {
    stage: 'V',
    power: '250',
    rpm: '2000',
    torque: '1500',
    wref: '20',
    bsfc: '0.2',
    density: '0.835',
    displacement: '9.7',
    'fuel-tank': '400',
    'urea-tank': '45',
  };
  const parameters = parametersWith({});

  it('gives of a day what stage 1 gives of the stored one, figure by figure', async () => {
    const input = inputOf(drive(8 * 3600, 6000));
    const report = await reportOf(rowsFrom(input), ARGS);
    expect(report.summary).toEqual(evaluateDay(input, parameters).summary);
    expect(report.days).toEqual([]);
    expect(report.operation.length).toBeGreaterThan(3);
    expect(report.modes.length).toBeGreaterThan(3);
    for (const name of ['SCR efficiency', 'urea needed', 'urea injected', 'injected / needed', 'urea for fuel'])
      expect(report.aftertreatment.find((each) => each.name === name)?.value, name).toBeGreaterThan(0);
    expect(report.smoke.find((each) => each.name === 'PM')?.value).toBeGreaterThan(0);
    const text = renderAnalysis(report);
    expect(text).toMatch(/ work windows: (void|\d+ valid)/);
    expect(text).toContain('Left out of what the service does');
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('takes the period of the running engine, and puts nothing back whose lag is not found', async () => {
    // A truck that reports every 10 s parked, far longer than it drives at 1 Hz; no upstream reading follows the fuel.
    const parked = Array.from({ length: 900 }, (_, i) => ({ t: DAY_FROM + 10 * i, engineRpm: 0, fuelRateLph: 0 }));
    const driven = drive(9100, 1200).map((row, i) => ({ ...row, noxUpPpm: 500 + (i % 2) }));
    const input = inputOf([...parked, ...driven]);
    const report = await reportOf(rowsFrom(input), ARGS);
    expect(report.summary).toEqual(evaluateDay(input, parameters).summary);
    expect(report.time.periodS).toBe(1);
    expect(report.method.noxUpLagS).toBeNull();
  });

  it('sets urea injected against what was needed in the same seconds', async () => {
    const rows = drive(8 * 3600, 3000);
    const ratio = async (all: Iterable<Row>) => {
      const report = await reportOf(rowsFrom(inputOf(all)), ARGS);
      return report.aftertreatment.find((each) => each.name === 'injected / needed')?.value ?? 0;
    };
    const without = ({ ureaInjectionMlh: _not, ...rest }: Row): Row => rest;
    const half = rows.map((row, i) => (i % 2 === 0 ? row : without(row)));
    expect(await ratio(half)).toBeCloseTo(await ratio(rows), 1);
  });

  it('evaluates each Beijing day of a longer file by itself', async () => {
    const rows = drive(85_000, 4000);
    const of = (date: string, fromSec: number) =>
      evaluateDay(inputOf(rows, { date, fromSec, toSec: fromSec + DAY_S }), parameters).summary;
    const report = await reportOf(rowsFrom(inputOf(rows)), ARGS);
    expect(report.days).toEqual([of('2026-11-24', DAY_FROM), of('2026-11-25', DAY_FROM + DAY_S)]);
    expect(report.warnings.join()).toContain('2 Beijing days');
    expect(renderAnalysis(report)).toMatch(/^ {2}2026-11-25 {2}/m);
  });
});

describe('bad input gets one sentence: what, where, what to do', () => {
  const broken = (row: number, column: number, field: string): string => {
    const rows = rowsOf(30);
    (rows[row] as string[])[column] = field;
    return csv([HEADER, ...rows]);
  };
  it.each([
    ['an empty file', '', /the file is empty/],
    ['blank lines', '\n\n \n', /the file is empty/],
    ['only a header', csv([HEADER]), /no rows of data/],
    ['one column', 'abc\ndef\n', /not cut alike/],
    [
      'a word for a number',
      broken(11, 2, 'high'),
      /^line 13, column 3 \(noxDownPpm\): "high" is no number.*Leave a missing value empty/,
    ],
    ['a bad time', broken(4, 0, '2025-02-30 08:00:00'), /^line 6, column 1 \(time\): "2025-02-30 08:00:00" is no time/],
    ['a time of another form', broken(4, 0, '2025-11-20 08:00:00'), /date and time, the rows before are epoch seconds/],
    ['an infinite number', broken(4, 3, 'Infinity'), /"Infinity" is no number/],
    ['too few rows', csv([HEADER, ...rowsOf(5)]), /5 rows are too few/],
    ['no time', csv([['a', ...HEADER.slice(1)], ...rowsOf(30)]), /which column is the time\? Say --map time=/],
    ['no signal', csv([['time', 'a', 'b', 'c', 'd'], ...rowsOf(30)]), /no column is named like a signal/],
    [
      'a signal twice',
      csv([['time', 'engineRpm', 'EngineRPM', 'fuelRateLph', 'x'], ...rowsOf(30)]),
      /columns 2 and 3 are both engineRpm/,
    ],
    [
      'another unit',
      csv([HEADER, ['s', 'rpm', 'mg/m3', 'l/h', 'kg/h'], ...rowsOf(30)]),
      /^line 2: column "noxDownPpm" is in mg\/m3, but noxDownPpm must be in ppm/,
    ],
    ['a standing clock', csv([HEADER, ...rowsOf(30).map((row) => ['1763600400', ...row.slice(1)])]), /do not advance/],
    [
      'hourly rows',
      csv([HEADER, ...rowsOf(30).map((row, i) => [String(1_763_600_400 + 3600 * i), ...row.slice(1)])]),
      /do not advance/,
    ],
  ])('%s', async (_name, text, sentence) => {
    expect(await errorOf(text)).toMatch(sentence);
  });

  it('decimal commas are refused, with the place', async () => {
    const rows = rowsOf(30).map((row) => row.map((field, i) => (i === 3 ? `${field},5` : field)));
    expect(await errorOf(csv([HEADER, ...rows], ';'))).toMatch(/^line 2, column 4 \(fuelRateLph\): "20,5" has a decimal comma/);
  });

  it.each([
    [{ map: 'nox=a' }, /there is no signal "nox"/],
    [{ map: 'noxDownPpm' }, /not of the form signal=column/],
    [{ map: 'noxDownPpm=NOx' }, /there is no column "NOx" for noxDownPpm. Columns of the file: time, engineRpm/],
    [{ map: 'time=1,time=2' }, /time is given twice/],
    [{ power: '25' }, /--power 25 is not between 30 and 500 kW/],
    [{ power: '501' }, /--power 501 is not between 30 and 500 kW/],
    [{ power: '' }, /--power/],
    [{ units: 'airFlowKgh' }, /not of the form signal=unit/],
    [{ units: 'nox=ppm' }, /there is no signal "nox"/],
    [{ torque: 'x' }, /--torque x is not between/],
    [{ stage: '7' }, /--stage 7 is not III, IV, V or VI/],
    [{ 'torque-kind': 'gross' }, /neither net nor indicated/],
    [{ 'utc-offset': '8' }, /not like \+08:00/],
  ] satisfies [AnalyzeArgs, RegExp][])('argument %o', async (args, sentence) => {
    expect(await errorOf(csv([HEADER, ...rowsOf(30)]), args)).toMatch(sentence);
  });

  it('Parquet that is cut short, or only looks so', async () => {
    expect(await errorOf(vector('steady-hour.parquet').subarray(0, 5000))).toMatch(/cut short/);
    expect(await errorOf(bytes('PAR1 and nothing that follows it PAR1'))).toMatch(/cannot be read/);
    expect(await errorOf(vector('steady-hour.parquet'), { map: 'time=Timestamp,speedKmh=Driver' })).toMatch(
      /row 1, column Driver: "A" is no number for speedKmh/,
    );
  });

  it('bytes of anything else', async () => {
    expect(await errorOf(Uint8Array.from({ length: 500 }, (_, i) => i % 7))).toMatch(/no text file/);
  });

  it('never throws, whatever a Parquet or CSV file is damaged to', async () => {
    const whole = vector('steady-hour.parquet');
    for (let k = 0; k < 150; k += 1) {
      const damaged = Uint8Array.from(whole);
      for (let n = 0; n < 5; n += 1) damaged[4 + ((k * 7919 + n * 104_729) % (damaged.length - 8))] = (k * 31 + n * 17) & 0xff;
      const found = await analyzeBytes(damaged, 'x', STEADY);
      if (!found.ok) expect(found.error.length).toBeGreaterThan(10);
    }
  });
});

describe('a file by its name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plume-analyze-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('is read, and named in what is said of it', async () => {
    const file = join(folder, 'day.csv');
    writeFileSync(file, csv([HEADER, ...rowsOf(100)]));
    const found = await analyzeFile({ file });
    expect(found.ok && found.value.file.name).toBe('day.csv');
    const missing = await analyzeFile({ file: join(folder, 'other.csv') });
    expect(!missing.ok && missing.error).toMatch(/other\.csv: there is no such file/);
    const directory = await analyzeFile({ file: folder });
    expect(!directory.ok && directory.error).toMatch(/cannot be read \(EISDIR\)/);
    expect((await analyzeFile({})).ok).toBe(false);
  });
});

it('says what cannot be computed, and why, instead of a number', async () => {
  const report = await reportOf(csv([['time', 'speedKmh'], ...rowsOf(60).map((row) => [row[0] ?? '', '0'])]));
  for (const { name, value, reason } of report.figures.slice(7)) {
    expect(value, name).toBeNull();
    expect(reason, name).not.toBeNull();
  }
  expect(report.warnings.join(' ')).toMatch(/no tailpipe NOx.*no way to the exhaust flow/);
  expect(report.windows.every((each) => each.void !== null)).toBe(true);
  expect(renderAnalysis(report)).not.toMatch(/NaN|undefined|Infinity/);
});
