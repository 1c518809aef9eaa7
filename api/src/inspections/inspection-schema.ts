import { z } from '@hono/zod-openapi';
import type { InspectionContent, InspectionFileRow, InspectionRow, InspectionVersionRow } from '@plume/db';
import {
  INSPECTION_ITEMS,
  INSPECTION_JUDGEMENTS,
  INSPECTION_KINDS,
  INSPECTION_METHODS,
  INSPECTION_POLLUTANTS,
  INSPECTION_RESULTS,
  type InspectionFacts,
  inspectionItem,
  pollutantsMeasured,
  pollutantsOver,
} from '@plume/ingest/rules';
import { BeijingDate } from '../beijing-day.ts';
import { Moment, plainText } from '../schemas.ts';

/** The number of an inspection in a path. */
export const InspectionParam = z.object({
  id: z
    .string()
    .regex(/^[1-9]\d{0,8}$/, 'must be the number of an inspection')
    .openapi({ param: { name: 'id', in: 'path' }, example: '12' }),
});

const ITEM_IDS = INSPECTION_ITEMS.map(({ id }) => id);

/** What a limit is taken from. */
export const InspectionLimitSource = plainText(200).nullable().default(null);

const Value = z
  .strictObject({
    item: z.enum(ITEM_IDS),
    value: z.number().openapi({ description: 'In the unit of the item: GET /inspection-catalogue' }),
    limit: z.number().nullable().default(null).openapi({ description: 'The limit that it was judged by; null: none is named' }),
    limitSource: InspectionLimitSource,
  })
  .openapi('InspectionValue');

/** What can be written of a record; the truck and the kind are fixed when it is entered. */
export const InspectionWords = {
  day: BeijingDate,
  time: z
    .string()
    .max(5)
    .nullable()
    .default(null)
    .openapi({ example: '14:30', description: 'Beijing clock time; null: not known' }),
  place: plainText(200).nullable().default(null),
  organisation: plainText(100).openapi({ description: 'Station, team or operator that inspected' }),
  method: z.enum(INSPECTION_METHODS),
  values: z.array(Value).max(ITEM_IDS.length).default([]),
  result: z.enum(INSPECTION_RESULTS),
  reportNo: plainText(60).nullable().default(null),
  note: z
    .string()
    .trim()
    .min(1)
    .max(2000)
    .regex(/^[^\0\p{Cs}]*$/u, 'must not contain the character NUL')
    .nullable()
    .default(null),
};

const ShownValue = z.object({
  item: z.string(),
  zh: z.string(),
  en: z.string(),
  value: z.number(),
  unit: z.string(),
  decimals: z.number().int(),
  limit: z.number().nullable(),
  limitSource: z.string().nullable(),
  over: z.boolean().nullable().openapi({ description: 'Above its limit; null: no limit is named' }),
});

export const Inspection = z
  .object({
    id: z.number().int(),
    vehicle: z.object({
      id: z.number().int(),
      vin: z.string(),
      plate: z.string(),
      district: z.string().nullable(),
      enterprise: z.string().nullable(),
    }),
    kind: z.enum(INSPECTION_KINDS),
    day: BeijingDate,
    time: z.string().nullable(),
    place: z.string().nullable(),
    organisation: z.string(),
    method: z.enum(INSPECTION_METHODS),
    values: z.array(ShownValue),
    over: z.array(z.enum(INSPECTION_POLLUTANTS)),
    result: z.enum(INSPECTION_RESULTS).openapi({ description: 'What the record says' }),
    judgement: z.enum(INSPECTION_JUDGEMENTS).openapi({
      description:
        'What it amounts to: in remote sensing a pass over the limit is `single`, until one before it within six months had the same pollutant over its limit: then `failed` (in a row) or `repeated` (with a pass under the limit between them)',
    }),
    reportNo: z.string().nullable(),
    note: z.string().nullable(),
    voided: z.boolean().openapi({ description: 'Taken back: it counts nowhere' }),
    files: z.number().int(),
    caseId: z.number().int().nullable().openapi({ description: 'The case that was opened from it' }),
    version: z.number().int().openapi({ description: 'Name it with a correction' }),
    createdAt: Moment,
    createdBy: z.string(),
    updatedAt: Moment,
    updatedBy: z.string(),
  })
  .openapi('Inspection');

export const InspectionFile = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.string(),
    bytes: z.number().int(),
    sha256: z.string(),
    at: Moment,
    by: z.string(),
  })
  .openapi('InspectionFile');

export const InspectionVersion = z
  .object({
    version: z.number().int(),
    at: Moment,
    by: z.string(),
    reason: z.string().nullable().openapi({ description: 'Why it was corrected; null: as it was entered' }),
    voided: z.boolean(),
    facts: z.record(z.string(), z.unknown()),
  })
  .openapi('InspectionVersion');

const StoredValue = z.object({
  item: z.string(),
  value: z.number(),
  limit: z.number().nullable(),
  limitSource: z.string().nullable(),
});

/** A stored row as the API shows it. */
export function toInspection(row: InspectionRow): z.infer<typeof Inspection> {
  const values = z.array(StoredValue).parse(row.values);
  return {
    id: row.id,
    vehicle: { id: row.vehicle_id, vin: row.vin, plate: row.plate, district: row.district, enterprise: row.enterprise },
    kind: z.enum(INSPECTION_KINDS).parse(row.kind),
    day: row.day,
    time: row.time,
    place: row.place,
    organisation: row.organisation,
    method: z.enum(INSPECTION_METHODS).parse(row.method),
    values: values.map((each) => {
      const item = inspectionItem(each.item);
      return {
        ...each,
        zh: item?.zh ?? each.item,
        en: item?.en ?? each.item,
        unit: item?.unit ?? '',
        decimals: item?.decimals ?? 2,
        over: each.limit === null ? null : each.value > each.limit,
      };
    }),
    over: z.array(z.enum(INSPECTION_POLLUTANTS)).parse(row.over),
    result: z.enum(INSPECTION_RESULTS).parse(row.result),
    judgement: z.enum(INSPECTION_JUDGEMENTS).parse(row.judgement),
    reportNo: row.report_no,
    note: row.note,
    voided: row.voided,
    files: row.files,
    caseId: row.case_id,
    version: row.version,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    updatedAt: row.updated_at.toISOString(),
    updatedBy: row.updated_by,
  };
}

/** What a record says as it is stored. */
export function toContent(facts: InspectionFacts): InspectionContent {
  return { ...facts, measured: pollutantsMeasured(facts.values), over: pollutantsOver(facts.values) };
}

/** An attachment as the API shows it. */
export function toInspectionFile(row: InspectionFileRow): z.infer<typeof InspectionFile> {
  const { id, name, type, bytes, sha256, at, actor } = row;
  return { id, name, type, bytes, sha256, at: at.toISOString(), by: actor };
}

/** A version as the API shows it. */
export function toVersion(row: InspectionVersionRow): z.infer<typeof InspectionVersion> {
  const { version, recorded_at, actor, reason, voided, facts } = row;
  return { version, at: recorded_at.toISOString(), by: actor, reason, voided, facts };
}
