import type { AuditEntry } from '@plume/db';

/** Who takes the steps of cases that the service itself takes. */
export const KEEPER = 'plume';

/** A row of the audit trail of what the service did to a case by itself. */
export function entryOf(atMs: number, action: string, id: AuditEntry['objectId'], detail: AuditEntry['detail']): AuditEntry {
  return {
    atMs,
    actorKind: 'system',
    actorId: null,
    actor: KEEPER,
    address: null,
    action,
    objectKind: 'case',
    objectId: id,
    outcome: 'done',
    detail,
  };
}
