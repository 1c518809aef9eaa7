import { useSignal } from '@preact/signals';
import { Component, type ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { language } from '../i18n/index.ts';
import { t } from '../i18n/words/shell.ts';
import { place, route } from '../state/place.ts';
import { session } from '../state/session.ts';
import { TermCard } from '../ui/term.tsx';
import { Toasts } from '../ui/toast.tsx';
import { GoHint, KeysDialog } from './keys-dialog.tsx';
import { BarePage } from './page.tsx';
import { fetchPage, type PageComponent, sourceOf } from './pages.ts';
import { NAMES, Rail, Tools } from './rail.tsx';
import { SignIn } from './sign-in.tsx';

function reload(): void {
  location.reload();
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

function Routed() {
  const { page, id } = route.value;
  const source = sourceOf(route.value);
  const code = useSignal<{ source: string; page: PageComponent | 'failed' } | null>(null);
  useEffect(() => {
    if (source === null) return undefined;
    let wanted = true;
    const put = (page: PageComponent | 'failed') => {
      if (wanted) code.value = { source, page };
    };
    fetchPage(source).then(put, () => put('failed'));
    return () => {
      wanted = false;
    };
  }, [source]);
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
  const ready = code.value?.source === source ? code.value.page : null;
  if (ready === null) return <BarePage title={t(NAMES[page])} />;
  if (ready === 'failed') {
    return (
      <BarePage title={t(NAMES[page])}>
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
      {children}
    </div>
  );
}

/** The console: signed in, the rail and a page; else what to do to get in. */
export function App() {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
  const state = session.value;
  if (state === 'out' || state === 'spent') {
    document.title = `${t('signInTitle')} · Plume`;
    return (
      <Outside>
        <SignIn spent={state === 'spent'} />
      </Outside>
    );
  }
  if (state === 'trying') {
    return (
      <Outside>
        <main class="hint" id="main">
          {t('signingIn')}
        </main>
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
