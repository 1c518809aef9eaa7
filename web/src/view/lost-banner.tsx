import { t } from '../i18n/index.ts';
import { clockTime } from '../model/format.ts';
import { failure, updatedAt } from '../state/fleet.ts';
import { lostSince } from '../state/session.ts';

/** Says that what is on screen has stopped moving, since when, and that it will go on by itself. */
export function LostBanner() {
  const lost = lostSince.value;
  const kind = failure.value?.kind;
  if (lost !== null) {
    return (
      <div class="banner" role="status">
        <b>◌ {t('lostTitle')}</b> {t('lostText', { time: clockTime(updatedAt.value ?? lost) })}
      </div>
    );
  }
  if (kind !== 'away' && kind !== 'busy') return null;
  return (
    <div class="banner" role="status">
      <b>◌</b> {t(kind === 'away' ? 'databaseAway' : 'busy')}
    </div>
  );
}
