/** How a cell is read. */
export type CellKind = 'text' | 'number' | 'date' | 'stage' | 'yesNo';

/** A column of the import file, and of the list that is exported. */
export interface ImportColumn {
  /** Name of the field, as the API has it. */
  readonly field: string;
  readonly zh: string;
  readonly en: string;
  readonly kind: CellKind;
  /** Whether it is one of the facts that verdicts rest on. */
  readonly parameter?: true;
  /** Other heads that are understood. */
  readonly also?: readonly string[];
}

/** All columns, in the order of the template. A new truck needs vin, plate, stage and ratedPowerKw; what is left empty stays as it is. */
export const IMPORT_COLUMNS = [
  { field: 'vin', zh: 'VIN', en: 'VIN', kind: 'text', also: ['车辆识别代号', '车架号', '车辆识别代码'] },
  { field: 'plate', zh: '车牌', en: 'Plate', kind: 'text', also: ['车牌号', '车牌号码', '号牌号码'] },
  { field: 'plateColor', zh: '车牌颜色', en: 'Plate colour', kind: 'text', also: ['号牌颜色', 'plate color'] },
  { field: 'district', zh: '区县', en: 'District', kind: 'text', also: ['区域', '所属区域'] },
  { field: 'enterprise', zh: '单位', en: 'Enterprise', kind: 'text', also: ['企业', '运输企业', '所属企业'] },
  { field: 'useType', zh: '用途', en: 'Use', kind: 'text', also: ['使用性质'] },
  { field: 'fittedAt', zh: '装车日期', en: 'Fitted on', kind: 'date', also: ['安装日期'] },
  { field: 'terminalId', zh: '终端编号', en: 'Terminal id', kind: 'text', also: ['终端', '设备编号', 'terminal'] },
  { field: 'stage', zh: '排放阶段', en: 'Emission stage', kind: 'stage', parameter: true, also: ['排放标准', 'stage'] },
  {
    field: 'ratedPowerKw',
    zh: '额定功率 kW',
    en: 'Rated power kW',
    kind: 'number',
    parameter: true,
    also: ['额定功率', 'rated power'],
  },
  {
    field: 'referenceTorqueNm',
    zh: '参考扭矩 N·m',
    en: 'Reference torque N·m',
    kind: 'number',
    parameter: true,
    also: ['参考扭矩', '最大扭矩', 'reference torque'],
  },
  {
    field: 'fuelTankL',
    zh: '燃油箱 L',
    en: 'Fuel tank L',
    kind: 'number',
    parameter: true,
    also: ['燃油箱容积', '燃油箱', 'fuel tank'],
  },
  {
    field: 'ureaTankL',
    zh: '尿素箱 L',
    en: 'Urea tank L',
    kind: 'number',
    parameter: true,
    also: ['尿素箱容积', '尿素箱', 'urea tank'],
  },
  { field: 'engineModel', zh: '发动机型号', en: 'Engine model', kind: 'text', parameter: true },
  { field: 'aftertreatment', zh: '后处理装置', en: 'After-treatment', kind: 'text', parameter: true, also: ['后处理'] },
  { field: 'ratedRpm', zh: '额定转速 rpm', en: 'Rated speed rpm', kind: 'number', parameter: true, also: ['额定转速'] },
  { field: 'displacementL', zh: '排量 L', en: 'Displacement L', kind: 'number', parameter: true, also: ['排量'] },
  { field: 'workRefKwh', zh: 'WHTC 功 kWh', en: 'WHTC work kWh', kind: 'number', parameter: true, also: ['循环功'] },
  { field: 'hasScr', zh: '装有 SCR', en: 'Has SCR', kind: 'yesNo', parameter: true, also: ['SCR'] },
  { field: 'hasDpf', zh: '装有 DPF', en: 'Has DPF', kind: 'yesNo', parameter: true, also: ['DPF'] },
  { field: 'inUseGPerKwh', zh: '本车在用限值 g/kWh', en: 'In-use limit g/kWh', kind: 'number', parameter: true },
  { field: 'approvalGPerKwh', zh: '本车型式核准限值 g/kWh', en: 'Approval limit g/kWh', kind: 'number', parameter: true },
] as const satisfies readonly ImportColumn[];

/** A field that can be imported. */
export type ImportField = (typeof IMPORT_COLUMNS)[number]['field'];

/** The head of a column: both languages, so that one file serves everybody. */
export function headOf({ zh, en }: Pick<ImportColumn, 'zh' | 'en'>): string {
  return zh === en ? zh : `${zh} / ${en}`;
}

/** A head without what people add to it: case, spaces, stars, and units in brackets. */
function plain(head: string): string {
  return head
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[([][^)\]]*[)\]]/g, '')
    .replace(/[\s*:·]+/g, '');
}

const BY_HEAD: ReadonlyMap<string, ImportField> = new Map(
  IMPORT_COLUMNS.flatMap((column: ImportColumn) =>
    [column.field, column.zh, column.en, headOf(column), ...(column.also ?? [])].map(
      (head) => [plain(head), column.field as ImportField] as const,
    ),
  ),
);

/** The field that a head means; undefined: none. */
export function fieldOfHead(head: string): ImportField | undefined {
  return BY_HEAD.get(plain(head));
}

/** The letter of a column as a spreadsheet shows it: A, B, …, Z, AA. */
export function columnLetter(index: number): string {
  const rest = Math.floor(index / 26) - 1;
  return (rest < 0 ? '' : columnLetter(rest)) + String.fromCharCode(65 + (index % 26));
}
