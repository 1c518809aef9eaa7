import type { Db } from '@plume/db';
import { readObdBody, readTerminalEvent } from '@plume/db/write';
import type { Batch } from './batch.ts';
import type { EventIntake } from './intake.ts';

type Relation = 'new' | 'duplicate' | 'conflict';

/**
 * What is stored under the keys of a batch's OBD blocks and control messages. They are rare (some a day and truck), so each is looked up
 * by itself.
 */
export class ControlStore {
  readonly #bodies = new Map<string, Uint8Array>();
  readonly #events = new Map<string, string>();

  static async read(db: Db, batch: Batch): Promise<ControlStore> {
    const store = new ControlStore();
    for (const intake of batch.intakes) {
      const { terminalId } = intake.envelope;
      for (const { vehicleId, block } of intake.obd) {
        const body = await readObdBody(db, vehicleId, block.timeSec);
        if (body) store.#bodies.set(obdKey(vehicleId, block.timeSec), body);
      }
      for (const event of intake.events) {
        const detail = await readTerminalEvent(db, { terminalId, kind: event.kind, timeSec: event.timeSec, seq: event.seq });
        if (detail) store.#events.set(eventKey(terminalId, event), canonical(detail));
      }
    }
    return store;
  }

  /** How a block relates to what is known; a new one is known from now on. */
  meetObd(vehicleId: number, timeSec: number, body: Uint8Array): Relation {
    const key = obdKey(vehicleId, timeSec);
    const known = this.#bodies.get(key);
    if (!known) this.#bodies.set(key, body);
    return known ? relationOf(Buffer.compare(known, body) === 0) : 'new';
  }

  /** The same for a control message. */
  meetEvent(terminalId: string, event: EventIntake): Relation {
    const key = eventKey(terminalId, event);
    const detail = canonical(event.detail);
    const known = this.#events.get(key);
    if (known === undefined) this.#events.set(key, detail);
    return known === undefined ? 'new' : relationOf(known === detail);
  }
}

function relationOf(same: boolean): Relation {
  return same ? 'duplicate' : 'conflict';
}

function obdKey(vehicleId: number, timeSec: number): string {
  return `${vehicleId} ${timeSec}`;
}

function eventKey(terminalId: string, event: EventIntake): string {
  return `${terminalId} ${event.kind} ${event.timeSec} ${event.seq}`;
}

/** JSON with sorted keys: the database does not keep their order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
