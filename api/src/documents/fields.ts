import type { PaperTable } from './paper.ts';

/** Documents that are issued of a case. */
export const DOCUMENT_KINDS = ['repairNotice', 'rectification', 'caseReport', 'evidenceSheet'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** Kinds that carry a number of their series, and a deadline. */
export const NOTICES = ['repairNotice', 'rectification'] as const satisfies readonly DocumentKind[];
export type NoticeDocument = (typeof NOTICES)[number];

/** Whether a document is a notice: numbered, with a deadline. */
export function isNotice(kind: DocumentKind): kind is NoticeDocument {
  return NOTICES.some((each) => each === kind);
}

/** What each is called. */
export const DOCUMENT_NAMES: Readonly<Record<DocumentKind, { readonly zh: string; readonly en: string }>> = {
  repairNotice: { zh: '超标维护修理告知书', en: 'Notice to repair' },
  rectification: { zh: '限期整改告知书', en: 'Notice to rectify by a day' },
  caseReport: { zh: '案件报告', en: 'Case report' },
  evidenceSheet: { zh: '证据说明', en: 'Evidence sheet' },
};

interface FieldRow {
  readonly zh: string;
  readonly en: string;
  /** A table stands alone in its line. */
  readonly table?: true;
  /** Only in notices. */
  readonly notice?: true;
}

/** Every field that a template can name. */
export const FIELDS = {
  issuer: { zh: '发文机关', en: 'issuing office' },
  issuerAddress: { zh: '机关地址', en: 'its address' },
  issuerContact: { zh: '联系人和电话', en: 'contact and phone' },
  legalBasis: { zh: '法律依据', en: 'legal basis' },
  number: { zh: '文书编号', en: 'number of the document', notice: true },
  workingDays: { zh: '整改期限（工作日数）', en: 'working days of the deadline', notice: true },
  deadlineDay: { zh: '整改期限截止日', en: 'last day of the deadline', notice: true },
  objectionDays: { zh: '陈述申辩期限（工作日数）', en: 'working days to object', notice: true },
  today: { zh: '出具日期', en: 'day of issue' },
  officer: { zh: '承办人', en: 'officer' },
  caseNumber: { zh: '案件编号', en: 'number of the case' },
  caseType: { zh: '案件类型', en: 'kind of case' },
  caseState: { zh: '案件状态', en: 'where the case stands' },
  caseOpened: { zh: '立案日期', en: 'opened on' },
  caseSource: { zh: '线索来源', en: 'source' },
  foundBy: { zh: '发现方式', en: 'how it was found' },
  district: { zh: '区县', en: 'district' },
  plate: { zh: '车牌号', en: 'plate' },
  plateColor: { zh: '车牌颜色', en: 'colour of the plate' },
  vin: { zh: '车辆识别代号', en: 'VIN' },
  stage: { zh: '排放阶段', en: 'emission stage' },
  vehicleType: { zh: '车辆类型', en: 'kind of vehicle' },
  engineModel: { zh: '发动机型号', en: 'engine model' },
  engineNumber: { zh: '发动机号', en: 'engine number' },
  addressee: { zh: '称谓（收文人）', en: 'salutation: whom it is addressed to' },
  owner: { zh: '车主', en: 'owner' },
  phone: { zh: '车主电话', en: "owner's phone" },
  enterprise: { zh: '所属企业', en: 'enterprise' },
  rule: { zh: '规则及版本', en: 'rule and version' },
  explanation: { zh: '判定说明', en: 'the verdict in words' },
  findingPeriod: { zh: '判定所依据的日期', en: 'days that the verdict rests on' },
  limit: { zh: '限值（单位、来源、核实标记）', en: 'limit with unit, source, mark' },
  guard: { zh: '不确定度系数', en: 'uncertainty factor' },
  completeness: { zh: '数据完整性', en: 'completeness of the data' },
  evidenceId: { zh: '证据包编号', en: 'name of the evidence pack' },
  evidenceSha256: { zh: '证据包 SHA-256', en: 'SHA-256 of the evidence pack' },
  verifyCommand: { zh: '核验命令', en: 'command that verifies it' },
  leadStatement: { zh: '线索或检查来源声明', en: 'statement of what it rests on: a lead, or an inspection' },
  vehicleTable: { zh: '车辆信息表', en: 'table of the truck', table: true },
  terminalTable: { zh: '终端信息表', en: 'table of the terminal', table: true },
  findingTable: { zh: '线索判定表', en: 'table of the verdict', table: true },
  figuresTable: { zh: '判定数值表', en: 'table of its figures', table: true },
  evidenceTable: { zh: '证据表', en: 'table of evidence packs', table: true },
  historyTable: { zh: '办理经过表', en: 'table of the steps', table: true },
  documentsTable: { zh: '已出具文书表', en: 'table of documents issued', table: true },
  receiptTable: { zh: '送达签收表', en: 'table to sign for receipt', table: true },
} as const satisfies Readonly<Record<string, FieldRow>>;
export type FieldName = keyof typeof FIELDS;

/** A text or a table. */
export type FieldValues = Readonly<Record<FieldName, string | PaperTable>>;

/** The field of this name; undefined: there is none. */
export function fieldNamed(name: string): { readonly name: FieldName; readonly row: FieldRow } | undefined {
  const found = Object.entries(FIELDS).find(([each]) => each === name);
  return found && { name: found[0] as FieldName, row: found[1] };
}

/** Fields that documents of a kind can name. */
export function fieldsOf(kind: DocumentKind): FieldName[] {
  return (Object.keys(FIELDS) as FieldName[]).filter((name) => isNotice(kind) || !('notice' in FIELDS[name]));
}

/** Fields without which a document of a kind is none: of each group one, the first where there is no reason for another. */
export function requiredFields(kind: DocumentKind): (readonly [FieldName, ...FieldName[]])[] {
  const all = [['plate'], ['issuer'], ['today'], ['leadStatement']] as const;
  return isNotice(kind) ? [...all, ['number'], ['deadlineDay'], ['addressee', 'owner']] : [...all];
}
