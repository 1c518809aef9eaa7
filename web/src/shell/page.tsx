import type { ComponentChildren } from 'preact';
import { t } from '../i18n/words/shell.ts';
import { formatSpan } from '../model/format.ts';
import { now } from '../state/clock.ts';
import { heardAt } from '../state/session.ts';
import { Banner } from './banner.tsx';
import { DemoBanner } from './demo-banner.tsx';
import { Finder } from './finder.tsx';

/** How long ago the service last said anything. */
function Fresh() {
  if (heardAt.value === null) return null;
  // Read for its ticking alone: the age is by this machine's clock.
  void now.value;
  const ageS = (Date.now() - heardAt.value) / 1000;
  return <span class="fresh quiet">{t('updated', { span: formatSpan(ageS) })}</span>;
}

/** A page: its name and facts above, what it is about below. One primary action a page. */
export function Page({
  title,
  back,
  facts,
  actions,
  finder = true,
  children,
}: {
  title: string;
  /** The page this one belongs to. */
  back?: string;
  facts?: ComponentChildren;
  actions?: ComponentChildren;
  /** False on the page that is itself the list of trucks. */
  finder?: boolean;
  children: ComponentChildren;
}) {
  document.title = `${title} · Plume`;
  return (
    <div class="page">
      <header class="top">
        {back !== undefined && (
          <a class="back" href={back} aria-label={t('back')} title={`${t('back')}  Esc`}>
            ←
          </a>
        )}
        <h1>{title}</h1>
        {facts !== undefined && <div class="facts">{facts}</div>}
        <span class="fill" />
        <Fresh />
        {finder && <Finder />}
        {actions !== undefined && <div class="actions">{actions}</div>}
      </header>
      <Banner />
      <DemoBanner />
      <main id="main" tabIndex={-1}>
        {children}
      </main>
    </div>
  );
}

/** What stands while a page's code or first data come, and what a page that does not exist says. */
export function BarePage({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <div class="page">
      <header class="top">
        <h1>{title}</h1>
      </header>
      <Banner />
      <main id="main">{children}</main>
    </div>
  );
}
