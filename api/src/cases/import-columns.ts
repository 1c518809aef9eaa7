import type { StepKind } from '@plume/ingest/rules';

/** A column of the file of repairs and retests, one row a vehicle. */
export interface CaseColumn {
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  /** The step and its field that the cell fills; `day`: when the step happened; `find`: which truck or case is meant. */
  readonly step: Extract<StepKind, 'repair' | 'retest'> | 'find';
  readonly field: string;
  readonly also?: readonly string[];
}

/** All columns, in the order of the template. A row needs a truck or a case, and a repair or a retest or both. */
export const CASE_COLUMNS = [
  { name: 'case', zh: '案号', en: 'Case', step: 'find', field: 'case' },
  { name: 'plate', zh: '车牌', en: 'Plate', step: 'find', field: 'plate', also: ['车牌号', '号牌号码'] },
  { name: 'vin', zh: 'VIN', en: 'VIN', step: 'find', field: 'vin', also: ['车架号', '车辆识别代号'] },
  { name: 'mStation', zh: 'M站', en: 'Repair station', step: 'repair', field: 'station', also: ['维修站', '维修企业'] },
  { name: 'inDay', zh: '进厂日期', en: 'In on', step: 'repair', field: 'inDay' },
  { name: 'outDay', zh: '出厂日期', en: 'Repaired on', step: 'repair', field: 'day', also: ['维修完成日期', '完成日期'] },
  { name: 'fault', zh: '故障原因', en: 'Fault found', step: 'repair', field: 'fault' },
  { name: 'work', zh: '维修项目', en: 'Work and parts', step: 'repair', field: 'work', also: ['维修项目及更换件', '更换件'] },
  { name: 'settlementNo', zh: '结算清单号', en: 'Settlement no.', step: 'repair', field: 'settlementNo' },
  { name: 'certificateNo', zh: '合格证号', en: 'Certificate no.', step: 'repair', field: 'certificateNo' },
  { name: 'uploaded', zh: '已上传', en: 'Uploaded', step: 'repair', field: 'uploaded', also: ['已上传维修电子档案'] },
  { name: 'iStation', zh: 'I站', en: 'Inspection station', step: 'retest', field: 'station', also: ['检验站', '检验机构'] },
  { name: 'retestDay', zh: '复检日期', en: 'Retested on', step: 'retest', field: 'day', also: ['检验日期'] },
  { name: 'method', zh: '检验方法', en: 'Method', step: 'retest', field: 'method' },
  { name: 'verdict', zh: '检验结论', en: 'Verdict', step: 'retest', field: 'verdict', also: ['结论'] },
  { name: 'reportNo', zh: '报告编号', en: 'Report no.', step: 'retest', field: 'reportNo' },
  { name: 'absorption', zh: '光吸收系数', en: 'Light absorption', step: 'retest', field: 'lightAbsorptionPerM' },
  { name: 'nox', zh: 'NOx ppm', en: 'NOx ppm', step: 'retest', field: 'noxPpm', also: ['NOx'] },
] as const satisfies readonly CaseColumn[];

/** A head without what people add to it: case, spaces, stars, and units in brackets. */
function plain(head: string): string {
  return head
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[([][^)\]]*[)\]]/g, '')
    .replace(/[\s*:·]+/g, '');
}

const BY_HEAD: ReadonlyMap<string, CaseColumn> = new Map(
  CASE_COLUMNS.flatMap((column: CaseColumn) =>
    [column.name, column.zh, column.en, `${column.zh} / ${column.en}`, ...(column.also ?? [])].map(
      (head) => [plain(head), column] as const,
    ),
  ),
);

/** The column that a head means; undefined: none. */
export function columnOfHead(head: string): CaseColumn | undefined {
  return BY_HEAD.get(plain(head));
}
