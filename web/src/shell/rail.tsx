import { useEffect, useRef } from 'preact/hooks';
import { language, switchLanguage } from '../i18n/index.ts';
import { t } from '../i18n/words/shell.ts';
import { PAGES, type PageId } from '../model/routes.ts';
import { keysOpen } from '../state/keys.ts';
import { place, route } from '../state/place.ts';
import { leave, may, me, type Permission } from '../state/session.ts';
import { Icon } from '../ui/icons.tsx';
import { switchTheme, theme } from '../ui/theme.ts';
import { healthy } from './health.ts';

/** Words of the navigation. */
export const NAMES = {
  today: 'navToday',
  leads: 'navLeads',
  cases: 'navCases',
  inspections: 'navInspections',
  vehicles: 'navVehicles',
  statistics: 'navStatistics',
  reports: 'navReports',
  terminals: 'navTerminals',
  rules: 'navRules',
  quality: 'navQuality',
  ledger: 'navLedger',
  exports: 'navExports',
  documents: 'navDocuments',
  notices: 'navNotices',
  system: 'navSystem',
  people: 'navPeople',
} as const satisfies Record<PageId, string>;

/** Who a page is for: whoever may do one of these. */
const NEEDS: Readonly<Record<PageId, readonly Permission[]>> = {
  today: ['fleet.read'],
  leads: ['leads.read'],
  cases: ['cases.read'],
  inspections: ['cases.read'],
  vehicles: ['fleet.read'],
  statistics: ['statistics.read'],
  reports: ['statistics.read'],
  terminals: ['fleet.read'],
  rules: ['rules.read'],
  quality: ['ledger.read'],
  ledger: ['ledger.read'],
  exports: ['export.run'],
  documents: ['documents.manage'],
  notices: ['notices.read'],
  system: [],
  people: ['people.read', 'audit.read'],
};

/** The pages that are for who is signed in. */
export function pagesForMe(): readonly (typeof PAGES)[number][] {
  return PAGES.filter(({ id }) => NEEDS[id].length === 0 || NEEDS[id].some(may));
}

/** On a phone these stand at the lower edge; the others are one tap further. */
const FIRST: readonly PageId[] = ['today', 'leads', 'vehicles', 'system'];

/** `begins`: it is the first of its group. */
function PageLink({ page, begins }: { page: (typeof PAGES)[number]; begins: boolean }) {
  const here = route.value.page === page.id;
  const ailing = page.id === 'system' && healthy.value === false;
  return (
    <a
      href={page.path}
      class={['nav-item', FIRST.includes(page.id) && 'nav-first', begins && 'nav-begins'].filter(Boolean).join(' ')}
      aria-current={here ? 'page' : undefined}
      title={`${t(NAMES[page.id])}  g ${page.key}`}
    >
      <Icon name={page.id} />
      <span class="nav-word">{t(NAMES[page.id])}</span>
      {ailing && (
        <span class="nav-mark" role="img" aria-label={t('systemTrouble')} title={t('systemTrouble')}>
          ◌
        </span>
      )}
    </a>
  );
}

/** Language, theme, keys, sign-out. */
export function Tools({ signedIn }: { signedIn: boolean }) {
  return (
    <div class="tools">
      <button type="button" onClick={switchLanguage} title={t('languageTitle')} lang={language.value === 'zh' ? 'en' : 'zh-CN'}>
        {t('language')}
      </button>
      <button type="button" class="square" onClick={switchTheme} title={t('themeTitle')} aria-label={t('themeTitle')}>
        <Icon name={theme.value === 'light' ? 'moon' : 'sun'} />
      </button>
      {signedIn && (
        <button
          type="button"
          class="square"
          onClick={() => (keysOpen.value = true)}
          title={t('keysTitle')}
          aria-label={t('keysTitle')}
        >
          ?
        </button>
      )}
      {signedIn && (
        <button type="button" class="square" onClick={() => void leave()} title={t('signOut')} aria-label={t('signOut')}>
          <Icon name="leave" />
        </button>
      )}
    </div>
  );
}

/** Who is signed in; leads to their account. */
function Me() {
  const person = me.value?.person;
  if (!person) return null;
  return (
    <a class="nav-item" href="/account" title={t('account')} aria-current={route.value.page === 'account' ? 'page' : undefined}>
      <Icon name="people" />
      <span class="nav-word">{person.displayName}</span>
    </a>
  );
}

/** The way to every page. */
export function Rail() {
  const more = useRef<HTMLDetailsElement>(null);
  // Whoever has gone somewhere is done with the sheet.
  useEffect(() => more.current?.removeAttribute('open'), [place.value.path]);
  return (
    <nav class="rail" aria-label={t('nav')}>
      <span class="brand">
        <svg viewBox="0 0 32 32" aria-hidden="true" focusable="false">
          <path d="M5 23c4.5 0 4.5-6.5 8.7-6.5s4.3-6.5 8.6-6.5c2.2 0 3.3-1.1 4.4-3.3" />
        </svg>
        <span class="nav-word">Plume</span>
      </span>
      {pagesForMe().map((page, i, all) => (
        <PageLink key={page.id} page={page} begins={i > 0 && all[i - 1]?.group !== page.group} />
      ))}
      <details class="more-pages" ref={more}>
        <summary class="nav-item">
          <Icon name="more" />
          <span class="nav-word">{t('navMore')}</span>
        </summary>
        <div class="sheet">
          {pagesForMe()
            .filter((page) => !FIRST.includes(page.id))
            .map((page) => (
              <a key={page.id} href={page.path} aria-current={route.value.page === page.id ? 'page' : undefined}>
                <Icon name={page.id} /> {t(NAMES[page.id])}
              </a>
            ))}
          <Me />
          <Tools signedIn />
          <span class="quiet">{t('zone')}</span>
        </div>
      </details>
      <span class="fill" />
      <Me />
      <span class="zone quiet" title={t('zoneTitle')}>
        {t('zone')}
      </span>
      <Tools signedIn />
    </nav>
  );
}
