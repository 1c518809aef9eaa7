import { z } from '@hono/zod-openapi';
import { type Db, findSetting } from '@plume/db';
import { plainText } from '../schemas.ts';
import type { NoticeDocument } from './fields.ts';

/** Key of the setting that holds what an office prints on its documents. */
export const OFFICE_KEY = 'documents.office';

const prefix = plainText(30).openapi({ description: 'Stands before 〔year〕 and the number', example: '昌环机告' });

/** What an office prints on its documents. */
export const Office = z
  .strictObject({
    issuer: plainText(80),
    address: plainText(120),
    contact: plainText(120),
    legalBasis: plainText(300).openapi({ description: 'Law and article that notices quote, as the office has checked them' }),
    objectionDays: z.number().int().min(1).max(60).openapi({ description: 'Working days to object' }),
    prefixes: z
      .strictObject({ repairNotice: prefix, rectification: prefix })
      .refine((each) => each.repairNotice !== each.rectification, {
        path: ['rectification'],
        error: 'must differ from that of repair notices: the two are numbered apart',
      }),
  })
  .openapi('DocumentOffice');
export type Office = z.infer<typeof Office>;

/** What the office has entered; null: nothing yet, and no document is issued. */
export async function readOffice(db: Db): Promise<{ office: Office | null; version: number; updatedBy: string | null }> {
  const row = await findSetting(db, OFFICE_KEY);
  const stored = Office.safeParse(row?.value);
  return { office: stored.success ? stored.data : null, version: row?.version ?? 0, updatedBy: row?.updated_by ?? null };
}

/** A number of a series in full: `昌环机告〔2026〕12号`. */
export function fullNumber(office: Office, kind: NoticeDocument, year: number, no: number): string {
  return `${office.prefixes[kind]}〔${year}〕${no}号`;
}

/** Stands in a preview where the office has entered nothing. */
export const NO_OFFICE: Office = {
  issuer: '（未填写发文机关）',
  address: '（未填写地址）',
  contact: '（未填写联系人）',
  legalBasis: '（未填写法律依据）',
  objectionDays: 5,
  prefixes: { repairNotice: '（字号）', rectification: '（字号）' },
};
