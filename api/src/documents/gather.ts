import {
  type CaseStepRow,
  type CaseWhole,
  casePacks,
  caseSteps,
  type Db,
  getCase,
  listDocuments,
  tellingFindingOf,
} from '@plume/db';
import {
  CASE_SOURCE_WORDS,
  CASE_SOURCES,
  CASE_STATE_WORDS,
  CASE_STATES,
  CASE_TYPE_WORDS,
  CASE_TYPES,
  STEP_KINDS,
  type StepRow,
  stepRow,
  type Text,
} from '@plume/ingest/rules';
import { caseNumber } from '../cases/case-schema.ts';
import { toFinding } from '../finding-schema.ts';
import type { DocumentFacts } from './facts.ts';
import { DOCUMENT_KINDS, DOCUMENT_NAMES } from './fields.ts';
import type { Office } from './office.ts';

function words<K extends string>(table: Readonly<Record<K, Text>>, keys: readonly K[], key: string): string {
  const known = keys.find((each) => each === key);
  return known === undefined ? key : table[known].zh;
}

const textOf = (from: Readonly<Record<string, unknown>>, key: string): string | null => {
  const value = from[key];
  return typeof value === 'string' && value !== '' ? value : null;
};
const numberOf = (from: Readonly<Record<string, unknown>>, key: string): number | null => {
  const value = from[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

/** A step's kind; undefined for its opening, which has no row. */
function rowOf(kind: string): StepRow | undefined {
  const known = STEP_KINDS.find((each) => each === kind);
  return known && stepRow(known);
}

/** What a step carried, in words: `核实结果：属实；…`. */
function valuesText(step: CaseStepRow): string {
  const fields = rowOf(step.kind)?.fields ?? [];
  const told = fields.flatMap((field) => {
    const value = step.values[field.name];
    if (value === null || value === undefined) return [];
    if (field.kind === 'figures') {
      // A road check brings its sentence along, and the hash of what it rests on.
      const figures = partOf(step.values, field.name);
      const [sentence, hash] = [textOf(figures, 'zh'), textOf(figures, 'inputsSha256')];
      return sentence === null ? [] : [`${field.zh}：${sentence}${hash === null ? '' : `计算依据 SHA-256：${hash}`}`];
    }
    const said =
      field.choices?.find((choice) => choice.value === value)?.zh ??
      (value === true ? '是' : value === false ? '否' : String(value));
    return [`${field.zh}：${said}${field.unit ? ` ${field.unit.split(' ')[0]}` : ''}`];
  });
  return [...told, ...(step.note === null ? [] : [`备注：${step.note}`])].join('；');
}

function triggerRows(trigger: Readonly<Record<string, unknown>>): (readonly [string, string])[] {
  const limit = trigger.limit;
  const unit = textOf(trigger, 'unit') ?? '';
  const rows: [string, string | null][] = [
    ['污染物', textOf(trigger, 'pollutant')],
    ['测得值', numberOf(trigger, 'maximum') === null ? null : `${numberOf(trigger, 'maximum')} ${unit}`],
    ['限值', typeof limit === 'object' && limit !== null ? limitWords({ ...limit }) : null],
    ['日期', textOf(trigger, 'firstDay')],
    ['地点', textOf(trigger, 'place')],
    ['说明', textOf(trigger, 'note')],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
}

function limitWords(limit: Readonly<Record<string, unknown>>): string {
  return `${numberOf(limit, 'value') ?? '—'} ${textOf(limit, 'unit') ?? ''}，来源：${textOf(limit, 'source') ?? '—'}（${limit.mark === 'C' ? '已核实' : '未核实'}）`;
}

/** Everything that documents of a case need; undefined: there is no such case. */
export async function gatherFacts(db: Db, caseId: number, office: Office, today: string): Promise<DocumentFacts | undefined> {
  const row = await getCase(db, caseId);
  if (!row) return undefined;
  const [finding, packs, steps, documents] = [
    await tellingFindingOf(db, caseId),
    await casePacks(db, caseId),
    await caseSteps(db, caseId),
    await listDocuments(db, caseId),
  ];
  return {
    office,
    today,
    case: {
      number: caseNumber(row),
      type: words(CASE_TYPE_WORDS, CASE_TYPES, row.type),
      state: words(CASE_STATE_WORDS, CASE_STATES, row.state),
      source: words(CASE_SOURCE_WORDS, CASE_SOURCES, row.source),
      openedDay: row.opened_day,
      district: row.district,
      officer: row.officer_name ?? row.officer,
    },
    vehicle: vehicleOf(row),
    terminal: terminalOf(row.terminal),
    finding: finding ? toFinding(finding, 'zh') : null,
    trigger: triggerRows(row.trigger),
    packs: packs.map((pack) => ({
      id: pack.id,
      sha256: pack.sha256,
      rule: pack.rule,
      day: pack.day,
      createdMs: pack.created_at.getTime(),
    })),
    steps: steps.map((step) => ({
      day: step.day,
      what: step.kind === 'open' ? '立案' : (rowOf(step.kind)?.zh ?? step.kind),
      values: valuesText(step),
      by: step.actor_name ?? step.actor,
      due: step.due_day,
    })),
    documents: documents.map((each) => ({
      title: DOCUMENT_KINDS.flatMap((kind) => (kind === each.kind ? [DOCUMENT_NAMES[kind].zh] : []))[0] ?? each.kind,
      number: each.number,
      day: each.day,
      sha256: each.files.find(({ format }) => format === 'html')?.sha256 ?? '—',
    })),
    notice: null,
  };
}

/** A part of a stored record that is itself a record. */
function partOf(from: Readonly<Record<string, unknown>>, key: string): Readonly<Record<string, unknown>> {
  const value = from[key];
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** The truck as it was registered when the case was opened, its parameters then, and what officers added. */
function vehicleOf(row: CaseWhole): DocumentFacts['vehicle'] {
  const v = row.vehicle;
  const p = partOf(v, 'parameters');
  const added = partOf(v, 'added');
  return {
    plate: textOf(v, 'plate') ?? row.plate,
    plateColor: textOf(v, 'plate_color'),
    vin: row.vin,
    stage: textOf(p, 'stage'),
    vehicleType: textOf(added, 'vehicleType'),
    engineModel: textOf(p, 'engineModel'),
    engineNumber: textOf(added, 'engineNumber'),
    ratedPowerKw: numberOf(p, 'ratedPowerKw'),
    referenceTorqueNm: numberOf(p, 'referenceTorqueNm'),
    grossMassKg: numberOf(added, 'grossMassKg'),
    fuelTankL: numberOf(p, 'fuelTankL'),
    ureaTankL: numberOf(p, 'ureaTankL'),
    // What was entered in the case stands before what the registry knows.
    aftertreatment: textOf(added, 'aftertreatment') ?? textOf(p, 'aftertreatment'),
    useType: textOf(v, 'use_type'),
    owner: textOf(added, 'owner'),
    phone: textOf(added, 'phone'),
    enterprise: textOf(v, 'enterprise') ?? row.enterprise,
  };
}

function terminalOf(terminal: CaseWhole['terminal']): DocumentFacts['terminal'] {
  const id = terminal === null ? null : textOf(terminal, 'id');
  if (terminal === null || id === null) return null;
  return {
    id,
    vendor: textOf(terminal, 'vendor'),
    model: textOf(terminal, 'model'),
    firmware: textOf(terminal, 'firmware'),
    iccid: textOf(terminal, 'iccid'),
  };
}
