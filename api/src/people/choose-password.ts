import type { AccountRow } from '@plume/db';
import { Problem } from '../problem.ts';
import type { PeopleParts } from './parts.ts';
import { type PasswordOwner, passwordTroubles } from './password-rules.ts';

/**
 * The hash of a password that the rules let this person have, and the hashes to remember; throws the problem that names each rule it breaks.
 * `was`: the account as it is, with the passwords it had; null for one that is being entered.
 */
export async function chooseHash(
  { passwords, security }: PeopleParts,
  password: string,
  owner: PasswordOwner,
  was: Pick<AccountRow, 'password_hash' | 'password_history'> | null,
): Promise<{ hash: string; history: string[] }> {
  const rules = (await security.current()).password;
  const troubles = passwordTroubles(password, rules, owner);
  const earlier = was === null ? [] : [...(was.password_hash === null ? [] : [was.password_hash]), ...was.password_history];
  const remembered = earlier.slice(0, rules.remember);
  if (troubles.length === 0) {
    for (const hash of remembered) {
      if (!(await passwords.verify(hash, password))) continue;
      troubles.push(rules.remember === 1 ? 'is the last one' : `is one of the last ${rules.remember}`);
      break;
    }
  }
  if (troubles.length > 0) {
    throw new Problem(
      400,
      'WEAK_PASSWORD',
      `The password ${troubles.join('; it ')}.`,
      'Choose another; several words in a row are easy to keep in mind.',
      { errors: troubles.map((trouble) => ({ field: 'body.password', reason: trouble })) },
    );
  }
  return { hash: await passwords.hash(password), history: remembered };
}
