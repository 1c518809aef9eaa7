import type { z } from '@hono/zod-openapi';
import type { FindingJson, LeadWhole } from '@plume/db';
import { type CaseSource, inspectionItem } from '@plume/ingest/rules';
import type { Inspection } from '../inspections/inspection-schema.ts';

const RANK = ['event', 'attention', 'fault', 'suspected', 'probable'];
const NUMBER = (value: unknown): number | null => (typeof value === 'number' && Number.isFinite(value) ? value : null);

/** What set a case off. Figures carry the names and units of the rules' catalogue; what is not known is null. */
export interface CaseTrigger {
  readonly pollutant: 'NOx' | 'PM' | null;
  readonly limit: { readonly value: number; readonly unit: string; readonly source: string; readonly mark: string } | null;
  readonly rule: string | null;
  readonly ruleVersion: string | null;
  readonly level: string | null;
  readonly methodClass: string | null;
  /** Beijing days. */
  readonly firstDay: string;
  readonly lastDay: string;
  readonly maximum: number | null;
  readonly mean: number | null;
  /** Unit of both. */
  readonly unit: string | null;
  /** What is compared with the limit ÷ the limit. */
  readonly ratio: number | null;
  readonly figures: Readonly<Record<string, number | string | null>>;
  /** Of the deciding day, 0 … 1: valid ÷ received hot engine-on samples, received ÷ due samples. */
  readonly validShare: number | null;
  readonly transmissionRate: number | null;
  readonly distanceKm: number | null;
  readonly place: string | null;
  readonly note: string | null;
}

const POLLUTANTS: Readonly<Record<string, 'NOx' | 'PM'>> = {
  overLimit: 'NOx',
  scrFault: 'NOx',
  particulate: 'PM',
};

/** The finding that tells most: of the highest level, the newest that stands. */
function tellingFinding(lead: LeadWhole): FindingJson | undefined {
  const standing = lead.findings.filter(({ withdrawnAt }) => withdrawnAt === null);
  return [...standing].sort((a, b) => RANK.indexOf(b.level) - RANK.indexOf(a.level) || (a.day < b.day ? 1 : -1))[0];
}

/** Value, mean and highest of a finding in the unit of its limit. */
function sizes(finding: FindingJson) {
  const { figures, limit } = finding.detail;
  const byMass = limit?.unit === 'g/kWh' || figures.p90 !== undefined;
  const unit = byMass ? 'g/kWh' : figures.hotMeanPpm !== undefined || figures.meanPpm !== undefined ? 'ppm' : null;
  const mean = byMass ? NUMBER(figures.meanGPerKwh) : (NUMBER(figures.hotMeanPpm) ?? NUMBER(figures.meanPpm));
  const compared = byMass ? (NUMBER(figures.p90) ?? mean) : mean;
  const same = limit !== null && limit.value > 0 && limit.unit === unit;
  return {
    unit,
    mean,
    maximum: byMass ? NUMBER(figures.maxGPerKwh) : null,
    ratio: same && compared !== null ? compared / limit.value : null,
  };
}

/** What leads of one truck say of why a case is opened; the gravest of them gives the figures. */
export function triggerOfLeads(leads: readonly LeadWhole[], place: string | null): CaseTrigger {
  const told = leads
    .flatMap((lead) => {
      const finding = tellingFinding(lead);
      return finding ? [{ lead, finding }] : [];
    })
    .sort((a, b) => RANK.indexOf(b.finding.level) - RANK.indexOf(a.finding.level))[0];
  const days = leads.flatMap(({ first_day, last_day }) => [first_day, last_day]).sort();
  const finding = told?.finding;
  const size = finding ? sizes(finding) : { unit: null, mean: null, maximum: null, ratio: null };
  return {
    pollutant: told ? (POLLUTANTS[told.lead.cause] ?? null) : null,
    limit: finding?.detail.limit ?? null,
    rule: finding?.rule ?? null,
    ruleVersion: finding?.version ?? null,
    level: finding?.level ?? null,
    methodClass: finding?.class ?? null,
    firstDay: days[0] ?? '',
    lastDay: days.at(-1) ?? '',
    ...size,
    figures: finding?.detail.figures ?? {},
    validShare: finding?.noxValidShare ?? null,
    transmissionRate: finding?.transmissionRate ?? null,
    distanceKm: finding?.distanceKm ?? null,
    place,
    note: null,
  };
}

/** What an officer or the record of an inspection says of why a case is opened. */
export interface ToldTrigger {
  readonly day: string;
  readonly pollutant: 'NOx' | 'PM' | null;
  readonly value: number | null;
  readonly limitValue: number | null;
  readonly unit: string | null;
  readonly limitSource: string | null;
  readonly place: string | null;
  readonly note: string | null;
}

/** That as a trigger. */
export function triggerOfWords(told: ToldTrigger, source: CaseSource): CaseTrigger {
  const { value, limitValue, unit } = told;
  return {
    pollutant: told.pollutant,
    limit:
      limitValue === null
        ? null
        : { value: limitValue, unit: unit ?? '', source: told.limitSource ?? source, mark: 'unverified' },
    rule: null,
    ruleVersion: null,
    level: null,
    methodClass: null,
    firstDay: told.day,
    lastDay: told.day,
    maximum: value,
    mean: null,
    unit,
    ratio: value !== null && limitValue !== null && limitValue > 0 ? value / limitValue : null,
    figures: {},
    validShare: null,
    transmissionRate: null,
    distanceKm: null,
    place: told.place,
    note: told.note,
  };
}

/** What the record of an inspection says of why a case is opened: of its values the one that is furthest above its limit. */
export function triggerOfInspection(record: z.infer<typeof Inspection>): CaseTrigger {
  const ratio = ({ value, limit }: { value: number; limit: number | null }) => (limit === null || limit <= 0 ? 0 : value / limit);
  const worst = [...record.values].sort((a, b) => ratio(b) - ratio(a))[0];
  const of = worst && inspectionItem(worst.item)?.pollutant;
  const told = triggerOfWords(
    {
      day: record.day,
      pollutant: of === 'NOx' ? 'NOx' : of === 'smoke' ? 'PM' : null,
      value: worst?.value ?? null,
      limitValue: worst?.limit ?? null,
      unit: worst?.unit || worst?.zh || null,
      limitSource: worst?.limitSource ?? null,
      place: record.place,
      note: record.note,
    },
    record.kind,
  );
  return { ...told, figures: Object.fromEntries(record.values.map(({ item, value }) => [item, value])) };
}
