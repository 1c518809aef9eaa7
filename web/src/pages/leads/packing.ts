import { signal } from '@preact/signals';
import { api, take } from '../../data/client.ts';
import { w } from '../../i18n/words/evidence.ts';
import { may, noteFailure } from '../../state/session.ts';
import { toast } from '../../ui/toast.tsx';

/** Rises with every pack that was made, so that lists of packs are read anew. */
export const sealed = signal(0);

/** Makes the evidence packs of findings that were confirmed, one after the other; what cannot be made is told, and the others go on. */
export async function packConfirmed(findingIds: readonly string[]): Promise<void> {
  if (!may('evidence.make')) return;
  for (const findingId of findingIds) {
    try {
      await take(api.evidence.$post({ json: { findingId, reason: 'confirm' } }));
      sealed.value += 1;
    } catch (error) {
      toast({ text: w('packFailed', { reason: noteFailure(error).message }) });
    }
  }
}
