import { type Algorithm, hash, verify } from '@node-rs/argon2';
import { Gate } from '../gate.ts';

/** What a hash costs: memory [KiB] and passes. */
export interface PasswordCost {
  readonly memoryKiB: number;
  readonly passes: number;
}

/** RFC 9106 4, second recommended option (64 MiB, three passes), on one lane: a site signs in some ten times a day on two cores. */
export const PASSWORD_COST: PasswordCost = { memoryKiB: 65_536, passes: 3 };
/** A const enum of the library whose value erasable TypeScript cannot import: argon2id. */
const ARGON2ID: Algorithm = 2;
/** One at a time: the ingest of the same process keeps its cores, and 64 MiB is all that guessing can take of its memory. */
const AT_ONCE = 1;
const WAITING = 32;

/** Makes and checks password hashes (argon2id), away from the event loop and a bounded number at a time. */
export interface Passwords {
  hash(password: string): Promise<string>;
  /** Whether the password has this hash. Without a hash it takes as long and is false, so that no answer's time tells which accounts exist. */
  verify(hash: string | null, password: string): Promise<boolean>;
  /** Whether a hash was made at another cost than today's. */
  isDated(hash: string): boolean;
}

/** Equal passwords however they were typed: NFKC, as NIST SP 800-63B 5.1.1.2 asks. */
function normal(password: string): string {
  return password.normalize('NFKC');
}

/** Password hashes at this cost; tests take a cheaper one. */
export function createPasswords(cost: PasswordCost = PASSWORD_COST): Passwords {
  const gate = new Gate(AT_ONCE, WAITING);
  const options = { algorithm: ARGON2ID, memoryCost: cost.memoryKiB, timeCost: cost.passes, parallelism: 1 };
  const make = (password: string) => gate.run(() => hash(normal(password), options));
  let nobody: Promise<string> | undefined;
  return {
    hash: make,
    async verify(stored, password) {
      // Made by whichever call comes first, so that it is not the first unknown name that takes longer.
      nobody ??= make('the password of nobody');
      const dummy = await nobody;
      if (stored !== null) return await gate.run(() => verify(stored, normal(password)));
      await gate.run(() => verify(dummy, normal(password)));
      return false;
    },
    isDated: (stored) => !stored.startsWith(`$argon2id$v=19$m=${cost.memoryKiB},t=${cost.passes},p=1$`),
  };
}
