import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { analyzeBytes, analyzeFile } from './analyze-file.ts';
import type { AnalyzeArgs } from './options.ts';
import { renderAnalysis } from './render.ts';
import type { AnalysisReport } from './report-form.ts';

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
    ['a clock', (i: number) => `09:0${Math.floor(i / 60)}:${String(i % 60).padStart(2, '0')}`, '32400 s'],
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
    [{ power: '25' }, /--power 25 is not between 30 and 1000 kW/],
    [{ power: '' }, /--power/],
    [{ torque: 'x' }, /--torque x is not between/],
    [{ stage: '7' }, /--stage 7 is not III, IV, V or VI/],
    [{ 'torque-kind': 'gross' }, /neither net nor indicated/],
    [{ 'utc-offset': '8' }, /not like \+08:00/],
  ] satisfies [AnalyzeArgs, RegExp][])('argument %o', async (args, sentence) => {
    expect(await errorOf(csv([HEADER, ...rowsOf(30)]), args)).toMatch(sentence);
  });

  it('Parquet that is cut short, compressed in another way, or only looks so', async () => {
    expect(await errorOf(vector('steady-hour.parquet').subarray(0, 5000))).toMatch(/cut short/);
    expect(await errorOf(vector('zstd.parquet'), { map: 'time=Timestamp' })).toMatch(
      /compressed with ZSTD. Write the file with Snappy/,
    );
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
