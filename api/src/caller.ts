import type { AccountRow, Districts } from '@plume/db';
import type { SecuritySettings } from './people/security-settings.ts';
import { isPermission, PERMISSIONS, type Permission, permissionsOf, type Role } from './permissions.ts';

/** The account behind a session or a token. */
export interface Person {
  readonly id: number;
  readonly name: string;
  readonly displayName: string;
  readonly role: Role;
}

/** What must be put right before an account may do anything else: its password is too old, or its role needs a second factor. */
export type Must = 'password' | 'secondFactor';

/**
 * Who is asking: a person at a browser (`session`), a program with a token of a person's, the holder of a set-up link while there is no
 * account (`setup`), or the command line on the service's own machine (`service`).
 */
export interface Caller {
  readonly kind: 'session' | 'token' | 'setup' | 'service';
  readonly person: Person | null;
  readonly permissions: ReadonlySet<Permission>;
  /** Whose trucks may be seen and touched; null: all of the site. */
  readonly districts: Districts;
  readonly must: Must | null;
  readonly sessionId: number | null;
  readonly tokenName: string | null;
  /** When the session ends if it is not used again, or the token at all, epoch ms; null for the service. */
  readonly expiresAtMs: number | null;
}

/** Who asks, as records name them: the user name, with the token's name behind it for a program. */
export function actorName(caller: Caller): string {
  if (!caller.person) return caller.kind;
  return caller.tokenName === null ? caller.person.name : `${caller.person.name}/${caller.tokenName}`;
}

/** Who a job is ordered by. */
export function ordererOf(caller: Caller): { name: string; userId: number | null } {
  return { name: actorName(caller), userId: caller.person?.id ?? null };
}

/** The command line on the service's own machine: whoever may read its files may do anything anyway. */
export const SERVICE: Caller = {
  kind: 'service',
  person: null,
  permissions: new Set(PERMISSIONS),
  districts: null,
  must: null,
  sessionId: null,
  tokenName: null,
  expiresAtMs: null,
};

/**
 * The holder of a set-up link while there is no account. In a demonstration they see and try everything at once, but give out no accounts
 * beside the first; otherwise they may only make that one.
 */
export function setupCaller(demo: boolean, sessionId: number, expiresAtMs: number): Caller {
  const everything = PERMISSIONS.filter((permission) => permission !== 'people.manage');
  return { ...SERVICE, kind: 'setup', permissions: new Set(demo ? everything : []), sessionId, expiresAtMs };
}

function personOf(account: AccountRow): Person {
  return { id: account.id, name: account.name, displayName: account.display_name, role: account.role };
}

const DAY_MS = 86_400_000;

function mustOf(account: AccountRow, settings: SecuritySettings, nowMs: number): Must | null {
  const { maxAgeDays } = settings.password;
  const setMs = account.password_set_at?.getTime() ?? 0;
  if (maxAgeDays > 0 && nowMs - setMs >= maxAgeDays * DAY_MS) return 'password';
  if (settings.totpRequiredFor.includes(account.role) && account.totp_confirmed_at === null) return 'secondFactor';
  return null;
}

/** A person at a browser. */
export function sessionCaller(
  account: AccountRow,
  settings: SecuritySettings,
  session: { id: number; expiresAtMs: number },
  nowMs: number,
): Caller {
  return {
    kind: 'session',
    person: personOf(account),
    permissions: permissionsOf(account.role),
    districts: account.districts,
    must: mustOf(account, settings, nowMs),
    sessionId: session.id,
    tokenName: null,
    expiresAtMs: session.expiresAtMs,
  };
}

/** A program: what its token lists and its owner's role allows now. */
export function tokenCaller(
  account: AccountRow,
  token: { name: string; permissions: readonly string[]; expiresAtMs: number },
): Caller {
  const own = permissionsOf(account.role);
  return {
    kind: 'token',
    person: personOf(account),
    permissions: new Set(token.permissions.filter(isPermission).filter((permission) => own.has(permission))),
    districts: account.districts,
    must: null,
    sessionId: null,
    tokenName: token.name,
    expiresAtMs: token.expiresAtMs,
  };
}
