import { unzipSync, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../csv.ts';
import { checkTable } from './check-rows.ts';
import { columnLetter, fieldOfHead, headOf, IMPORT_COLUMNS } from './columns.ts';
import { MAX_COLUMNS, MAX_ROWS } from './limits.ts';
import { planImport } from './plan.ts';
import { readFile } from './read-file.ts';
import { readTable } from './read-table.ts';
import { WORKBOOK } from './test-workbook.ts';

const utf8 = (text: string) => Buffer.from(text, 'utf8');
/** 车牌,VIN / 新B10001 in GB 18030, from the code table of the standard: 车 B3B5, 牌 C5C6, 新 D0C2. */
const GB18030 = Buffer.from('b3b5c5c62c56494e0ad0c24231303030312c4c5a5a35434c5642304a413130303030310a', 'hex');
const rowsOf = async (bytes: Uint8Array) => {
  const read = await readTable(bytes);
  if (!read.ok) throw new Error(read.code);
  return read.rows;
};
const tableOf = (rows: string[][]) => {
  const table = checkTable(rows);
  if (!table.ok) throw new Error(table.code);
  return table;
};
const told = (rows: string[][]) => tableOf(rows).faults.map((f) => `${f.column ?? f.field}${f.row} ${f.code}`);

describe('a file', () => {
  it('made by another program is read as its person sees it: first sheet, dates as dates, numbers as typed', async () => {
    expect((await rowsOf(WORKBOOK)).slice(1, 4)).toEqual([
      ['序号', '车牌号', '车架号 *', '排放标准', '额定功率(kW)', '装车日期', '所属企业', '尿素箱 L'],
      ['1', '新B20001', 'LZZ5CLVB0JA100001', '国五', '276', '2026-03-09', '运输一队', '45.5'],
      ['2', '新B20002', 'LZZ5CLVB0JA100002', 'Ⅵ', '294', '2026-04-01', '', ''],
    ]);
  });

  it('is read in a thread of its own to the same result', async () => {
    expect(await readFile(WORKBOOK)).toEqual(await readTable(WORKBOOK));
  });

  it.each([
    ['GB18030', GB18030, 'gb18030'],
    ['UTF-8 with a mark', utf8('\uFEFF车牌,VIN\n新B10001,LZZ5CLVB0JA100001\n'), 'utf-8'],
    ['semicolons and Windows line ends', utf8('车牌;VIN\r\n新B10001;LZZ5CLVB0JA100001\r\n'), 'utf-8'],
    [
      'UTF-16 with tabs, as Excel saves “Unicode text”',
      Buffer.from('\uFEFF车牌\tVIN\n新B10001\tLZZ5CLVB0JA100001\n', 'utf16le'),
      'utf-16le',
    ],
  ])('of text in %s is understood', async (_name, bytes, encoding) => {
    const read = await readTable(bytes);
    expect(read).toMatchObject({ ok: true, format: 'csv', encoding });
    expect(read.ok && read.rows.slice(0, 2)).toEqual([
      ['车牌', 'VIN'],
      ['新B10001', 'LZZ5CLVB0JA100001'],
    ]);
  });

  it.each([
    ['nothing in it', Buffer.alloc(0), 'empty'],
    ['the old Excel form', Buffer.from('d0cf11e0a1b11ae1', 'hex'), 'oldExcel'],
    ['an archive that is no workbook', Buffer.from('504b0506000000000000000000000000000000000000', 'hex'), 'notWorkbook'],
    ['an archive cut short', WORKBOOK.subarray(0, 3000), 'notWorkbook'],
    ['bytes that are no text', Buffer.from([0xff, 0x00, 0xff, 0xfe, 0x80]), 'notText'],
    ['a quote that never ends', utf8('车牌,VIN\n"新B,LZZ'), 'badCsv'],
    ['too many columns', utf8(`VIN${',x'.repeat(MAX_COLUMNS)}\n`), 'tooManyColumns'],
  ])('with %s is refused with its reason', async (_name, bytes, code) => {
    expect(await readTable(bytes)).toMatchObject({ ok: false, code });
  });

  it('that would unpack to more than memory holds is refused before it is unpacked', async () => {
    const bomb = Buffer.from(WORKBOOK);
    const directory = bomb.indexOf(Buffer.from('504b0102', 'hex'));
    bomb.writeUInt32LE(4_000_000_000, directory + 24);
    expect(await readTable(bomb)).toMatchObject({ ok: false, code: 'tooBig' });
  });

  it('whose parts hold more than its directory says is not unpacked beyond that', async () => {
    const parts = unzipSync(WORKBOOK);
    const sheet = 'xl/worksheets/sheet1.xml';
    const honest = zipSync({ ...parts, [sheet]: new Uint8Array(200_000_000).fill(32) });
    const bomb = Buffer.from(honest);
    const entry = bomb.lastIndexOf(sheet) - 46;
    expect(bomb.readUInt32LE(entry + 24)).toBe(200_000_000);
    bomb.writeUInt32LE(1000, entry + 24);
    const before = process.memoryUsage().rss;
    expect(await readTable(bomb)).toMatchObject({ ok: false, code: 'notWorkbook' });
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });
});

describe('the head', () => {
  it('of every column is understood in either language, in both at once, and by the name that the API has', () => {
    for (const column of IMPORT_COLUMNS)
      for (const head of [column.zh, column.en, headOf(column), column.field, ` ${column.en.toUpperCase()} * `])
        expect(fieldOfHead(head), head).toBe(column.field);
  });

  it.each([
    [0, 'A'],
    [25, 'Z'],
    [26, 'AA'],
    [51, 'AZ'],
    [52, 'BA'],
    [701, 'ZZ'],
    [702, 'AAA'],
  ])('%i is %s', (index, letter) => expect(columnLetter(index)).toBe(letter));

  it('may stand below a title, and columns that mean nothing are told and left alone', async () => {
    const table = tableOf(await rowsOf(WORKBOOK));
    expect(table.columns.filter(({ field }) => field === null)).toEqual([{ column: 'A', head: '序号', field: null }]);
    expect(table.rows.map(({ row, vin }) => [row, vin])).toEqual([
      [3, 'LZZ5CLVB0JA100001'],
      [4, 'LZZ5CLVB0JA100002'],
    ]);
    expect(table.count).toBe(3);
  });

  it('is needed, and so is a row; too many rows are too many', () => {
    expect(checkTable([['plate'], ['x']])).toMatchObject({ ok: false, code: 'noVin' });
    expect(checkTable([['VIN'], ['', '']])).toMatchObject({ ok: false, code: 'empty' });
    expect(checkTable([['VIN'], ...Array.from({ length: MAX_ROWS + 1 }, () => ['x'])])).toMatchObject({
      ok: false,
      code: 'tooManyRows',
    });
  });
});

describe('a cell', () => {
  const VIN = 'LZZ5CLVB0JA100001';

  it('that is wrong is told where the spreadsheet shows it', async () => {
    expect(told(await rowsOf(WORKBOOK))).toEqual(['C6 vin', 'E6 range', 'F6 date']);
  });

  it.each([
    ['ratedPowerKw', '29.9', 'range'],
    ['ratedPowerKw', '500.1', 'range'],
    ['ratedPowerKw', '276 kW', 'notNumber'],
    ['fuelTankL', '0', 'range'],
    ['stage', 'III', 'stage'],
    ['fittedAt', '2026-02-30', 'date'],
    ['fittedAt', '09.03.26', 'date'],
    ['terminalId', 'T 1', 'terminal'],
    ['plate', 'x'.repeat(21), 'text'],
    ['hasScr', '也许', 'yesNo'],
    ['enterprise', 'a\u0007b', 'text'],
  ])('%s "%s" is refused: %s', (field, text, code) => {
    expect(
      told([
        ['VIN', field],
        [VIN, text],
      ]),
    ).toEqual([`B2 ${code}`]);
  });

  it('that contradicts the rated power of its row is told with the range that it allows', () => {
    const fault = tableOf([
      ['VIN', 'ratedPowerKw', 'referenceTorqueNm'],
      [VIN, '276', '150'],
    ]).faults;
    expect(fault).toMatchObject([{ row: 2, column: 'C', code: 'range', more: { min: 732, max: 3295, unit: 'N·m' } }]);
  });

  it.each([
    ['ratedPowerKw', '30', 30],
    ['ratedPowerKw', '500', 500],
    ['ratedPowerKw', '２７６', 276],
    ['fuelTankL', '1,200', 1200],
    ['stage', '国Ⅴ', 'V'],
    ['stage', '国六', 'VI'],
    ['stage', 'iv', 'IV'],
    ['hasScr', '是', true],
    ['hasDpf', 'No', false],
    ['hasDpf', '无', false],
  ])('%s "%s" is taken as %s', (field, text, value) => {
    expect(
      tableOf([
        ['VIN', field],
        [VIN, text],
      ]).rows[0]?.parameters[field],
    ).toBe(value);
  });

  it.each(['2026/3/9', '2026-03-09', '2026年3月9日', '2026.03.09'])('with the date %s is the ninth of March', (text) => {
    expect(
      tableOf([
        ['VIN', 'fittedAt'],
        [VIN, text],
      ]).rows[0]?.fittedAt,
    ).toBe('2026-03-09');
  });

  it('that names what another row has named is told with that row', () => {
    const table = tableOf([
      ['VIN', 'plate', 'terminal'],
      [VIN, 'A1', 'T1'],
      [VIN.toLowerCase(), 'A2', 'T2'],
      ['LZZ5CLVB0JA100009', 'A1', 'T1'],
    ]);
    expect(table.faults.map(({ row, field, code, more }) => [row, field, code, more])).toEqual([
      [3, 'vin', 'twice', { other: 2 }],
      [4, 'plate', 'twice', { other: 2 }],
      [4, 'terminalId', 'twice', { other: 2 }],
    ]);
  });
});

describe('a plan', () => {
  const truck = (id: number, vin: string, plate: string, district: string | null = '阜康市') => ({
    id,
    vin,
    plate,
    plate_color: null,
    district,
    enterprise: null,
    use_type: null,
    values: { stage: 'V', ratedPowerKw: 276, torqueKind: 'net' },
    after: id * 10,
  });
  const A = 'LZZ5CLVB0JA100001';
  const B = 'LZZ5CLVB0JA100002';
  const NEW = 'LZZ5CLVB0JA100003';
  const known = {
    trucks: [truck(1, A, 'P1'), truck(2, B, 'P2', '奇台县')],
    terminals: [
      { id: 'ON-B', revoked: false, vehicle_id: 2, plate: 'P2', district: '奇台县' },
      { id: 'FREE', revoked: false, vehicle_id: null, plate: null, district: null },
      { id: 'GONE', revoked: true, vehicle_id: null, plate: null, district: null },
    ],
  };
  const chief = { districts: null, mayAddTerminals: true };
  const plan = (rows: string[][], rights: Parameters<typeof planImport>[2] = chief) => planImport(tableOf(rows), known, rights);
  const codes = (rows: string[][], rights = chief as Parameters<typeof planImport>[2]) =>
    plan(rows, rights).faults.map(({ row, field, code }) => `${row} ${field} ${code}`);

  it('tells new, changed and unchanged apart, and what changes from what to what', () => {
    const made = plan([
      ['VIN', 'plate', 'stage', 'ratedPowerKw', 'enterprise'],
      [A, 'P1', 'V', '280', ''],
      [B, '', '国五', '276', ''],
      [NEW, 'P3', 'VI', '300', '一队'],
    ]);
    expect(made.counts).toEqual({ rows: 3, new: 1, changed: 1, unchanged: 1, wrong: 0 });
    expect(made.rows.map(({ kind, changes }) => [kind, changes])).toEqual([
      ['changed', [{ field: 'ratedPowerKw', before: 276, after: 280 }]],
      ['unchanged', []],
      [
        'new',
        [
          { field: 'plate', before: null, after: 'P3' },
          { field: 'enterprise', before: null, after: '一队' },
          { field: 'stage', before: null, after: 'VI' },
          { field: 'ratedPowerKw', before: null, after: 300 },
        ],
      ],
    ]);
  });

  it.each<[string, string[][], string[]]>([
    [
      'a new truck without what it needs',
      [['VIN'], [NEW]],
      ['2 vin required', '2 plate required', '2 stage required', '2 ratedPowerKw required'].slice(1),
    ],
    [
      'a plate that is on another truck',
      [
        ['VIN', 'plate'],
        [A, 'P2'],
      ],
      ['2 plate plateTaken'],
    ],
    [
      'two trucks that swap plates',
      [
        ['VIN', 'plate'],
        [A, 'P2'],
        [B, 'P1'],
      ],
      [],
    ],
    [
      'a terminal that is on another truck',
      [
        ['VIN', 'terminal'],
        [A, 'ON-B'],
      ],
      ['2 terminalId terminalElsewhere'],
    ],
    [
      'a terminal that is on this truck',
      [
        ['VIN', 'terminal'],
        [B, 'ON-B'],
      ],
      [],
    ],
    [
      'a revoked terminal',
      [
        ['VIN', 'terminal'],
        [A, 'GONE'],
      ],
      ['2 terminalId terminalRevoked'],
    ],
    [
      'a terminal on no truck',
      [
        ['VIN', 'terminal'],
        [A, 'FREE'],
      ],
      [],
    ],
  ])('of %s', (_name, rows, expected) => expect(codes(rows)).toEqual(expected));

  it('of an officer keeps to their districts, and enters no terminals', () => {
    const officer = { districts: ['阜康市'], mayAddTerminals: false };
    const rows = [
      ['VIN', 'plate', 'district', 'stage', 'ratedPowerKw', 'terminal'],
      [A, '', '', '', '', 'T-NEW'],
      [B, 'P9', '', '', '', ''],
      [NEW, 'P3', '奇台县', 'V', '276', ''],
      ['LZZ5CLVB0JA100004', 'P4', '', 'V', '276', ''],
      ['LZZ5CLVB0JA100005', 'P5', '阜康市', 'V', '276', ''],
    ];
    expect(codes(rows, officer)).toEqual([
      '2 terminalId terminalNew',
      '3 vin otherDistrict',
      '4 district otherDistrict',
      '5 district otherDistrict',
    ]);
    expect(plan(rows, officer).rows.map(({ row }) => row)).toEqual([6]);
  });

  it('of an officer names no truck of another district', () => {
    const rows = [
      ['VIN', 'plate', 'terminal'],
      [A, 'P2', 'ON-B'],
    ];
    const told = (districts: string[]) =>
      plan(rows, { districts, mayAddTerminals: false }).faults.map(({ code, says, more }) => [code, says, more]);
    expect(told(['阜康市'])).toEqual([
      ['plateTaken', 'is on another truck', {}],
      ['terminalNew', 'is not in your districts; an administrator assigns it', {}],
    ]);
    expect(told(['阜康市', '奇台县'])).toEqual([
      ['plateTaken', expect.stringContaining(B), { vin: B }],
      ['terminalElsewhere', expect.stringContaining('P2'), { plate: 'P2' }],
    ]);
  });
});

describe('the exported list', () => {
  it('is read back as what it was, whatever a name holds', async () => {
    const cells = ['LZZ5CLVB0JA100001', '新B"1,2"', '运输\n一队; 二组'];
    const rows = await rowsOf(utf8(`\uFEFF${csvLine(['VIN', 'plate', 'enterprise'])}${csvLine(cells)}`));
    expect(rows[1]).toEqual(cells);
  });
});
