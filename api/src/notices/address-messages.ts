import { createHash } from 'node:crypto';
import { LEVEL_ORDER } from '@plume/db';
import type { Listener, NewMessage } from '@plume/db/notices';
import { permissionsOf } from '../permissions.ts';
import { type Cause, NEEDED } from './causes.ts';
import { heldUntil } from './quiet-hours.ts';

/** Districts that both of two limits allow; null: no limit. */
export function bothDistricts(a: readonly string[] | null, b: readonly string[] | null): readonly string[] | null {
  if (a === null) return b;
  return b === null ? a : a.filter((each) => b.includes(each));
}

/** Whether a listener is to hear of a cause: its kind, its districts, what the person may see, and not of what was before it listened. */
export function hears(listener: Listener, cause: Cause): boolean {
  if (listener.recipient === null || !listener.kinds.includes(cause.kind)) return false;
  if (cause.atMs < listener.created_at.getTime()) return false;
  if (listener.role !== null && !permissionsOf(listener.role).has(NEEDED[cause.kind])) return false;
  const districts = bothDistricts(listener.districts, listener.person_districts);
  if (districts === null) return true;
  if (cause.place !== undefined) return cause.place !== null && districts.includes(cause.place);
  if (cause.vehicle === null) return true;
  return cause.vehicle.district !== null && districts.includes(cause.vehicle.district);
}

/** Since when a lead is at least of the listener's level [epoch s]; null: it is not. */
export function reachedAt(reached: Readonly<Record<string, number | null>>, listener: Listener): number | null {
  const level = LEVEL_ORDER.find((each) => each === listener.level) ?? 'probable';
  return reached[level] ?? null;
}

/** The key of the message that tells a listener of a cause. */
export function keyOf(listener: Listener, causeId: string): string {
  const parts = ['notice', listener.channel_id, listener.recipient, causeId];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** The message that tells a listener of a cause: the same, with the same ids, whenever it is made. */
export function messageFor(listener: Listener, cause: Cause, nowMs: number): NewMessage {
  const key = keyOf(listener, cause.id);
  const messageId = key.slice(0, 32);
  const said = cause.say(listener.language);
  return {
    key,
    messageId,
    subscriptionId: listener.subscription_id,
    channelId: listener.channel_id,
    recipient: listener.recipient ?? '',
    kind: cause.kind,
    subject: said.subject,
    body: said.text,
    event: {
      specversion: '1.0',
      id: messageId,
      source: '/plume',
      type: `plume.${cause.kind}`,
      ...(cause.vehicle === null ? {} : { subject: cause.vehicle.vin }),
      time: new Date(cause.atMs).toISOString(),
      datacontenttype: 'application/json',
      data: { ...cause.data, subject: said.subject, text: said.text },
    },
    vehicleId: cause.vehicle?.id ?? null,
    createdMs: nowMs,
    nextMs: heldUntil(nowMs, listener.quiet_from, listener.quiet_to),
    quietFrom: listener.quiet_from,
    quietTo: listener.quiet_to,
  };
}
