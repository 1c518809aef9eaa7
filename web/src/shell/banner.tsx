import { t } from '../i18n/words/shell.ts';
import { clockTime } from '../model/format.ts';
import { failing } from '../state/failing.ts';
import { heardAt, lostSince, trouble } from '../state/session.ts';

/** Says that what is on screen has stopped moving, since when, and that it will go on by itself. */
export function Banner() {
  const lost = lostSince.value;
  if (lost !== null) {
    return (
      <div class="banner" role="status">
        <b>◌ {t('lostTitle')}</b> {t('lostText', { time: clockTime(heardAt.value ?? lost) })}
      </div>
    );
  }
  if (trouble.value === null) {
    if (failing.value === null) return null;
    return (
      <div class="banner" role="status">
        <b>◌</b> {t('partStale', { reason: failing.value })}
      </div>
    );
  }
  return (
    <div class="banner" role="status">
      <b>◌</b> {t(trouble.value === 'away' ? 'databaseAway' : 'busy')}
    </div>
  );
}
