import { z } from '@hono/zod-openapi';
import type { AccountRow } from '@plume/db';
import { ROLES, WHOLE_SITE_ROLES } from '../permissions.ts';
import { Moment, plainText } from '../schemas.ts';
import { MAX_PASSWORD_CHARS } from './password-rules.ts';

/** A user name: lower case, so that nobody is taken for another by a capital letter. */
export const UserName = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[a-z0-9][a-z0-9._-]{1,31}$/, 'must be 2 to 32 letters a-z, digits, ".", "_" or "-", beginning with a letter or digit')
  .openapi({ example: 'wang.min' });

/** The name that people call each other by. */
export const DisplayName = plainText(60).openapi({ example: '王敏' });

export const Password = z.string().min(1).max(MAX_PASSWORD_CHARS).openapi({ format: 'password' });
export const RoleInput = z.enum(ROLES);
export const DistrictsInput = z
  .array(plainText(40))
  .min(1)
  .max(100)
  .nullable()
  .openapi({ description: 'Whose trucks the account may see and touch; null: all of the site' });

/** Why this role cannot have these districts; undefined: it can. */
export function districtTrouble(role: (typeof ROLES)[number], districts: readonly string[] | null): string | undefined {
  return districts !== null && WHOLE_SITE_ROLES.includes(role)
    ? `must be null: the duties of an ${role} concern the whole site`
    : undefined;
}

/** An account as lists show it. */
export const Account = z
  .object({
    id: z.number().int(),
    name: z.string(),
    displayName: z.string(),
    role: RoleInput,
    districts: z.array(z.string()).nullable(),
    state: z.enum(['active', 'invited', 'reset', 'disabled']).openapi({
      description: 'invited: no password was ever set; reset: a new one is being waited for',
    }),
    secondFactor: z.boolean(),
    lastSignInAt: Moment.nullable(),
    linkExpiresAt: Moment.nullable().openapi({ description: 'Until when the one-time link that was made last can be used' }),
    sessions: z.number().int().openapi({ description: 'Open sessions' }),
    heldUpUntil: Moment.nullable().openapi({ description: 'Until when sign-ins are put off somewhere after failed ones' }),
    createdAt: Moment,
    version: z.number().int().openapi({ description: 'Name it when changing the account' }),
  })
  .openapi('Account');

/** A row of accounts as the API tells it. */
export function toAccount(
  row: AccountRow & { blocked_until: Date | null; sessions: number },
  nowMs: number,
): z.infer<typeof Account> {
  const state = row.disabled_at ? 'disabled' : row.password_hash ? 'active' : row.enrolled_at ? 'reset' : 'invited';
  const later = (at: Date | null) => (at !== null && at.getTime() > nowMs ? at.toISOString() : null);
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    role: row.role,
    districts: row.districts,
    state,
    secondFactor: row.totp_confirmed_at !== null,
    lastSignInAt: row.last_sign_in_at?.toISOString() ?? null,
    linkExpiresAt: later(row.link_expires_at),
    sessions: row.sessions,
    heldUpUntil: later(row.blocked_until),
    createdAt: row.created_at.toISOString(),
    version: row.version,
  };
}

/** A one-time link by which a password is set. */
export const PasswordLink = z
  .object({
    path: z.string().openapi({ description: 'Open it on this service, once; it is told this once', example: '/#welcome=…' }),
    expiresAt: Moment,
  })
  .openapi('PasswordLink');
