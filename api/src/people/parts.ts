import type { AccountRow, Db } from '@plume/db';
import type { Access } from '../access.ts';
import { type Caller, sessionCaller } from '../caller.ts';
import type { AddressReader } from '../client-address.ts';
import type { ApiDeps } from '../deps.ts';
import type { Passwords } from './passwords.ts';
import type { SecurityBook } from './security-settings.ts';

/** What the routes about people are made of. */
export interface PeopleParts {
  readonly deps: ApiDeps;
  readonly db: Db;
  readonly access: Access;
  readonly address: AddressReader;
  readonly passwords: Passwords;
  readonly security: SecurityBook;
  /** The caller that an account's new session will be. */
  callerOf(account: AccountRow, expiresAtMs: number): Promise<Caller>;
}

/** The parts put together. */
export function peopleParts(parts: Omit<PeopleParts, 'callerOf'>): PeopleParts {
  return {
    ...parts,
    callerOf: async (account, expiresAtMs) =>
      sessionCaller(account, await parts.security.current(), { id: 0, expiresAtMs }, parts.deps.clock()),
  };
}
