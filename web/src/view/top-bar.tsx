import { language, switchLanguage, t } from '../i18n/index.ts';
import { formatCount, formatSpan } from '../model/format.ts';
import { STATES } from '../model/url-state.ts';
import { now } from '../state/clock.ts';
import { counts, updatedAt } from '../state/fleet.ts';
import { leave } from '../state/session.ts';
import { linkTo, show, view } from '../state/view.ts';
import { dialog } from './keys.ts';
import { StateMark } from './state-mark.tsx';
import { switchTheme, theme } from './theme.ts';

/** Counts by state; each is a filter. */
function Counts() {
  const c = counts.value;
  if (!c) return null;
  const filter = (state: (typeof STATES)[number] | null) => (event: Event) => {
    event.preventDefault();
    show({ state: view.value.state === state ? null : state });
  };
  return (
    <nav class="counts" aria-label={t('stateFilter')}>
      <a href={linkTo({ state: null })} onClick={filter(null)} aria-current={view.value.state === null ? 'true' : undefined}>
        <b>{formatCount(c.total)}</b> {t('fitted')}
      </a>
      {STATES.map((state) => (
        <a
          key={state}
          href={linkTo({ state })}
          onClick={filter(state)}
          aria-current={view.value.state === state ? 'true' : undefined}
        >
          <b>{formatCount(c[state])}</b> <StateMark state={state} />
        </a>
      ))}
    </nav>
  );
}

/** Where we are, how the fleet stands, how fresh that is; language, theme, keys. */
export function TopBar({ signedIn }: { signedIn: boolean }) {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
  document.title = `${t('title')} · Plume`;
  const updated = updatedAt.value;
  return (
    <header class="top">
      <h1>
        <span class="brand">Plume</span> {t('title')}
      </h1>
      {signedIn && <Counts />}
      <span class="fill" />
      {signedIn && updated !== null && (
        <span class="quiet fresh">{t('updated', { span: formatSpan((now.value - updated) / 1000) })}</span>
      )}
      <span class="quiet zone" title={t('zoneTitle')}>
        {t('zone')}
      </span>
      <span class="tools">
        {signedIn && (
          <button type="button" onClick={() => (dialog.value = 'add')} class="primary">
            {t('add')}
          </button>
        )}
        <button type="button" onClick={switchLanguage} title={t('languageTitle')} lang={language.value === 'zh' ? 'en' : 'zh-CN'}>
          {t('language')}
        </button>
        <button type="button" onClick={switchTheme} title={t('themeTitle')}>
          {theme.value === 'light' ? t('themeDark') : t('themeLight')}
        </button>
        {signedIn && (
          <button type="button" class="wide-only" onClick={() => (dialog.value = 'keys')} title={t('keysTitle')}>
            ?
          </button>
        )}
        {signedIn && (
          <button type="button" class="wide-only" onClick={() => void leave()}>
            {t('signOut')}
          </button>
        )}
      </span>
    </header>
  );
}
