import type { Db } from '@plume/db';
import { ruleSettings } from '@plume/db/evaluation';
import { type Parameters, parametersWith } from '@plume/ingest/rules';

/** The rules' numbers in force on a Beijing day: the product's with the site's own in place of them. */
export async function parametersOn(db: Db, day: string): Promise<Parameters> {
  return parametersWith((await ruleSettings(db)).findLast(({ validFrom }) => validFrom <= day)?.overrides ?? {});
}
