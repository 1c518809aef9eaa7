import { CASE_SOURCE_WORDS, FIGURES, type FigureId, formatFigure, LEVEL_WORDS, LEVELS, MARK_WORDS } from '@plume/ingest/rules';
import { beijingTime } from '../notices/causes.ts';
import type { DocumentFacts } from './facts.ts';
import type { FieldValues } from './fields.ts';
import type { PaperTable } from './paper.ts';

/** What stands where something is not known, and why. */
const NOT_ENTERED = '—（未登记）';
const STAGES: Readonly<Record<string, string>> = { IV: '国四', V: '国五', VI: '国六' };

const text = (value: string | number | null, unit = '') =>
  value === null || value === '' ? NOT_ENTERED : `${value}${unit === '' ? '' : ` ${unit}`}`;
const share = (value: number | null) => (value === null ? '—（当日未统计）' : `${(value * 100).toFixed(1)} %`);

/** `2026年11月23日`. */
function longDay(day: string): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(year)}年${Number(month)}月${Number(date)}日`;
}

/** Names and values, two pairs a row. */
function pairs(rows: readonly (readonly [string, string])[]): PaperTable {
  const lines: string[][] = [];
  for (let i = 0; i < rows.length; i += 2) {
    const [a, b] = [rows[i], rows[i + 1]];
    if (a) lines.push([...a, ...(b ?? ['', ''])]);
  }
  return { head: null, rows: lines, weights: [2, 4, 2, 4] };
}

/** Names and values, one a row. */
function list(rows: readonly (readonly [string, string])[]): PaperTable {
  return { head: null, rows: rows.map((row) => [...row]), weights: [3, 11] };
}

const EMPTY = (head: readonly string[], weights: readonly number[], why: string): PaperTable => ({
  head,
  rows: [[why, ...head.slice(1).map(() => '')]],
  weights,
});

function limitText({ finding }: DocumentFacts): string {
  if (finding === null) return '—（本案不以远程 OBD 判定为依据）';
  const { limit } = finding;
  if (limit === null) return '—（本规则不设限值）';
  const mark = Object.entries(MARK_WORDS).find(([each]) => each === limit.mark)?.[1].zh ?? '未核实';
  return `${limit.value} ${limit.unit}，来源：${limit.source}（${limit.verified ? '已核实' : mark.includes('未核实') ? mark : `${mark}，未核实`}）`;
}

function guardText({ finding }: DocumentFacts): string {
  const guard = finding?.figures.find(({ id }) => id === 'guard');
  return typeof guard?.value === 'number'
    ? `×${guard.value.toFixed(guard.digits)}（判定前先以此扣除测量不确定度）`
    : '—（本规则不用不确定度系数）';
}

function completenessText({ finding }: DocumentFacts): string {
  if (finding === null) return '—（无远程 OBD 判定）';
  const { data } = finding;
  const km = data.distanceKm === null ? '—' : `${data.distanceKm.toFixed(0)} km`;
  const hours = data.engineOnS === null ? '—' : `${(data.engineOnS / 3600).toFixed(1)} h`;
  return `${finding.day}：NOx 有效占比 ${share(data.noxValidShare)}（有效秒数 ÷ 热机秒数），数据传输率 ${share(data.transmissionRate)}（收到 ÷ 应收），发动机运转 ${hours}，里程 ${km}`;
}

function findingTable(facts: DocumentFacts): PaperTable {
  const { finding } = facts;
  if (finding === null) return list(facts.trigger.length === 0 ? [['线索', '—（见办理经过）']] : facts.trigger);
  const level = LEVELS.find((each) => each === finding.level);
  return list([
    ['结论', level ? LEVEL_WORDS[level].zh : finding.level],
    ['规则', `${finding.rule} ${finding.ruleName}，版本 ${finding.version}`],
    ['限值', limitText(facts)],
    ['不确定度系数', guardText(facts)],
    ['依据日期', `${finding.period.from} 至 ${finding.period.to}，共 ${finding.days.length} 日（北京时间日期）`],
    ['方法类别', finding.class === null ? '—（本规则不分方法类别）' : `${finding.class} 类`],
    ['数据完整性', completenessText(facts)],
    ['应注意', finding.caveats.length === 0 ? '无' : finding.caveats.map((each) => each.text).join('；')],
    ['判定编号', `${finding.id}（重新计算不变）`],
  ]);
}

/** A figure as the catalogue writes it. */
function figureText(id: string, value: number | string | null): string {
  const known = Object.keys(FIGURES).find((each): each is FigureId => each === id);
  return known ? formatFigure(known, value, 'zh') : value === null ? '未知' : String(value);
}

function figuresTable({ finding }: DocumentFacts): PaperTable {
  const head = ['数值', '结果'];
  if (finding === null || finding.figures.length === 0) return EMPTY(head, [6, 8], '没有数值');
  return { head, rows: finding.figures.map(({ id, name, value }) => [name, figureText(id, value)]), weights: [6, 8] };
}

const EVIDENCE_HEAD = ['证据包', '规则', '日期', '生成（北京时间）', 'SHA-256'];

function evidenceTable({ packs }: DocumentFacts): PaperTable {
  const weights = [3, 2, 2, 3, 7];
  if (packs.length === 0) return EMPTY(EVIDENCE_HEAD, weights, '尚未生成');
  return {
    head: EVIDENCE_HEAD,
    rows: packs.map((pack) => [pack.id, pack.rule, pack.day, beijingTime(pack.createdMs), pack.sha256]),
    weights,
  };
}

function vehicleTable({ vehicle: v }: DocumentFacts): PaperTable {
  return pairs([
    ['车牌号', v.plate],
    ['车牌颜色', text(v.plateColor)],
    ['VIN', v.vin],
    ['排放阶段', stageText(v.stage)],
    ['车辆类型', text(v.vehicleType)],
    ['使用性质', text(v.useType)],
    ['发动机型号', text(v.engineModel)],
    ['发动机号', text(v.engineNumber)],
    ['额定功率', text(v.ratedPowerKw, 'kW')],
    ['参考扭矩', text(v.referenceTorqueNm, 'N·m')],
    ['总质量', text(v.grossMassKg, 'kg')],
    ['后处理装置', text(v.aftertreatment)],
    ['油箱', text(v.fuelTankL, 'L')],
    ['尿素箱', text(v.ureaTankL, 'L')],
    ['车主', text(v.owner)],
    ['联系电话', text(v.phone)],
    ['所属企业', text(v.enterprise)],
  ]);
}

function stageText(stage: string | null): string {
  return stage === null ? NOT_ENTERED : (STAGES[stage] ?? stage);
}

function terminalTable({ terminal: t }: DocumentFacts): PaperTable {
  if (t === null) return list([['终端', '—（立案时车上没有登记的终端）']]);
  return pairs([
    ['终端编号', t.id],
    ['ICCID', text(t.iccid)],
    ['厂商', text(t.vendor)],
    ['型号', text(t.model)],
    ['固件', text(t.firmware)],
  ]);
}

function historyTable({ steps }: DocumentFacts): PaperTable {
  const head = ['日期', '步骤', '内容', '经办', '此后期限'];
  const rows = steps.map((step) => [step.day, step.what, step.values, step.by, step.due ?? '—']);
  return { head, rows, weights: [3, 3, 7, 2, 3] };
}

function documentsTable({ documents }: DocumentFacts): PaperTable {
  const head = ['文书', '编号', '日期', 'SHA-256'];
  const weights = [4, 4, 3, 7];
  if (documents.length === 0) return EMPTY(head, weights, '尚未出具');
  return { head, rows: documents.map((each) => [each.title, each.number ?? '—（不编号）', each.day, each.sha256]), weights };
}

/** What verifies a pack, as it is typed where Plume is installed. */
export function verifyCommand(packId: string): string {
  return `npm run plume -- evidence verify plume-evidence-${packId}.json`;
}

const RECEIPT: PaperTable = {
  head: null,
  rows: [
    ['送达方式', '□直接送达　□邮寄　□公告　□其他：', '送达日期', ''],
    ['收件人签名', '', '与车主关系', ''],
    ['送达人签名', '', '备注', ''],
  ],
  weights: [2, 5, 2, 3],
};

/** Whether the case rests on the remote OBD data: then everything said of it is a lead. */
export function isRemote(facts: DocumentFacts): boolean {
  return facts.case.source === CASE_SOURCE_WORDS.remoteObd.zh;
}

/**
 * What the document rests on: leads of remote OBD data are called so; what an inspection found is told as its record has it. A template
 * may put it above or below what it is about, so it speaks of the document and not of a direction.
 */
function statementOf(facts: DocumentFacts): string {
  return isRemote(facts)
    ? '本文书所列为远程 OBD 数据给出的疑似线索，未经法定检验确认，不构成对超标的认定。'
    : `本文书所列情况来自${facts.case.source}，以该次检查的原始记录或报告为准；所列限值未核对标准原文。`;
}

/** Whom a notice is addressed to: the owner, else the enterprise, else whoever owns the truck of this plate. */
function addresseeOf({ plate, owner, enterprise }: DocumentFacts['vehicle']): string {
  return owner?.trim() || enterprise?.trim() || `${plate} 机动车所有人`;
}

/** Every field of a document, filled from the facts. */
export function valuesOf(facts: DocumentFacts): FieldValues {
  const { office, vehicle, finding, notice } = facts;
  const pack = facts.packs.at(-1);
  const estimated = notice?.estimated ? '（节假日安排尚未录入，按周末推算）' : '';
  return {
    issuer: office.issuer,
    issuerAddress: office.address,
    issuerContact: office.contact,
    legalBasis: office.legalBasis,
    number: notice?.number ?? '—（不编号）',
    workingDays: notice === null ? '—' : String(notice.workingDays),
    deadlineDay: notice === null ? '—' : `${longDay(notice.deadlineDay)}${estimated}`,
    objectionDays: notice === null ? '—' : String(notice.objectionDays),
    today: longDay(facts.today),
    officer: text(facts.case.officer),
    caseNumber: facts.case.number,
    caseType: facts.case.type,
    caseState: facts.case.state,
    caseOpened: longDay(facts.case.openedDay),
    caseSource: facts.case.source,
    foundBy: isRemote(facts) ? '重型车远程在线监控（车载诊断系统数据）' : facts.case.source,
    district: text(facts.case.district),
    plate: vehicle.plate,
    plateColor: text(vehicle.plateColor),
    vin: vehicle.vin,
    stage: stageText(vehicle.stage),
    vehicleType: text(vehicle.vehicleType),
    engineModel: text(vehicle.engineModel),
    engineNumber: text(vehicle.engineNumber),
    addressee: addresseeOf(vehicle),
    owner: text(vehicle.owner),
    phone: text(vehicle.phone),
    enterprise: text(vehicle.enterprise),
    rule: finding === null ? '—（无远程 OBD 判定）' : `${finding.rule} ${finding.ruleName}，版本 ${finding.version}`,
    explanation: finding === null ? '本案不以远程 OBD 判定为依据，见上表和办理经过。' : finding.explanation,
    findingPeriod: finding === null ? '—' : `${finding.period.from} 至 ${finding.period.to}`,
    limit: limitText(facts),
    guard: guardText(facts),
    completeness: completenessText(facts),
    evidenceId: pack?.id ?? '—（尚未生成）',
    evidenceSha256: pack?.sha256 ?? '—（尚未生成）',
    verifyCommand: pack === undefined ? '—（尚未生成证据包）' : verifyCommand(pack.id),
    leadStatement: statementOf(facts),
    vehicleTable: vehicleTable(facts),
    terminalTable: terminalTable(facts),
    findingTable: findingTable(facts),
    figuresTable: figuresTable(facts),
    evidenceTable: evidenceTable(facts),
    historyTable: historyTable(facts),
    documentsTable: documentsTable(facts),
    receiptTable: RECEIPT,
  };
}
