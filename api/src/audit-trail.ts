import { type ActorKind, type AuditEntry, addAudit, type Db } from '@plume/db';
import { actorName, type Caller } from './caller.ts';

/** A thing that something was done to. */
export interface AuditObject {
  /** `vehicle`, `terminal`, `account`, … */
  readonly kind: string;
  readonly id: AuditEntry['objectId'];
}

/** One request's way to the audit trail: it knows who asks, when and from where. */
export interface Trail {
  /**
   * What is done, as an entry whose step belongs into the same transaction as the change itself (`auditStep`). `detail` holds what was before
   * and after, without secrets.
   */
  done(action: string, object: AuditObject | null, detail?: AuditEntry['detail']): AuditEntry;
  /** Tells of a refusal, now. The same refusal to the same caller is told once in ten minutes, with how often it came since. */
  refused(action: string, object: AuditObject | null, detail?: AuditEntry['detail']): Promise<void>;
  /** Tells of a failed proof of who somebody is, each by itself: throttling bounds how many there can be. */
  failed(action: string, object: AuditObject | null, detail?: AuditEntry['detail']): Promise<void>;
  /** Whether this request told of anything done. */
  readonly told: boolean;
}

/** Who the trail names when nobody is known: a stranger, or what they turned out to be. */
export interface Actor {
  readonly kind: ActorKind;
  readonly id: number | null;
  readonly name: string;
}

const STRANGER: Actor = { kind: 'stranger', id: null, name: 'stranger' };
const KINDS = { session: 'person', token: 'token', setup: 'setup', service: 'service' } as const satisfies Record<
  Caller['kind'],
  ActorKind
>;

/** Who a caller is to the trail. */
export function actorOf(caller: Caller): Actor {
  return { kind: KINDS[caller.kind], id: caller.person?.id ?? null, name: actorName(caller) };
}

const FOLD_MS = 600_000;
const MAX_FOLDS = 2_000;

/** Keeps a flood of equal refusals from filling the trail: memory and rows are bounded, and none goes uncounted. */
class Folds {
  readonly #seen = new Map<string, { atMs: number; more: number }>();

  /** How many equal ones were not told since the last that was; null: do not tell this one either. */
  take(key: string, nowMs: number): number | null {
    const known = this.#seen.get(key);
    if (known && nowMs - known.atMs < FOLD_MS) {
      known.more += 1;
      return null;
    }
    this.#seen.delete(key);
    const oldest = this.#seen.keys().next().value;
    if (this.#seen.size >= MAX_FOLDS && oldest !== undefined) this.#seen.delete(oldest);
    this.#seen.set(key, { atMs: nowMs, more: 0 });
    return known?.more ?? 0;
  }
}

/** Makes the trails of requests; one for the application. */
export function auditTrails(db: Db, clock: () => number): (caller: Caller | undefined, address: string) => Trail {
  const folds = new Folds();
  return (caller, address) => {
    const actor = caller ? actorOf(caller) : STRANGER;
    let told = false;
    const entry = (outcome: AuditEntry['outcome'], action: string, object: AuditObject | null, detail: AuditEntry['detail']) => ({
      atMs: clock(),
      actorKind: actor.kind,
      actorId: actor.id,
      actor: actor.name,
      address,
      action,
      objectKind: object?.kind ?? null,
      objectId: object?.id ?? null,
      outcome,
      detail,
    });
    return {
      done(action, object, detail = {}) {
        told = true;
        return entry('done', action, object, detail);
      },
      async refused(action, object, detail = {}) {
        const objectId = typeof object?.id === 'string' ? object.id : '';
        const more = folds.take(JSON.stringify([actor.name, address, action, object?.kind, objectId, detail]), clock());
        if (more !== null)
          await addAudit(db, entry('refused', action, object, more > 0 ? { ...detail, repeatedBefore: more } : detail));
      },
      failed: (action, object, detail = {}) => addAudit(db, entry('refused', action, object, detail)),
      get told() {
        return told;
      },
    };
  };
}
