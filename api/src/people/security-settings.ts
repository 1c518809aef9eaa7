import { z } from '@hono/zod-openapi';
import { type Db, findSetting } from '@plume/db';
import { ROLES } from '../permissions.ts';
import { plainText } from '../schemas.ts';

/** Key of the security settings in the table of settings. */
export const SECURITY_KEY = 'security';
/** Another process's change is seen after so long. */
const FRESH_MS = 5_000;

/** What a site decides about passwords, sessions and the second factor. */
export const SecuritySettings = z
  .strictObject({
    password: z.strictObject({
      minLength: z.number().int().min(8).max(64).openapi({ description: 'Characters at least' }),
      minKinds: z
        .number()
        .int()
        .min(1)
        .max(4)
        .openapi({ description: 'How many of the kinds lower case, upper case, digits and other must occur' }),
      maxAgeDays: z.number().int().min(0).max(730).openapi({ description: 'Days until another must be chosen; 0: never' }),
      remember: z.number().int().min(0).max(24).openapi({ description: 'Earlier passwords that are not taken again' }),
      refusedWords: z
        .array(plainText(64).pipe(z.string().min(3)))
        .max(500)
        .openapi({ description: 'Words that no password may contain, beside the built-in list of common passwords' }),
    }),
    session: z.strictObject({
      idleMinutes: z.number().int().min(5).max(1440).openapi({ description: 'A session ends after so long without a request' }),
      absoluteHours: z
        .number()
        .int()
        .min(1)
        .max(720)
        .openapi({ description: 'A session ends so long after sign-in, used or not' }),
    }),
    totpRequiredFor: z.array(z.enum(ROLES)).max(4).openapi({ description: 'Roles that must have a second factor' }),
  })
  .openapi('SecuritySettings');
export type SecuritySettings = z.infer<typeof SecuritySettings>;

/**
 * What holds until a site decides otherwise. Length, kinds, age and memory follow the practice of GB/T 22239 (等保 2.0) assessments; a site
 * that goes by NIST SP 800-63B sets minLength 15, minKinds 1, maxAgeDays 0.
 */
export const DEFAULT_SECURITY: SecuritySettings = {
  password: { minLength: 10, minKinds: 3, maxAgeDays: 90, remember: 5, refusedWords: [] },
  session: { idleMinutes: 480, absoluteHours: 168 },
  totpRequiredFor: [],
};

/** The settings with their version (0: the defaults hold). */
export interface VersionedSecurity {
  settings: SecuritySettings;
  version: number;
  updatedAt: Date | null;
  updatedBy: string | null;
}

/** Settings as stored. */
export async function readSecurity(db: Db): Promise<VersionedSecurity> {
  const row = await findSetting(db, SECURITY_KEY);
  if (!row) return { settings: DEFAULT_SECURITY, version: 0, updatedAt: null, updatedBy: null };
  return {
    settings: SecuritySettings.parse(row.value),
    version: row.version,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}

/** The settings at hand: read again when they are older than some seconds by the given clock, or were changed here. */
export interface SecurityBook {
  current(): Promise<SecuritySettings>;
  forget(): void;
}

/** A book over one database. */
export function createSecurityBook(db: Db, clock: () => number): SecurityBook {
  let known: { settings: SecuritySettings; readMs: number } | undefined;
  return {
    async current() {
      const nowMs = clock();
      if (known && Math.abs(nowMs - known.readMs) < FRESH_MS) return known.settings;
      const { settings } = await readSecurity(db);
      known = { settings, readMs: nowMs };
      return settings;
    },
    forget() {
      known = undefined;
    },
  };
}
