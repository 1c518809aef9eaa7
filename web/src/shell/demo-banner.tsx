import { useSignal } from '@preact/signals';
import { api, take } from '../data/client.ts';
import { t } from '../i18n/words/shell.ts';
import { formatCount, formatShare } from '../model/format.ts';
import { may, noteFailure } from '../state/session.ts';
import { Modal } from '../ui/modal.tsx';
import { type Demo, demo, lookAtDemo } from './demo.ts';

function Remove({ now, close }: { now: Demo; close: () => void }) {
  const fault = useSignal<string | null>(null);
  const busy = useSignal(false);
  const remove = async () => {
    busy.value = true;
    try {
      await take(api.demo.removal.$post({ json: {} }));
      await lookAtDemo();
      close();
    } catch (error) {
      fault.value = noteFailure(error).message;
      busy.value = false;
    }
  };
  return (
    <Modal title={t('demoRemoveTitle')} onClose={close}>
      <p>{t('demoRemoveText', { n: formatCount(now.trucks), real: formatCount(now.realTrucks) })}</p>
      {fault.value !== null && <p class="refused">{t('serverSays', { reason: fault.value })}</p>}
      <p class="form-foot">
        <button type="button" class="danger" disabled={busy.value} onClick={() => void remove()}>
          {t('demoRemove')}
        </button>
        <button type="button" onClick={close}>
          {t('cancel')}
        </button>
      </p>
    </Modal>
  );
}

function wordsOf({ removal, historyShare, wanted, running }: Demo): string {
  if (removal?.state === 'failed') return t('demoRemoveFailed', { reason: removal.error ?? '' });
  if (removal) return t('demoRemoving', { share: formatShare(Math.min(0.99, removal.progress)) });
  if (historyShare !== null) return t('demoHistory', { share: formatShare(historyShare) });
  return wanted && !running ? t('demoStill') : t('demoText');
}

/** Says that what is on screen is not real, how far its history is, and how to be rid of it. Nothing where there is no demonstration. */
export function DemoBanner() {
  const removing = useSignal(false);
  const now = demo.value;
  if (now === null || now.trucks === 0) return null;
  const under = now.removal !== null && now.removal.state !== 'failed';
  return (
    <div class="demo-banner" role="status">
      <b>{t('demoData')}</b>
      <span>{wordsOf(now)}</span>
      {(under || now.historyShare !== null) && (
        <progress max={1} value={under ? now.removal?.progress : (now.historyShare ?? 0)} aria-label={wordsOf(now)} />
      )}
      <span class="fill" />
      {now.realHeard === 0 && !under && may('registry.write') && (
        <a class="link" href="/?first=on">
          {t('demoFirst')}
        </a>
      )}
      {may('demo.manage') && !under && (
        <button type="button" class="plain" onClick={() => (removing.value = true)}>
          {t('demoRemove')}
        </button>
      )}
      {removing.value && <Remove now={now} close={() => (removing.value = false)} />}
    </div>
  );
}
