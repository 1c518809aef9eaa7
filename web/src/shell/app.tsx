import { useSignal } from '@preact/signals';
import { Component, type ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { language } from '../i18n/index.ts';
import { t } from '../i18n/words/shell.ts';
import type { Route } from '../model/routes.ts';
import { place, route } from '../state/place.ts';
import { may, me, session } from '../state/session.ts';
import { TermCard } from '../ui/term.tsx';
import { Toasts } from '../ui/toast.tsx';
import { Banner } from './banner.tsx';
import { GoHint, KeysDialog } from './keys-dialog.tsx';
import { BarePage } from './page.tsx';
import { fetchPage, type PageComponent, pageAtHand, sourceOf } from './pages.ts';
import { NAMES, Rail, Tools } from './rail.tsx';

function reload(): void {
  location.reload();
}

function titleOf(page: Exclude<Route['page'], 'nowhere'>): string {
  return t(page === 'account' ? 'account' : page === 'calendar' ? 'calendar' : NAMES[page]);
}

function PageFailed() {
  return (
    <div class="empty">
      <h2>{t('pageFailedTitle')}</h2>
      <p>{t('pageFailedText')}</p>
      <button type="button" class="primary" onClick={reload}>
        {t('reload')}
      </button>
    </div>
  );
}

/** A page that throws while it is drawn is said to have failed; the others stay within reach. */
class Guard extends Component<{ children: ComponentChildren }, { failed: string | null }> {
  override state = { failed: null };
  static override getDerivedStateFromError(): { failed: string } {
    return { failed: 'yes' };
  }
  override componentDidCatch(error: unknown): void {
    // For whoever looks into the browser's console; the page says what to do.
    reportError(error);
  }
  override render() {
    return this.state.failed === null ? (
      this.props.children
    ) : (
      <BarePage title={t('pageFailedTitle')}>
        <PageFailed />
      </BarePage>
    );
  }
}

/** A page's code: null while it is being fetched. */
function usePage(source: ReturnType<typeof sourceOf>): PageComponent | 'failed' | null {
  const code = useSignal<{ source: string; page: PageComponent | 'failed' } | null>(null);
  const atHand = pageAtHand(source);
  useEffect(() => {
    if (source === null || atHand !== null) return undefined;
    let wanted = true;
    const put = (page: PageComponent | 'failed') => {
      if (wanted) code.value = { source, page };
    };
    fetchPage(source).then(put, () => put('failed'));
    return () => {
      wanted = false;
    };
  }, [source]);
  if (atHand !== null) return atHand;
  return code.value !== null && code.value.source === source ? code.value.page : null;
}

/** The page that the address asks for; who has something to put right first, or no trucks to see, is led elsewhere. */
function routeForMe(): Route {
  if (me.value?.must) return { page: 'account', id: null };
  const here = route.value;
  return here.page === 'today' && !may('fleet.read') && (may('audit.read') || may('people.read'))
    ? { page: 'people', id: null }
    : here;
}

function Routed() {
  const { page, id } = routeForMe();
  const source = sourceOf({ page, id });
  const ready = usePage(source);
  if (source === null || page === 'nowhere') {
    return (
      <BarePage title={t('nowhereTitle')}>
        <div class="empty">
          <p>{t('nowhereText', { path: place.value.path })}</p>
          <a class="button primary" href="/">
            {t('nowhereGo')}
          </a>
        </div>
      </BarePage>
    );
  }
  if (ready === null) return <BarePage title={titleOf(page)} />;
  if (ready === 'failed') {
    return (
      <BarePage title={titleOf(page)}>
        <PageFailed />
      </BarePage>
    );
  }
  const Ready = ready;
  return (
    <Guard key={source}>
      <Ready id={id} />
    </Guard>
  );
}

function Outside({ children }: { children: ComponentChildren }) {
  return (
    <div class="outside">
      <header class="top">
        <b class="brand-word">Plume</b>
        <span class="fill" />
        <span class="quiet">{t('zone')}</span>
        <Tools signedIn={false} />
      </header>
      <Banner />
      {children}
    </div>
  );
}

/** What someone sees who is not signed in; its code is fetched for them alone. */
function OutsideCode() {
  const ready = usePage('outside');
  document.title = 'Plume';
  if (ready === 'failed') return <PageFailed />;
  if (ready === null) return null;
  const Ready = ready;
  return <Ready id={null} />;
}

/** The console: signed in, the rail and a page; else what to do to get in. */
export function App() {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
  const state = session.value;
  if (state === 'trying') {
    return (
      <Outside>
        <main class="hint" id="main">
          {t('signingIn')}
        </main>
      </Outside>
    );
  }
  if (state !== 'in') {
    return (
      <Outside>
        <OutsideCode />
      </Outside>
    );
  }
  return (
    <div class="app">
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <Rail />
      <Routed />
      <KeysDialog />
      <GoHint />
      <TermCard />
      <Toasts />
    </div>
  );
}
