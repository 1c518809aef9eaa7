import { type Db, listTemplates } from '@plume/db';
import { BUILT_IN } from './built-in.ts';
import type { DocumentKind } from './fields.ts';

/** The template in force: the office's newest, else the product's own as version 0. */
export async function templateInForce(db: Db, kind: DocumentKind): Promise<{ readonly body: string; readonly version: number }> {
  const [newest] = await listTemplates(db, kind);
  return newest ? { body: newest.body, version: newest.version } : { body: BUILT_IN[kind], version: 0 };
}
