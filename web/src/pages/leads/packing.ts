import { signal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/evidence.ts';
import { may, noteFailure } from '../../state/session.ts';
import { toast } from '../../ui/toast.tsx';

type Why = 'demand' | 'print';

/** Packs that are being made: how many were asked for, and how many are done or have failed; null: none. */
export const packing = signal<{ asked: number; done: number; findings: readonly string[] } | null>(null);
/** Rises with every pack that was made, so that lists of packs are read anew. */
export const sealed = signal(0);

let turn: Promise<unknown> = Promise.resolve();

/** Makes the evidence packs of findings, one after the other; what cannot be made is told, and the others go on. Answers how many were made. */
export async function pack(findingIds: readonly string[], reason: Why): Promise<number> {
  if (!may('evidence.make') || findingIds.length === 0) return 0;
  const before = packing.peek();
  packing.value = {
    asked: (before?.asked ?? 0) + findingIds.length,
    done: before?.done ?? 0,
    findings: [...(before?.findings ?? []), ...findingIds],
  };
  let made = 0;
  for (const findingId of findingIds) {
    const mine = turn.then(() => take(api.evidence.$post({ json: { findingId, reason } })));
    turn = mine.catch(() => undefined);
    try {
      const { id } = await mine;
      made += 1;
      sealed.value += 1;
      toast({ text: w('made', { id }) });
    } catch (error) {
      toast({ text: w('packFailed', { reason: noteFailure(error).message }) });
    }
    const now = packing.peek();
    if (now) {
      const findings = now.findings.filter((each) => each !== findingId);
      packing.value = findings.length === 0 ? null : { ...now, done: now.done + 1, findings };
    }
  }
  return made;
}
